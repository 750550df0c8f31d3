"""The storm warning centre: a list names warnings, each has a page of its own."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date
from enum import Enum
from pathlib import Path

from adapters import (
    Around,
    Batch,
    CreditRecord,
    Info,
    Module,
    RecordQuery,
    RecordType,
    Rows,
    Visibility,
    batched,
    code_list,
    fact,
    record,
)

WARNING = RecordType("WEA__STORM_WARNING")


@code_list("预警级别", BLUE="蓝色", YELLOW="黄色", RED="红色")
class WeaLevel(Enum):
    """Levels of a warning."""

    BLUE = "BLUE"
    YELLOW = "YELLOW"
    RED = "RED"


@record(
    WARNING, "雷暴预警", "气象灾害防御条例第二十条", occurred="issued_on",
    number="warning_number",
)  # fmt: skip
class WeaStormWarning(CreditRecord):
    """A warning issued for an enterprise's site."""

    warning_number: str = fact("预警编号", required=True)
    level: WeaLevel = fact("预警级别", required=True)
    site: str | None = fact("场所")
    issued_on: date = fact("发布日期", required=True)
    inspector: str | None = fact("检查人", Visibility.GOVERNMENT)


async def _count(parents: Sequence[object], info: Info) -> Batch:
    """Count the warnings of each; null where somebody may hold more."""
    every = RecordQuery(first=1_000)
    listed = await info.context.records_of(parents, WARNING, every)  # type: ignore[arg-type]
    return [one if isinstance(one, Exception) else one.total_count for one in listed]


class WarningCentre(Around):
    """Adds to each row of the list what its own page says."""

    async def ask(self, record_type: RecordType, keys: Sequence[str]) -> Rows:
        """Ask for the list, then for the page of each warning in it."""
        return await self._with_pages(await self.source.ask(record_type, keys))

    async def scan(
        self, record_type: RecordType, since: str | None
    ) -> AsyncIterator[Rows]:
        """Go through the whole list."""
        async for rows in self.source.scan(record_type, since):
            yield await self._with_pages(rows)

    async def _with_pages(self, listed: Rows) -> Rows:
        read = self.source.read
        pages = [await read(f"/warnings/{row['NUMBER']}", {}) for row in listed.rows]
        pairs = zip(listed.rows, pages, strict=True)
        return replace(listed, rows=[{**row, **page} for row, page in pairs])


MODULE = Module(
    "QH-WEA",
    adapter=WarningCentre,
    records=(WeaStormWarning,),
    fields={"wea_storm_count": batched(_count, "雷暴预警数", int | None)},
    declaration=Path(__file__).with_name("QH-WEA.toml"),
)
