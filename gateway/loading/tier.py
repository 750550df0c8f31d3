"""What gateways share of what departments said, and where it lies."""

from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import orjson

from adapters.contract import Row
from adapters.row_notation import Unwritable, read_row, write_row
from gateway.loading.entries import Place

FORMAT = "1"
"""Of what is stored; gateways that write it otherwise have another."""


class TierDown(Exception):
    """The place where gateways share can't be reached, or refuses."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What a department said about an enterprise, before it is read."""

    edition: str
    """Of the declaration by which it was asked."""
    asked: float
    """When the question began, in Unix seconds."""
    as_of: datetime
    fetched_at: datetime
    """For who reads the answer."""
    rows: Sequence[tuple[Row, datetime]]
    """As given, each with when the department said so."""


class Tier(Protocol):
    """Keeps what departments said for several gateways."""

    async def get(self, places: Collection[Place]) -> Mapping[Place, bytes]:
        """Give what was put at these places, as it was.

        The caller guarantees a deadline, here and below, and may cancel at any await.
        The implementer must: call once for all places; call for none as well, so that
        it shows whether it answers; raise TierDown for every fault.
        """

    async def put(self, texts: Mapping[Place, bytes], seconds: float) -> None:
        """Keep these for some seconds, but for those dropped a short while ago."""

    async def drop(self, places: Collection[Place]) -> None:
        """Forget these, tell all others, and keep nothing there for a while.

        That while is longer than a question to a department takes, so that no answer
        from before comes back.
        """

    def heard(self) -> AsyncGenerator[Collection[Place] | None, None]:
        """Yield what others dropped, for ever; has deadlines of its own.

        None whenever the listening begins: what was dropped before went unheard.
        """

    async def close(self) -> None:
        """Free connections."""


def write(stored: Stored) -> bytes:
    """Write as JSON; raises Unwritable."""
    rows = [[as_of.isoformat(), write_row(row)] for row, as_of in stored.rows]
    said = [stored.as_of.isoformat(), stored.fetched_at.isoformat()]
    try:
        return orjson.dumps([stored.edition, stored.asked, *said, rows])
    except TypeError as error:  # lone surrogates
        raise Unwritable(str(error)) from error


def read(text: bytes) -> Stored | None:
    """Read what was written; None for anything else."""
    try:
        edition, asked, as_of, fetched_at, rows = orjson.loads(text)
        return Stored(
            edition,
            float(asked),
            datetime.fromisoformat(as_of),
            datetime.fromisoformat(fetched_at),
            [(read_row(row), datetime.fromisoformat(said)) for said, row in rows],
        )
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return None
