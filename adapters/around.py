"""What a code adapter is made of: a transport around the one that the gateway made."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from adapters.contract import Origin, Rows, TellsChanges
from adapters.errors import SourceContractBroken
from schema.record_type import RecordType


class Around:
    """Passes everything on; a code adapter says otherwise where it must.

    The gateway guarantees what `Transport` says, and hands in a `source` that has the
    declared connection: deadline, rate, credentials and limits hold for whatever is
    asked through it. The implementer must never open a connection of its own, never
    block (no sleep, no file, no long computation), and give rows as the declaration
    of the fields expects them, column by column.
    """

    def __init__(self, source: Any) -> None:  # noqa: ANN401 - of the declared kind
        """Ask through `source`, the transport of the declared kind."""
        self.source = source
        self.origin: Origin = source.origin

    async def ask(self, record_type: RecordType, keys: Sequence[str]) -> Rows:
        """Give the rows about the keys, `batch` of them at the most."""
        rows: Rows = await self.source.ask(record_type, keys)
        return rows

    async def scan(
        self, record_type: RecordType, since: str | None
    ) -> AsyncIterator[Rows]:
        """Give everything, page by page, each with the cursor to go on from."""
        async for rows in self.source.scan(record_type, since):
            yield rows

    async def since(
        self, record_type: RecordType, cursor: str | None
    ) -> AsyncIterator[Rows]:
        """Give what changed after a cursor, where the declaration says `delta`."""
        if not isinstance(self.source, TellsChanges):
            raise SourceContractBroken("该部门没有增量接口 (it tells no changes)")
        async for rows in self.source.since(record_type, cursor):
            yield rows

    async def check(self) -> None:
        """Return when the source answers."""
        await self.source.check()

    async def close(self) -> None:
        """Free connections."""
        await self.source.close()


class AroundHeld(Around):
    """The same for kinds whose rows lie with us: files and push."""

    async def version(self, record_type: RecordType) -> str:
        """Say which state of the rows we hold."""
        version: str = await self.source.version(record_type)
        return version
