"""Code adapters that do one thing wrong, as somebody might write them."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import aiohttp

from adapters.contract import (
    Ask,
    Fetched,
    Row,
    SetAside,
    SourceRecord,
    Transport,
)
from adapters.declaration import Declaration
from adapters.errors import SourceError, SourceTimedOut
from adapters.source import DeclaredAdapter
from schema.record_type import RecordType
from tests.adapters.conformance.department import NOW, SECRET

A_PERSON = "632801197001010018"


class OneByOne(DeclaredAdapter):
    """N+1: a call for every enterprise."""

    async def fetch(self, ask: Ask) -> Fetched:
        single = [
            await super(OneByOne, self).fetch(Ask(ask.record_type, (one,)))
            for one in ask.enterprises
        ]
        records = {code: them for one in single for code, them in one.records.items()}
        return Fetched(records, NOW, calls=len(single))


def wider(**capabilities: Any):
    """An adapter that allows itself more than is declared."""

    def build(declaration: Declaration, transport: Transport) -> DeclaredAdapter:
        known = replace(declaration.capabilities, **capabilities)
        return DeclaredAdapter(replace(declaration, capabilities=known), transport)

    return build


class AddsNeighbours(DeclaredAdapter):
    """Believes that all that came is about the one who was asked for."""

    async def fetch(self, ask: Ask) -> Fetched:
        found = await super().fetch(ask)
        everything = [one for them in found.records.values() for one in them]
        first = next(iter(found.records), None)
        if first is None or len(ask.enterprises) < 2:
            return found
        return replace(found, records={**found.records, first: everything})


class AnswersUnasked(DeclaredAdapter):
    async def fetch(self, ask: Ask) -> Fetched:
        found = await super().fetch(ask)
        extra = {"91630000MA7QH00013": ()} if ask.enterprises else {}
        return replace(found, records={**found.records, **extra})


class ByPosition(DeclaredAdapter):
    """Takes the first rows for the first key, as they stand in the source."""

    async def fetch(self, ask: Ask) -> Fetched:
        found = await super().fetch(ask)
        groups = sorted(
            (them for them in found.records.values() if them),
            key=lambda them: int(str(them[0].source_record_id).split("〕")[1][:-3]),
        )
        codes = [one.uscc for one in ask.enterprises]
        empty: dict[str, Sequence[SourceRecord]] = dict.fromkeys(codes, ())
        return replace(found, records={**empty, **dict(zip(codes, groups))})  # noqa: B905


class DropsDuplicates(DeclaredAdapter):
    """Loses whoever is asked for twice."""

    async def fetch(self, ask: Ask) -> Fetched:
        found = await super().fetch(ask)
        codes = [one.uscc for one in ask.enterprises]
        kept = {c: r if codes.count(c) < 2 else () for c, r in found.records.items()}
        return replace(found, records=kept)


class UpsetByStrangers(DeclaredAdapter):
    """Tells nothing at all when two of those asked for are not known."""

    async def fetch(self, ask: Ask) -> Fetched:
        found = await super().fetch(ask)
        unknown = [code for code, them in found.records.items() if not them]
        if len(unknown) == 2:
            return replace(found, records=dict.fromkeys(found.records, ()))
        return found


class AsksForNobody(DeclaredAdapter):
    async def fetch(self, ask: Ask) -> Fetched:
        if not ask.enterprises:
            await self._transport.ask(ask.record_type, [])
        return await super().fetch(ask)


class SwallowsErrors(DeclaredAdapter):
    """Fault is empty: whatever goes wrong, there was nothing."""

    async def fetch(self, ask: Ask) -> Fetched:
        try:
            return await super().fetch(ask)
        except SourceError:
            return Fetched({one.uscc: () for one in ask.enterprises}, NOW)


class StalePresence(DeclaredAdapter):
    async def keys(self, record_type: RecordType) -> AsyncIterator[frozenset[str]]:
        async for some in super().keys(record_type):
            yield frozenset(sorted(some)[1:])


class LeaksPlaces(DeclaredAdapter):
    """Whoever is cancelled keeps his place for ever."""

    def __init__(self, declaration: Declaration, transport: Transport) -> None:
        super().__init__(declaration, transport)
        self._places = asyncio.Semaphore(declaration.capabilities.concurrency)

    async def fetch(self, ask: Ask) -> Fetched:
        try:
            async with asyncio.timeout(0.3):
                await self._places.acquire()
        except TimeoutError as error:
            raise SourceTimedOut("排队未轮到 (no place)") from error
        try:
            await asyncio.sleep(0.01)
            found = await super().fetch(ask)
        except asyncio.CancelledError:
            raise
        except BaseException:
            self._places.release()
            raise
        self._places.release()
        return found


class LogsSecrets(DeclaredAdapter):
    async def fetch(self, ask: Ask) -> Fetched:
        logging.getLogger(__name__).warning("asking with %s", SECRET)
        return await super().fetch(ask)


class LogsPersons(DeclaredAdapter):
    async def fetch(self, ask: Ask) -> Fetched:
        logging.getLogger(__name__).warning("asking about %s", A_PERSON)
        return await super().fetch(ask)


class _Reads(DeclaredAdapter):
    def read(
        self, record_type: RecordType, row: Row, as_of: datetime
    ) -> SourceRecord | SetAside:
        return super().read(record_type, self.seen(row), as_of)

    def seen(self, row: Row) -> Row:
        return row


class StripsTags(_Reads):
    def seen(self, row: Row) -> Row:
        return {k: str(v).replace("<script>", "") for k, v in row.items()}


class Formats(_Reads):
    """Text is a format to it, and some texts are bad ones."""

    def seen(self, row: Row) -> Row:
        return {k: str(v) % () if "%" in str(v) else v for k, v in row.items()}


class MapsSlowly(_Reads):
    def seen(self, row: Row) -> Row:
        time.sleep(0.004)
        return row


class OwnClient(DeclaredAdapter):
    """Opens its own connection, and trusts it."""

    def __init__(self, declaration: Declaration, transport: Transport) -> None:
        super().__init__(declaration, transport)
        self._url = str(declaration.connection.get("base_url"))

    async def fetch(self, ask: Ask) -> Fetched:
        none: dict[str, Sequence[SourceRecord]]
        none = {one.uscc: () for one in ask.enterprises}
        async with aiohttp.ClientSession() as client:
            try:
                async with client.get(self._url) as answer:
                    await answer.read()
            except aiohttp.ClientError:
                pass
        return Fetched(none, NOW)
