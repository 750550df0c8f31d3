"""Reads the log of changes as government sees it: whom they are about, what is told."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from adapters.contract import Adapter, Page, SetAside, SourceRecord, Subject
from gateway.changelog import Logged
from gateway.core import Core
from gateway.loading.records import Moment, Records
from gateway.settings import SHANGHAI
from gateway.tying import Tying
from schema.departments import SourceOutcome
from schema.record_type import RecordType
from schema.records.record import CreditRecord
from schema.scalars import USCC
from schema.subscription import ChangeKind, RecordChange
from schema.visibility import Audience

_ByEnterprise = Mapping[USCC, CreditRecord]
_Entry = SourceRecord | SetAside
_LIE_WITH_US = frozenset({"files", "push"})


@dataclass(frozen=True, slots=True)
class Told:
    """Changes that follow each other, of one department and record type."""

    department: str
    record_type: RecordType
    subjects: Sequence[Sequence[Subject]]
    """Whom each row names now, readable or not."""
    touched: frozenset[str]
    """USCC of everybody whose records they change, or may change."""
    events: Mapping[int, Sequence[RecordChange]]
    """By place in the log: one for each enterprise, none for what fits nobody."""


class Changes:
    """Makes of what is in the log what is told of it."""

    def __init__(
        self,
        core: Core,
        records: Records,
        adapters: Mapping[str, Adapter],
        moment: Callable[[], Moment],
    ) -> None:
        """Show what `records` of the government would show."""
        self._core = core
        self._records = records
        self._adapters = adapters
        self._moment = moment

    async def read(self, logged: Sequence[Logged]) -> Sequence[Told]:
        """Read changes in their order; those of departments that are gone are none."""
        moment = self._moment()
        tying = Tying(self._core, self._records, Audience.GOVERNMENT, None, moment)
        return [
            await self._told(adapter, record_type, list(some), tying)
            for (department, record_type), some in groupby(logged, key=_whose)
            if (adapter := self._adapters.get(department)) is not None
            and record_type in adapter.record_types
        ]

    async def _told(
        self,
        adapter: Adapter,
        record_type: RecordType,
        logged: Sequence[Logged],
        tying: Tying,
    ) -> Told:
        changes = [one.change for one in logged]
        versions = [one.before for one in changes if one.before is not None]
        versions += [one.after for one in changes]
        entries = [adapter.read(record_type, one.row, one.as_of) for one in versions]
        shown, touched = await _tied(adapter, entries, tying)
        people: Iterator[_ByEnterprise | None] = iter(shown)
        befores = [next(people) if one.before is not None else None for one in changes]
        moment = self._moment()
        return Told(
            adapter.department,
            record_type,
            [one.subjects for one in entries[-len(logged) :]],
            touched,
            {
                one.number: list(_events(one, before, after, moment))
                for one, before, after in zip(logged, befores, people, strict=True)
            },
        )


def _whose(logged: Logged) -> tuple[str, RecordType]:
    return logged.change.department, logged.change.record_type


async def _tied(
    adapter: Adapter, entries: Sequence[_Entry], tying: Tying
) -> tuple[Sequence[_ByEnterprise | None], frozenset[str]]:
    """Give each row by whom it is about (None: unreadable), and all who are touched."""
    records = [one for one in entries if isinstance(one, SourceRecord)]
    aside = [one for one in entries if isinstance(one, SetAside)]
    lies_with_us = adapter.kind in _LIE_WITH_US
    outcome = SourceOutcome.MATERIALIZED if lies_with_us else SourceOutcome.LIVE
    tied = await tying.tie_page(
        adapter.department, Page(tuple(records), tuple(aside)), outcome
    )
    shown = iter({one.enterprise.uscc: one for one in some} for some in tied.shown)
    found = [next(shown) if isinstance(one, SourceRecord) else None for one in entries]
    return found, tied.perhaps.union(*(one for one in found if one))


def _events(
    logged: Logged,
    before: _ByEnterprise | None,
    after: _ByEnterprise | None,
    moment: Moment,
) -> Iterator[RecordChange]:
    """Tell of a change whose row can be read now.

    Where the row before is not kept, or can't be read, whoever it is about now is told
    that it changed.
    """
    if after is None:
        return
    unseen = before is None and logged.change.known
    earlier = before or {}
    for uscc in dict.fromkeys([*earlier, *after]):
        old, new = earlier.get(uscc), after.get(uscc)
        told = new or old
        if told is None:
            continue
        yield RecordChange(
            kind=_kind(old, new, moment, unseen=unseen),
            at=logged.at.astimezone(SHANGHAI),
            record_type=told.record_type,
            department=told.provenance.department,
            enterprise=told.enterprise,
            before=old,
            after=new,
        )


def _kind(
    old: CreditRecord | None, new: CreditRecord | None, moment: Moment, *, unseen: bool
) -> ChangeKind:
    if new is None:
        return ChangeKind.REMOVED
    if old is None and not unseen:
        return ChangeKind.ADDED
    was_gone = old is not None and _is_withdrawn(old, moment)
    gone = _is_withdrawn(new, moment) and not was_gone
    return ChangeKind.REMOVED if gone else ChangeKind.CHANGED


def _is_withdrawn(record: CreditRecord, moment: Moment) -> bool:
    return record.withdrawn_on is not None and record.withdrawn_on <= moment.today
