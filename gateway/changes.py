"""Tells subscribers of the records that departments push, as government sees them."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence

import structlog

from adapters.contract import SourceRecord
from adapters.kinds.push import PushTransport, Receipt
from gateway.core import Core
from gateway.events import Events
from gateway.loading.records import Departments, Moment, Records
from gateway.tying import Tying
from schema.codes.regions import significant
from schema.departments import SourceOutcome
from schema.record_type import RecordType
from schema.records.record import CreditRecord
from schema.scalars import USCC
from schema.subscription import ChangeKind, RecordChange
from schema.visibility import Audience

_log = structlog.get_logger(__name__)
_Versions = tuple[SourceRecord | None, SourceRecord]
_ByEnterprise = Mapping[USCC, CreditRecord]


def listen(
    events: Events[RecordChange],
    record_types: Sequence[RecordType] | None,
    departments: Departments,
    region: str | None,
) -> AsyncGenerator[RecordChange, None]:
    """Give the changes of some types, departments, and of a region's enterprises."""
    prefix = significant(region or "")
    kinds = None if record_types is None else frozenset(record_types)

    def wanted(change: RecordChange) -> bool:
        if kinds is not None and change.record_type not in kinds:
            return False
        if departments is not None and change.department.code not in departments:
            return False
        return not prefix or _is_in(change, prefix)

    return events.listen(wanted)


def _is_in(change: RecordChange, prefix: str) -> bool:
    region = change.enterprise.region
    return region is not None and region.code.startswith(prefix)


class Changes:
    """Makes events of what a department pushed; of what fits nobody, none."""

    def __init__(
        self,
        core: Core,
        records: Records,
        events: Events[RecordChange],
        moment: Callable[[], Moment],
    ) -> None:
        """Publish in `events` what `records` of the government would show."""
        self._core = core
        self._records = records
        self._events = events
        self._moment = moment
        self._turn = asyncio.Lock()

    async def tell(self, transport: PushTransport, receipt: Receipt) -> None:
        """Publish what a message that is kept has changed, in the order of messages.

        A failure is logged and never the department's.
        """
        if not receipt.taken or not len(self._events):
            return
        async with self._turn:
            try:
                await self._tell(transport, receipt)
            except Exception:  # noqa: BLE001 - the message is kept all the same
                _log.exception("changes not told", message=receipt.message_id)

    async def _tell(self, transport: PushTransport, receipt: Receipt) -> None:
        versions = [
            (before, after)
            for before, after in await transport.versions(receipt)
            if before is None or before.digest != after.digest
        ]
        moment = self._moment()
        tying = Tying(self._core, self._records, Audience.GOVERNMENT, None, moment)
        befores, afters = await _tied(tying, transport.department, versions)
        for before, after in zip(befores, afters, strict=True):
            for change in _changes(before, after, moment):
                self._events.publish(change)


async def _tied(
    tying: Tying, department: str, versions: Sequence[_Versions]
) -> tuple[Sequence[_ByEnterprise], Sequence[_ByEnterprise]]:
    """Give both versions of each record by whom they are about."""
    earlier = [before for before, _ in versions if before is not None]
    later = [after for _, after in versions]
    shown = await tying.tie(department, [*earlier, *later], SourceOutcome.MATERIALIZED)
    people: Iterator[_ByEnterprise] = (
        {one.enterprise.uscc: one for one in some} for some in shown
    )
    befores = [next(people) if before is not None else {} for before, _ in versions]
    return befores, list(people)


def _changes(
    before: _ByEnterprise, after: _ByEnterprise, moment: Moment
) -> Iterator[RecordChange]:
    for uscc in dict.fromkeys([*before, *after]):
        old, new = before.get(uscc), after.get(uscc)
        told = new or old
        if told is None:
            continue
        yield RecordChange(
            kind=_kind(old, new, moment),
            at=moment.now,
            record_type=told.record_type,
            department=told.provenance.department,
            enterprise=told.enterprise,
            before=old,
            after=new,
        )


def _kind(
    old: CreditRecord | None, new: CreditRecord | None, moment: Moment
) -> ChangeKind:
    if new is None:
        return ChangeKind.REMOVED
    if old is None:
        return ChangeKind.ADDED
    gone = _is_withdrawn(new, moment) and not _is_withdrawn(old, moment)
    return ChangeKind.REMOVED if gone else ChangeKind.CHANGED


def _is_withdrawn(record: CreditRecord, moment: Moment) -> bool:
    return record.withdrawn_on is not None and record.withdrawn_on <= moment.today
