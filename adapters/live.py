"""Asks a department's live source: in batches, several at a time, each on its own."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from adapters.answers import Answer
from adapters.contract import (
    UNSTATED,
    Ask,
    Capabilities,
    EnterpriseKey,
    Fetched,
    KeyKind,
    PassesOn,
    Rows,
    Transport,
)
from adapters.entries import map_rows
from adapters.errors import SourceCrowded, SourceError, SourceTimedOut
from adapters.mapping import Mapper
from adapters.retries import Retries
from adapters.settlement import NOTHING_SETTLED, Settlement

_SHARE_OF_DEADLINE = 0.95
"""Batches end a little before the caller's own deadline, so that those which did
answer are not lost with the one that did not."""
_RETRIES = Retries()
_UNTOLD = "来源的答复中有读不出主体的内容（part of the answer names nobody）"


@dataclass(frozen=True, slots=True)
class _Batch:
    """One call: the keys asked by, and whom they stand for."""

    keys: tuple[str, ...]
    codes: frozenset[str]
    """USCCs."""


class LiveSource:
    """A department that is asked by one kind of key."""

    def __init__(
        self,
        transport: Transport,
        capabilities: Capabilities,
        deadline: float,
        retries: Retries = _RETRIES,
    ) -> None:
        """Ask through `transport` as the capabilities allow."""
        self._transport = transport
        self._passes_on = transport if isinstance(transport, PassesOn) else None
        self._capabilities = capabilities
        self._deadline = deadline * _SHARE_OF_DEADLINE
        self._gate = asyncio.Semaphore(capabilities.concurrency)
        self._retries = retries

    async def fetch(
        self,
        ask: Ask,
        mapper: Mapper,
        now: Callable[[], datetime],
        settled: Settlement = NOTHING_SETTLED,
    ) -> Fetched:
        """Answer an Ask as `Adapter.fetch` promises."""
        kind = self._capabilities.key
        batches = split(ask.enterprises, kind, self._capabilities.batch)
        answer = Answer(ask.enterprises)
        failed: dict[str, Exception] = {}
        times: list[datetime] = []
        outcomes = await self._ask_all(ask, batches)
        for batch, rows in zip(batches, outcomes, strict=True):
            if isinstance(rows, SourceError):
                failed |= dict.fromkeys(batch.codes, rows)
                continue
            as_of = rows.as_of or now()
            times.append(as_of)
            entries = settled.applied(await map_rows(mapper, rows, as_of))
            if not answer.take(entries, refuse_unasked=kind != "name"):
                answer.doubt(batch.codes, _UNTOLD)
        if batches and not times:
            raise next(iter(failed.values()))
        return Fetched(
            records=answer.records,
            as_of=min(times) if times else now(),
            origin=self._transport.origin,
            unsure=answer.unsure,
            failed=failed,
            set_aside=answer.set_aside,
            calls=len(batches),
        )

    async def _ask_all(
        self, ask: Ask, batches: Sequence[_Batch]
    ) -> Sequence[Rows | SourceError]:
        ends = asyncio.get_running_loop().time() + self._deadline
        if len(batches) == 1:
            return [await self._ask(ask, batches[0], ends)]
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._ask(ask, batch, ends)) for batch in batches
            ]
        return [task.result() for task in tasks]

    async def _ask(self, ask: Ask, batch: _Batch, ends: float) -> Rows | SourceError:
        """Ask about a batch, again where that is safe and there is time for it."""
        clock, tried = asyncio.get_running_loop().time, 0
        while True:
            started = clock()
            found = await self._once(ask, batch, ends)
            if not isinstance(found, SourceError):
                return found
            now = clock()
            wait = self._retries.wait(tried, found, ends - now, now - started)
            if wait is None:
                return found
            await asyncio.sleep(wait)
            tried += 1

    async def _once(self, ask: Ask, batch: _Batch, ends: float) -> Rows | SourceError:
        fault: SourceError = SourceCrowded("排队未轮到（no call became free in time）")
        try:
            async with asyncio.timeout_at(ends), self._gate:
                fault = SourceTimedOut("没有在规定时间内答复（no answer in time）")
                if self._passes_on is None or ask.stated is UNSTATED:
                    return await self._transport.ask(ask.record_type, batch.keys)
                return await self._passes_on.ask_for(
                    ask.record_type, batch.keys, ask.stated
                )
        except TimeoutError:
            return fault
        except SourceError as error:
            return error


def split(
    enterprises: Iterable[EnterpriseKey], kind: KeyKind, size: int
) -> Sequence[_Batch]:
    """Cut the keys of all enterprises into batches; every key is asked once.

    Who has no key of this kind (no registration number) cannot be known to a source
    that knows nothing else, and is asked nowhere.
    """
    owners: dict[str, list[str]] = {}
    for enterprise in enterprises:
        for key in _keys(enterprise, kind):
            owners.setdefault(key, []).append(enterprise.uscc)
    keys = tuple(owners)
    return [
        _Batch(part, frozenset(chain.from_iterable(map(owners.__getitem__, part))))
        for start in range(0, len(keys), size)
        if (part := keys[start : start + size])
    ]


def _keys(enterprise: EnterpriseKey, kind: KeyKind) -> Iterable[str]:
    calls = enterprise.calls
    if kind == "name":
        return (*enterprise.names, *(call for call in calls if not call.isascii()))
    own = enterprise.uscc if kind == "uscc" else enterprise.registration_number
    codes = [call for call in calls if call.isascii()]
    return codes if own is None else (own, *codes)
