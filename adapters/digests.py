"""The fingerprint of a row, equal for equal rows however their columns are ordered."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, time

import orjson

_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS


def digest(row: Mapping[str, object]) -> str:
    """Hash canonical JSON (sorted keys, UTF-8) by SHA-256, in hex."""
    return hashlib.sha256(canonical(row)).hexdigest()


def canonical(row: Mapping[str, object]) -> bytes:
    """Write a row as canonical JSON; dates and decimals as text."""
    try:
        return orjson.dumps(row, default=str, option=_OPTIONS)
    except TypeError:  # whole numbers above 64 bits, lone surrogates
        text = json.dumps(row, default=_text, sort_keys=True, separators=(",", ":"))
        return text.encode()


def _text(value: object) -> str:
    """Write dates and times as the faster way does."""
    return value.isoformat() if isinstance(value, date | time) else str(value)
