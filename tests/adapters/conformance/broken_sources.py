"""Departments that do one thing wrong; all else is as in `department.Source`."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from adapters.contract import Row, Rows, Unreadable
from adapters.errors import (
    SourceBusy,
    SourceContractBroken,
    SourceDenied,
    SourceError,
    SourceTimedOut,
    SourceUnavailable,
)
from schema.record_type import RecordType
from tests.adapters.conformance.department import Source, row, rows_of_all

Edit = Callable[[dict[str, object], int], None]


def edited(edit: Edit) -> Callable[[], Source]:
    """A source whose rows are edited in place, given their number."""

    def make() -> Source:
        rows = rows_of_all()
        for number, one in enumerate(rows):
            edit(one, number)
        return Source(rows)

    return make


def setting(**columns: object) -> Callable[[], Source]:
    """A source of whose rows every fourth says something else."""

    def edit(one: dict[str, object], number: int) -> None:
        if number % 4 == 0:
            one.update(columns)

    return edited(edit)


def everywhere(**columns: object) -> Callable[[], Source]:
    return edited(lambda one, _: one.update(columns))


def renamed(old: str, new: str) -> Callable[[], Source]:
    return edited(lambda one, _: one.__setitem__(new, one.pop(old)))


def wrong_checks(one: dict[str, object], number: int) -> None:
    """Give every second firm a code whose check character is wrong."""
    written = str(one["CODE"])
    if number % 4 < 2:
        one["CODE"] = written[:17] + ("0" if written[17] != "0" else "1")


class HalfAnswer(Source):
    def given(self, found: Sequence[Row]) -> Sequence[Row]:
        return [one for place, one in enumerate(found) if place % 3 != 2]


class IgnoresTheFilter(Source):
    async def ask(self, record_type: RecordType, keys: Sequence[str]) -> Rows:
        return Rows(self.rows, self.as_of)


class RefusesFullBatches(Source):
    async def ask(self, record_type: RecordType, keys: Sequence[str]) -> Rows:
        if len(keys) > 3:
            raise SourceContractBroken("意外的状态 400 (unexpected status)")
        return await super().ask(record_type, keys)


@dataclass
class Failing(Source):
    """Every call fails, or every second one, or those that would find nothing."""

    fault: SourceError = field(default_factory=lambda: SourceError(""))
    when: str = "always"

    async def ask(self, record_type: RecordType, keys: Sequence[str]) -> Rows:
        found = await super().ask(record_type, keys)
        odd = self.when == "odd" and self.asked % 2
        empty = self.when == "empty" and not found.rows
        if self.when == "always" or odd or empty:
            raise self.fault
        return found


def failing(fault: SourceError, when: str = "always") -> Callable[[], Source]:
    return lambda: Failing(fault=fault, when=when)


HANGS = failing(SourceTimedOut("没有在规定时间内答复（no answer in time）"))
BUSY = failing(SourceBusy("请求过于频繁 (asked to come back later)", 60.0))
DENIED = failing(SourceDenied("部门拒绝了访问凭据 (credentials were not accepted)"))
DOWN = failing(SourceUnavailable("无法连接 (cannot be reached)"))
DROPS = failing(SourceUnavailable("连接中断 (the connection broke off)"), "odd")
OK_BUT_ERROR = failing(
    SourceContractBroken("部门以成功状态答复了错误 (an error that came as a success)")
)
EMPTY_IS_FAULT = failing(
    SourceUnavailable("部门系统报错 (the system told a fault)"), "empty"
)
OVERSIZED = failing(SourceContractBroken("答复超过 9 字节 (answer too large)"))


class RepeatsPages(Source):
    async def scan(
        self, record_type: RecordType, since: str | None
    ) -> AsyncIterator[Rows]:
        first, second = self.rows[:10], self.rows[10:]
        yield Rows(first, self.as_of, (), "1", len(self.rows))
        yield Rows(first, self.as_of, (), "2", len(self.rows))
        yield Rows(second, self.as_of, (), None, len(self.rows))


class NeverEnds(Source):
    async def scan(
        self, record_type: RecordType, since: str | None
    ) -> AsyncIterator[Rows]:
        number = 0
        while True:
            number += 1
            one = row(1, number)
            yield Rows([one], self.as_of, (), "again")


class CountsWrong(Source):
    def total(self) -> int | None:
        return len(self.rows) + 7


class Drips(Source):
    """The same record differs at every answer, in a column that is not mapped."""

    def given(self, found: Sequence[Row]) -> Sequence[Row]:
        return [{**one, "STAMP": str(self.asked)} for one in found]


class ReplaysChanges(Source):
    async def since(
        self, record_type: RecordType, cursor: str | None
    ) -> AsyncIterator[Rows]:
        async for rows in super().since(record_type, None):
            yield rows


class LosesChanges(Source):
    async def since(
        self, record_type: RecordType, cursor: str | None
    ) -> AsyncIterator[Rows]:
        async for rows in super().since(record_type, cursor):
            yield Rows(rows.rows[1:], rows.as_of, (), rows.cursor)


class TurnsBack(Source):
    """Gives changes out of order: the cursor returns to where it was."""

    async def since(
        self, record_type: RecordType, cursor: str | None
    ) -> AsyncIterator[Rows]:
        if cursor is None:
            yield Rows(self.rows[:10], self.as_of, (), "10")
            yield Rows(self.rows[10:20], self.as_of, (), "24")
            yield Rows(self.rows[20:], self.as_of, (), "10")
        elif cursor == "10":
            yield Rows(self.rows[10:20], self.as_of, (), "24")
            yield Rows(self.rows[20:], self.as_of, (), "10")


def aged(**age: float) -> Callable[[], Source]:
    return lambda: Source(age=timedelta(**age))


def cut_short() -> Source:
    reason = "没有结尾的「表格说明」（closing row is missing）"
    return Source(unreadable=(Unreadable("xk_201609.xlsx", reason),))
