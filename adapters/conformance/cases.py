"""Cases: a question, what was said on the wire, and what must come of it, as a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from adapters.contract import EnterpriseKey, Row, SetAside, SourceRecord
from adapters.errors import DeclarationError
from schema.codes import names, uscc
from schema.record_type import RecordType

_LARGEST = 16_777_216


class Firm(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """An enterprise as departments may know it; a text alone is its code."""

    uscc: str
    registration_number: str | None = None
    names: list[str] = []


class Question(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What is asked."""

    record_type: str
    enterprises: list[str | Firm]


class Request(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What the adapter must send; what is not said here is not looked at."""

    method: str | None = None
    path: str | None = None
    params: dict[str, str] | None = None
    body: object = msgspec.UNSET
    """JSON as it is, or the text of anything else."""
    keys: list[str] | None = None
    """For answers given as rows: the keys asked by, in any order."""


class Content(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A file that is no text in UTF-8."""

    base64: bytes


class Said(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What the department answers: by HTTP, or rows, or files in its folder."""

    status: int = 200
    headers: dict[str, str] = {}
    body: object = msgspec.UNSET
    encoding: str = "utf-8"
    """Of a body that is a text."""
    rows: list[dict[str, object]] | None = None
    as_of: str | None = None
    files: dict[str, str | Content] | None = None


class Exchange(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One request and its answer."""

    request: Request
    answer: Said


class Outcome(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What is reported of the department."""

    outcome: Literal["LIVE", "MATERIALIZED", "FAILED", "TIMED_OUT"]
    reason: str = ""
    """Words that the reason of a failure holds."""


class Aside(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A row that must be set aside; words that its reasons hold."""

    reasons: list[str]


class Expected(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What must come of it."""

    records: list[dict[str, object]] = []
    """By field of the contract, beside `enterprise`, the code; other fields are not
    looked at."""
    set_aside: list[Aside] = []
    report: Outcome = Outcome("LIVE")


class _File(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    ask: Question
    exchange: list[Exchange]
    expect: Expected


@dataclass(frozen=True, slots=True)
class Case:
    """One case, read."""

    name: str
    record_type: RecordType
    enterprises: Sequence[EnterpriseKey]
    exchange: Sequence[Exchange]
    expect: Expected


@dataclass(frozen=True, slots=True)
class CaseRun:
    """What came of a case."""

    case: Case
    wrong_requests: Sequence[str]
    """What was sent otherwise than the case says, in words."""
    by_code: Mapping[str, Sequence[SourceRecord]]
    set_aside: tuple[SetAside, ...]
    outcome: str
    reason: str = ""

    @property
    def records(self) -> tuple[SourceRecord, ...]:
        """All records."""
        return tuple(one for found in self.by_code.values() for one in found)

    @property
    def rows(self) -> Sequence[Row]:
        """All rows, read or not."""
        read = [one.raw for one in self.records]
        return [*read, *(one.raw for one in self.set_aside)]


def read_cases(directory: Path) -> Sequence[Case]:
    """Read all `*.json` of a folder, in order.

    Raises DeclarationError naming everything that is wrong with them, file by file.
    """
    faults: list[str] = []
    cases: list[Case] = []
    paths = sorted(directory.glob("*.json")) if directory.is_dir() else []
    if not paths:
        faults.append(f"{directory}: 没有案例文件 *.json（no cases there）")
    for path in paths:
        try:
            cases.append(_case(path))
        except (msgspec.DecodeError, OSError, ValueError) as error:
            faults.append(f"{path.name}: 案例无法读取：{error}（not a case）")
    if faults:
        raise DeclarationError(faults)
    return cases


def _case(path: Path) -> Case:
    if path.stat().st_size > _LARGEST:
        raise ValueError(f"超过 {_LARGEST:,} 字节 (too large)")
    read = msgspec.json.decode(path.read_bytes(), type=_File)
    known = {one.value: one for one in RecordType}
    if read.ask.record_type not in known:
        raise ValueError(f"没有这种记录 {read.ask.record_type!r} (no such record type)")
    firms = tuple(_key(one) for one in read.ask.enterprises)
    kind = known[read.ask.record_type]
    return Case(path.stem, kind, firms, read.exchange, read.expect)


def _key(written: str | Firm) -> EnterpriseKey:
    firm = Firm(written) if isinstance(written, str) else written
    if fault := uscc.fault_of(firm.uscc):
        raise ValueError(f"{firm.uscc}: {fault}")
    known = tuple(names.normalise(name) for name in firm.names)
    return EnterpriseKey(firm.uscc, firm.registration_number, known)
