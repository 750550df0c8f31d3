"""Builds presence from what departments list, and keeps it true to the core."""

import asyncio
from collections.abc import Mapping, Sequence, Set
from datetime import UTC, datetime

from pyroaring import BitMap

from adapters.contract import Adapter, EnterpriseKey, Page, Subject
from gateway.core import Core, Match
from gateway.loading.ordinals import Ordinals
from gateway.loading.presence import Presence, calls_of, calls_to, hashed
from gateway.loading.shelf import Shelf, name_of
from schema.codes.uscc import organisation_code
from schema.record_type import RecordType

NOT_GONE_THROUGH = frozenset(
    {
        RecordType.REGISTRATION,
        RecordType.ANNUAL_REPORT,
        RecordType.SHAREHOLDER,
        RecordType.KEY_PERSON,
        RecordType.BRANCH,
        RecordType.CHANGE,
    }
)
"""What belongs to the register itself."""
WAIT = 300.0
"""Seconds that one record type of a department may take."""
_ORGANISATION = 9
"""Characters of an organisation code (GB 11714)."""
_CHUNK = 1_000
"""Enterprises whose keys are read together."""
_CODES = 10_000


class Building:
    """Presence of departments that are gone through one after the other."""

    def __init__(self, core: Core, shelf: Shelf) -> None:
        """Number the enterprises of `core`; keep everything on `shelf`."""
        self._core = core
        self._shelf = shelf
        self._ordinals = Ordinals()
        self._mark = ""

    async def begin(self) -> None:
        """Give every enterprise that has none yet a number."""
        self._mark = await self._core.mark()
        ordinals = await asyncio.to_thread(self._shelf.ordinals)
        new: list[str] = []
        async for codes in self._core.codes(_CODES):
            new += [code for code in codes if ordinals.of(code) is None]
        self._ordinals = await asyncio.to_thread(ordinals.extended, new)
        if new:
            await asyncio.to_thread(self._shelf.number, self._ordinals)

    def draft(
        self, adapter: Adapter, record_type: RecordType, now: datetime
    ) -> Presence:
        """Begin the presence of a department that is about to be read."""
        return Presence(
            adapter.department,
            record_type,
            now,
            datetime.now(UTC),
            mark=self._mark,
            edition=adapter.edition(record_type),
        )

    async def take(
        self,
        draft: Presence,
        adapter: Adapter,
        page: Page,
        matched: Sequence[tuple[Subject, Match]] = (),
    ) -> None:
        """Add whoever a page is, or may be, about; `matched` are its subjects."""
        named = [one.subjects for one in page.records]
        named += [one.subjects for one in page.set_aside]
        calls = {c for each in named for one in each for c in calls_of(one)}
        mark = draft.mark
        draft.add(calls, self._ordinals)
        draft.held.update(await self._bearers(calls))
        draft.mark = mark
        draft.whole = draft.whole and all(named)
        found = [(one, match.uscc) for one, match in matched if match.uscc]
        keys: Mapping[str, EnterpriseKey] = {}
        if adapter.capabilities.key != "uscc":
            keys = await self._core.keys_of(list({uscc for _, uscc in found}))
        for subject, uscc in found:
            number = self._ordinals.of(uscc)
            if number is not None and _is_reached(subject, uscc, adapter, keys):
                draft.surely.add(number)

    async def _bearers(self, calls: Set[str]) -> Sequence[int]:
        """Give the numbers of all who answer to calls that are no codes."""
        names = [call for call in calls if self._ordinals.of(call) is None]
        found = await self._core.bearers(names) if names else set()
        organisations = {c for c in names if len(c) == _ORGANISATION and c.isascii()}
        if organisations:
            found |= {
                c for c in self._ordinals if organisation_code(c) in organisations
            }
        numbers = [self._ordinals.of(uscc) for uscc in found]
        return [number for number in numbers if number is not None]

    async def keep(self, draft: Presence) -> None:
        """Put a finished draft in the place of what was known before."""
        await asyncio.to_thread(self._shelf.keep, draft, self._ordinals)

    async def lost(self, adapters: Mapping[str, Adapter]) -> Sequence[str]:
        """Give the departments that should be read anew.

        Their presence is lost, or they can't tell changes of files that lie with us.
        """
        await self.begin()
        held = await asyncio.to_thread(self._shelf.readings, self._ordinals)
        return sorted(
            code
            for code, adapter in adapters.items()
            if adapter.capabilities.scan
            for record_types in [adapter.record_types - NOT_GONE_THROUGH]
            if record_types
            and (
                adapter.kind == "files"
                or any(not _is_held(held, adapter, one) for one in record_types)
            )
        )

    async def settle(self) -> None:
        """Let `held` tell who answers to the calls, as the core is now.

        Names and numbers change, enterprises are registered; whatever presence was
        made before the last synchronization is looked through again.
        """
        mark = await self._core.mark()
        await self.begin()
        held = await asyncio.to_thread(self._shelf.readings, self._ordinals)
        stale = {name: one for name, one in held.items() if one.mark != mark}
        if not stale:
            return
        presences = [*stale.values()]
        every = BitMap.union(BitMap(), *(one.calls for one in presences))
        async for codes in self._core.codes(_CHUNK):
            keys = await self._core.keys_of(codes)
            await asyncio.to_thread(self._answer, keys, presences, every)
        if await self._core.mark() == mark:
            for name, one in stale.items():
                one.mark = mark
                await asyncio.to_thread(self._shelf.put, name, one, self._ordinals)
        oldest = min(one.read for one in held.values())
        await asyncio.to_thread(self._shelf.forget, oldest.date())

    def _answer(
        self,
        keys: Mapping[str, EnterpriseKey],
        presences: Sequence[Presence],
        every: BitMap,
    ) -> None:
        for uscc, key in keys.items():
            called = every.intersection(BitMap(map(hashed, calls_to(key))))
            number = self._ordinals.of(uscc) if called else None
            if number is not None:
                for one in presences:
                    if one.calls.intersect(called):
                        one.held.add(number)


def _is_held(
    held: Mapping[str, Presence], adapter: Adapter, record_type: RecordType
) -> bool:
    """Say whether there is presence, read as the department is declared now."""
    found = held.get(name_of(adapter.department, record_type))
    return found is not None and found.edition == adapter.edition(record_type)


def _is_reached(
    subject: Subject, uscc: str, adapter: Adapter, keys: Mapping[str, EnterpriseKey]
) -> bool:
    """Say whether a department that is asked about an enterprise finds this row."""
    key = keys.get(uscc)
    if adapter.capabilities.key == "uscc":
        return subject.uscc == uscc
    if key is None:
        return False
    if adapter.capabilities.key == "name":
        return subject.name in key.names
    number = subject.registration_number
    return number is not None and number == key.registration_number
