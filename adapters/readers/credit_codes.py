"""Codes of enterprises and regions as typed by people."""

import unicodedata

from adapters.readers.texts import NULLS, Unreadable, read_text, shown
from schema.codes import uscc

_ZEROS = frozenset({"0" * length for length in (9, 15, 18)})


def tidy_code(value: object) -> str | None:
    """Trim, make half-width and upper-case; zeros and the usual nulls are nothing."""
    if value is None:
        return None
    text = value.strip() if isinstance(value, str) else read_text(value)
    if text is None or text in NULLS:
        return None
    code = unicodedata.normalize("NFKC", text).replace(" ", "").upper()
    return None if code in _ZEROS else code


def read_uscc(value: object) -> str | None:
    """Read a credit code 统一社会信用代码; whatever is none leaves the field empty.

    Such a record stays readable: matching tells whom it is about, from the code as
    written.
    """
    code = tidy_code(value)
    return code if code is not None and uscc.is_valid(code) else None


def read_required_uscc(value: object) -> str | None:
    """Read a credit code where the record is nothing without it."""
    code = tidy_code(value)
    if code is not None and not uscc.is_valid(code):
        raise Unreadable(f"不是统一社会信用代码：{shown(value)}")
    return code


def read_region(value: object) -> str | None:
    """Read a division code of six digits (GB/T 2260); longer ones are cut."""
    text = read_text(value)
    if text is None:
        return None
    if not text.isdecimal() or len(text) not in {6, 9, 12}:
        raise Unreadable(f"不是行政区划代码：{shown(value)}")
    return text[:6]
