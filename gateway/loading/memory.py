"""What departments said, in this process and among gateways, as one thing."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import aclosing, asynccontextmanager

from adapters.contract import Adapter
from gateway.loading.clocks import Clocks
from gateway.loading.entries import Entries
from gateway.loading.shared import SharedEntries
from gateway.loading.sharing import Sharing
from schema.record_type import RecordType


class Memory:
    """Entries of this process, and what is shared with others if anything is."""

    def __init__(self, entries: Entries, sharing: Sharing | None = None) -> None:
        """Remember in `entries`; tell and hear others through `sharing`."""
        self.entries = entries
        self._sharing = sharing

    def shared_by(self, adapter: Adapter, clocks: Clocks) -> SharedEntries | None:
        """Give what gateways share of a department; None where they share nothing."""
        if self._sharing is None:
            return None
        return SharedEntries(adapter, self._sharing, clocks)

    async def drop(
        self, department: str, record_type: RecordType, usccs: Collection[str]
    ) -> None:
        """Make all gateways forget what was said about some enterprises.

        An answer that is on its way just now is not remembered either. Never fails,
        and waits a second at the most: who can't be told now is told later.
        """
        self.entries.drop_all(department, record_type, usccs)
        if self._sharing is not None and usccs:
            await self._sharing.drop([(department, record_type, one) for one in usccs])

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Forget what others drop, meanwhile."""
        if self._sharing is None:
            yield
            return
        task = asyncio.create_task(self._listen(self._sharing))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def close(self) -> None:
        """Free connections."""
        if self._sharing is not None:
            await self._sharing.close()

    async def _listen(self, sharing: Sharing) -> None:
        """Forget what is heard.

        While nobody can be heard, entries age as without others. After that none of
        them counts as fresh, for any may have been dropped.
        """
        async with aclosing(sharing.heard()) as heard:
            async for places in heard:
                if places is None:
                    self.entries.doubt_all()
                else:
                    self.entries.drop(places)
