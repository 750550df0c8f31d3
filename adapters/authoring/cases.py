"""Writes a case: a question, the rows that answer it, what must come of them.

`{"ask": {"record_type", "enterprises"}, "exchange": [{"request": {"keys"}, "answer":
{"rows"}}], "expect": {"records", "set_aside", "report"}}`; persons are masked.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

import orjson

from adapters.authoring.contents import is_id_card
from adapters.authoring.guess import SectionGuess
from adapters.authoring.trial import read_entries
from adapters.contract import Row, SourceRecord
from adapters.section import Section
from schema.records import RECORDS
from schema.visibility import Visibility

_ROWS = 3
_SEEN = 50
"""Rows among which so many are looked for."""
_PERSONS = frozenset(
    {"legalRepresentative", "inspectors", "contactName", "personSubjected"}
)
_CLOSED = frozenset({Visibility.GOVERNMENT, Visibility.ORGANISATIONS})
_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_HELD = frozenset({"files", "push"})


def case_of(guess: SectionGuess, section: Section, kind: str) -> bytes | None:
    """Give the JSON of a case of a few readable rows; None where none has a code."""
    private = _private(guess)
    seen = [_masked(row, private) for row in guess.sample.rows[:_SEEN]]
    rows = orjson.loads(orjson.dumps(seen, default=_plain))
    told = list(_readable(section, rows))[:_ROWS]
    codes = list(dict.fromkeys(code for _, code in told))
    if not told:
        return None
    keys = sorted({str(one.raw.get(guess.key[guess.key_kind])) for one, _ in told})
    case = {
        "ask": {"record_type": guess.record_type.value, "enterprises": codes},
        "exchange": [
            {
                "request": {} if kind in _HELD else {"keys": keys},
                "answer": {"rows": [one.raw for one, _ in told]},
            }
        ],
        "expect": {
            "records": [_shown(one, code) for one, code in told],
            "set_aside": [],
            "report": {"outcome": "MATERIALIZED" if kind in _HELD else "LIVE"},
        },
    }
    return orjson.dumps(case, option=orjson.OPT_INDENT_2) + b"\n"


def _readable(
    section: Section, rows: Sequence[Row]
) -> Iterator[tuple[SourceRecord, str]]:
    """Yield the records about one enterprise with a valid code, and the code."""
    for entry in read_entries(section, rows):
        if isinstance(entry, SourceRecord) and len(entry.subjects) == 1:
            code = entry.subjects[0].uscc
            if code is not None:
                yield entry, code


def _private(guess: SectionGuess) -> frozenset[str]:
    """Name the columns that tell of persons, and those that nobody has mapped."""
    declared = RECORDS[guess.record_type].fields
    closed = {
        column
        for name, line in guess.fields.items()
        for column in line.columns
        if declared[name].visibility in _CLOSED or name in _PERSONS
    }
    return frozenset(closed | {*guess.unused}) - {*guess.key.values()}


def _masked(row: Row, private: frozenset[str], before: str = "") -> Row:
    return {
        name: _masked(value, private, f"{before}{name}.")
        if isinstance(value, Mapping)
        else _mask(value, hidden=f"{before}{name}" in private)
        for name, value in row.items()
    }


def _mask(value: object, *, hidden: bool) -> object:
    if not isinstance(value, str):
        return None if hidden else value
    if hidden or is_id_card(value.strip()):
        return "某某" if value.strip() else value
    return _PHONE.sub("13800000000", value)


def _shown(record: SourceRecord, code: str) -> Mapping[str, object]:
    """Write a record by field of the contract."""
    declared = RECORDS[record.record_type].fields.values()
    fields = {
        one.name: _plain(record.values[one.attribute])
        for one in declared
        if record.values.get(one.attribute) is not None
    }
    return {"enterprise": code, **fields}


def _plain(value: object) -> object:
    """Write dates in ISO form, amounts as text, enums by name."""
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | int) else str(value)
