"""A source of the core that is written by hand, and what it holds."""

import dataclasses
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256

from adapters.contract import (
    Ask,
    Capabilities,
    Fetched,
    Page,
    Row,
    SetAside,
    SourceRecord,
    Subject,
)
from adapters.errors import SourceUnavailable
from schema.codes import uscc as codes
from schema.codes.names import normalise
from schema.record_type import RecordType
from schema.records import RECORDS
from schema.registration import EnterpriseStatus

NOW = datetime(2016, 10, 20, 1, tzinfo=UTC)


def code(number: int) -> str:
    """Make a valid code."""
    first = f"91630102{number:08d}7"
    return first + codes.check_character(first)


def enterprise(
    number: int, name: str = "", as_of: datetime = NOW, **facts: object
) -> SourceRecord:
    """Make a registration as an adapter gives it."""
    fields = RECORDS[RecordType.REGISTRATION].fields.values()
    values: dict[str, object] = {field.attribute: None for field in fields}
    values |= {
        "uscc": code(number),
        "name": name or f"青海测试{number}有限公司",
        "type": "有限责任公司",
        "status": EnterpriseStatus.OPERATING,
        "registered_capital": Decimal(number),
        **facts,
    }
    return record(RecordType.REGISTRATION, str(number), code(number), values, as_of)


def report(number: int, year: int, **facts: object) -> SourceRecord:
    """Make an annual report as an adapter gives it."""
    values = {"year": year, **facts}
    name = f"{number}-{year}"
    return record(RecordType.ANNUAL_REPORT, name, code(number), values)


def record(
    record_type: RecordType,
    record_id: str,
    uscc: str | None,
    values: Mapping[str, object],
    as_of: datetime = NOW,
) -> SourceRecord:
    """Make a record about an enterprise."""
    name = str(values.get("name", ""))
    return SourceRecord(
        record_type=record_type,
        source_record_id=record_id,
        subjects=(Subject(uscc=uscc, name=normalise(name) or None),),
        values=values,
        digest=sha256(repr(sorted(values.items())).encode()).hexdigest(),
        as_of=as_of,
    )


def aside(record_type: RecordType, position: str) -> SetAside:
    """Make a row that could not be read."""
    return SetAside(record_type, position, ("日期无法读 (no date)",), raw={"A": "x"})


@dataclasses.dataclass
class FakeAdapter:
    """Gives records page by page, and fails before a page when told to."""

    records: Sequence[SourceRecord]
    asides: Sequence[SetAside] = ()
    size: int = 3
    department: str = "QH-AMR"
    kind: str = "sql"
    fails_at: int | None = None
    """Pages after which it fails, counted over both record types."""
    deadline: float = 2.0
    capabilities: Capabilities = dataclasses.field(default_factory=Capabilities)
    pages: int = 0
    asked: list[tuple[RecordType, str | None]] = dataclasses.field(default_factory=list)

    @property
    def record_types(self) -> frozenset[RecordType]:
        return frozenset(one.record_type for one in self.records)

    async def fetch(self, ask: Ask) -> Fetched:
        raise NotImplementedError

    async def keys(self, record_type: RecordType) -> AsyncIterator[frozenset[str]]:
        yield frozenset()

    async def changes(
        self, record_type: RecordType, since: str | None
    ) -> AsyncIterator[Page]:
        self.asked.append((record_type, since))
        held = [one for one in self.records if one.record_type is record_type]
        bad = [one for one in self.asides if one.record_type is record_type]
        for start in range(int(since or 0), max(len(held), 1), self.size):
            if self.pages == self.fails_at:
                raise SourceUnavailable("部门系统无法连接 (unreachable)")
            self.pages += 1
            end = start + self.size
            yield Page(
                tuple(held[start:end]),
                tuple(bad) if start == 0 else (),
                str(end) if end < len(held) else None,
                len(held),
            )

    async def since(
        self, record_type: RecordType, cursor: str | None
    ) -> AsyncIterator[Page]:
        async for page in self.changes(record_type, cursor):
            yield page

    def read(
        self, record_type: RecordType, row: Row, as_of: datetime
    ) -> SourceRecord | SetAside:
        raise NotImplementedError

    def edition(self, record_type: RecordType) -> str:
        return ""

    async def check(self) -> None:
        """Always there."""

    async def close(self) -> None:
        """Nothing to free."""
