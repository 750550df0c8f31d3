"""An invented department in memory, well in every way; doubles break it one by one."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from adapters.conformance.bench import Bench, Materials, Terms
from adapters.conformance.opening import bench_of
from adapters.conformance.outcomes import Report
from adapters.conformance.replaying import Build
from adapters.conformance.running import run_checks
from adapters.contract import Origin, Row, Rows, Transport, Unreadable
from adapters.declaration import Declaration, load
from adapters.readers.dates import SHANGHAI
from adapters.source import DeclaredAdapter
from schema.record_type import RecordType
from tests.adapters.declarations import penalty
from tests.adapters.questions import code

NOW = datetime(2016, 10, 20, 9, 0, tzinfo=SHANGHAI)
SECRET = "geheim-0123456789"
DECLARED = """\
[source]
department = "QH-TST"
name = "青海省试验厅"
provides = ["PENALTY"]
freshness = "PT6H"
deadline = "PT5S"

[connection]
kind = "sql"
url = "sqlite:///nowhere.sqlite"
as_of = "V_META.ASOF"

[capabilities]
key = "uscc"
batch = 4
concurrency = 2
delta = true

[PENALTY]
view = "V_XZCF"
key = { uscc = "CODE", name = "CF_XDR_MC" }
natural_key = ["CF_WSH", "CF_CFJG"]
record_id = ["CF_WSH"]
unused = ["STAMP"]

[PENALTY.fields]
respondentName = "CF_XDR_MC"
respondentRegistrationNumber = "CF_XDR_GSZC"
decisionNumber = "CF_WSH"
categories = { from = "CF_CFLB", read = "codes", codes = { "1" = "WARNING", "2" = "FINE" }, split = "," }
violationType = { value = "其他" }
facts = "CF_SY"
legalBasis = "CF_YJ"
content = "CF_NR"
fine = { from = "CF_NR_FK", read = "wan_yuan" }
decidedOn = { from = "CF_JDRQ", read = "date" }
publishUntil = { from = "CF_GSJZQ", read = "date", indefinite = ["2099/12/31"] }
authority = "CF_CFJG"

[PENALTY.quirks]
withdrawn_when = { CF_ZT = "2" }
"""  # noqa: E501 - an inline table has to stand on one line
REST = (
    DECLARED.replace('kind = "sql"', 'kind = "rest"')
    .replace('url = "sqlite:///nowhere.sqlite"', 'base_url = "${QH_TST_URL}"')
    .replace('as_of = "V_META.ASOF"', 'auth = { kind = "bearer", token = "${QH_T}" }')
    .replace('view = "V_XZCF"', 'request = { path = "/p" }\nrows = "rows"')
    .replace("delta = true\n", "")
)
FIRMS = 12


def row(number: int, serial: int = 1, **columns: object) -> dict[str, object]:
    """A row that can be read, with the fine of its words."""
    given: dict[str, object] = {
        "CODE": code(number),
        "CF_XDR_MC": f"青海{number}号有限公司",
        "CF_WSH": f"青试罚〔2016〕{number}-{serial}号",
        "CF_NR": "罚款 20000 元",
        "CF_NR_FK": "2.000000",
        "STAMP": "1",
    }
    return penalty(**(given | columns))


def rows_of_all() -> list[dict[str, object]]:
    return [row(n, serial) for n in range(1, FIRMS + 1) for serial in (1, 2)]


@dataclass
class Source:
    """Answers by code, lists in pages, tells changes; all of it rightly."""

    rows: Sequence[Row] = field(default_factory=rows_of_all)
    per: int = 10
    age: timedelta = timedelta(hours=1)
    unreadable: tuple[Unreadable, ...] = ()
    origin: Origin = Origin.LIVE
    asked: int = 0

    @property
    def as_of(self) -> datetime:
        return NOW - self.age

    async def ask(self, record_type: RecordType, keys: Sequence[str]) -> Rows:
        self.asked += 1
        await asyncio.sleep(0)
        found = [one for one in self.rows if one["CODE"] in keys]
        return Rows(self.given(found), self.as_of)

    def given(self, found: Sequence[Row]) -> Sequence[Row]:
        """Give what was found; doubles do otherwise."""
        return found

    async def scan(
        self, record_type: RecordType, since: str | None
    ) -> AsyncIterator[Rows]:
        for start in range(0, max(len(self.rows), 1), self.per):
            end = start + self.per
            cursor = str(end) if end < len(self.rows) else None
            some = self.rows[start:end]
            left = () if cursor else self.unreadable
            yield Rows(some, self.as_of, left, cursor, self.total())

    def total(self) -> int | None:
        return len(self.rows)

    async def since(
        self, record_type: RecordType, cursor: str | None
    ) -> AsyncIterator[Rows]:
        for start in range(int(cursor or 0), len(self.rows), self.per):
            end = min(start + self.per, len(self.rows))
            yield Rows(self.rows[start:end], self.as_of, (), str(end))
        yield Rows([], self.as_of, (), str(len(self.rows)))

    async def check(self) -> None:
        """Well."""

    async def close(self) -> None:
        """Nothing is open."""


def declared(folder: Path, text: str = DECLARED) -> Declaration:
    path = folder / "QH-TST.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


@dataclass
class Setup:
    """A department, and what is put on the bench with it."""

    source: Callable[[], Transport] = Source
    text: str = DECLARED
    build: Build = DeclaredAdapter
    live: bool = True
    materials: Callable[[Declaration, Path], Mapping[str, object]] = (
        lambda _declaration, _folder: {}
    )
    only: tuple[str, ...] = ()

    def bench(self, folder: Path) -> Bench:
        declaration = declared(folder, self.text)
        given: dict[str, object] = {"live": self.live, "secrets": [SECRET]}
        given |= self.materials(declaration, folder)
        terms = Terms(now=lambda: NOW)
        materials = Materials(**given)  # type: ignore[arg-type]  # as written
        return bench_of(declaration, self.source(), terms, materials, self.build)

    async def report(self, folder: Path) -> Report:
        bench = self.bench(folder)
        try:
            return await run_checks(bench, {}, self.only)
        finally:
            await bench.adapter.close()
