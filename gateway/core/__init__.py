"""The core: registration data and annual reports, materialized."""

import math
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.contract import Adapter, EnterpriseKey, Subject
from gateway.core.crosswalk import Match
from gateway.core.database import open_database, open_reads
from gateway.core.enumeration import bearers, codes, mark
from gateway.core.reader import Reader
from gateway.core.reading import Reads
from gateway.core.sync import OF_THE_CORE, Sync, SyncResult
from gateway.errors import CoreUnusable
from schema.record_type import RecordType

__all__ = [
    "OF_THE_CORE",
    "Core",
    "CoreState",
    "CoreUnusable",
    "Match",
    "SyncResult",
    "open_core",
]

_LOOK_EVERY = 10.0
"""Seconds for which what was found out about the core's freshness counts."""
_COUNT = "SELECT count(*) FROM registration"
_COMPLETED = (
    "SELECT record_type, coalesce(max(as_of), max(completed_at)) FROM sync_state "
    "WHERE completed_at IS NOT NULL GROUP BY record_type"
)


@dataclass(frozen=True, slots=True)
class CoreState:
    """How full the core is."""

    enterprises: int
    as_of: datetime | None
    ready: bool
    """Whether one source at least was read to its end."""


class Core(Reader):
    """Reads the core, fills it, and knows whether it can be asked."""

    def __init__(self, engine: AsyncEngine, reads: Reads, secret: str) -> None:
        """Use an open database; `secret` keys the hash of persons."""
        super().__init__(reads)
        self.engine = engine
        self.as_of: Mapping[RecordType, datetime] = {}
        self._looked = -math.inf
        self._secret = secret.encode()

    async def keys_of(self, usccs: Sequence[str]) -> Mapping[str, EnterpriseKey]:
        """Give the keys by which departments may know the enterprises."""
        return await self._crosswalk.keys_of(usccs)

    async def match(
        self, subjects: Sequence[Subject], *, candidates: bool = True
    ) -> Sequence[Match]:
        """Find out whom subjects are."""
        return await self._crosswalk.match(subjects, candidates=candidates)

    def codes(self, most: int) -> AsyncIterator[Sequence[str]]:
        """Yield the codes of all enterprises in their order, so many at a time."""
        return codes(self._reads, most)

    async def bearers(self, calls: Sequence[str]) -> set[str]:
        """Give the codes of all who bear, or bore, one of these numbers or names."""
        return await bearers(self._reads, calls)

    async def mark(self) -> str:
        """Give what differs after any synchronization of registration data."""
        return await mark(self._reads)

    async def freshness(self) -> Mapping[RecordType, datetime]:
        """Say how fresh each kind of data is; what was never read to its end is absent.

        Others fill the core too, so this is looked up now and then.
        """
        if monotonic() - self._looked > _LOOK_EVERY:
            await self._look()
        return self.as_of

    async def state(self) -> CoreState:
        """Say how full the core is."""
        await self._look()
        ((count,),) = await self._reads.rows(_COUNT, {})
        as_of = self.as_of.get(RecordType.REGISTRATION)
        return CoreState(count, as_of, as_of is not None)

    async def _look(self) -> None:
        self.as_of = {
            RecordType(kind): datetime.fromisoformat(as_of)
            for kind, as_of in await self._reads.rows(_COMPLETED, {}, len(RecordType))
            if as_of is not None
        }
        self._looked = monotonic() if self.as_of else -math.inf

    async def sync(
        self,
        adapter: Adapter,
        progress: Callable[[str, float], None],
        source: str | None = None,
        record_types: Collection[RecordType] = OF_THE_CORE,
    ) -> SyncResult:
        """Read everything a source has for the core; see `Sync.run`."""
        name = source or adapter.department
        sync = Sync(self.engine, adapter, name, self._secret, progress)
        result = await sync.run(record_types)
        await self._look()
        return result

    async def close(self) -> None:
        """Close the database."""
        try:
            await self._reads.close()
        finally:
            await self.engine.dispose()


async def open_core(address: str, secret: str) -> Core:
    """Open the core; raises CoreUnusable with a sentence for the operator."""
    engine = await open_database(address)
    core = Core(engine, await open_reads(engine), secret)
    await core.state()
    return core
