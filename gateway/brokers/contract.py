"""What a broker is to us: messages that stay with it until we have them."""

from collections.abc import Callable, Collection, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

SECONDS = 10.0
"""Seconds that a broker may take for one thing that is asked of it."""
HANDLING = 20.0
"""Seconds that taking one message may take."""


class BrokerLost(Exception):
    """A broker can't be used any longer; says why, for operators."""


@dataclass(frozen=True, slots=True)
class Names:
    """What queues and subjects are called."""

    prefix: str

    def pushed(self, department: str) -> str:
        """Name the queue in which a department puts its messages."""
        return f"{self.prefix}.push.{department}"

    def aside(self, department: str) -> str:
        """Name the queue of messages that could not be taken however often."""
        return f"{self.prefix}.aside.{department}"


class Delivery(Protocol):
    """A message that the broker keeps until it hears what became of it."""

    @property
    def body(self) -> bytes:
        """The message."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Its headers, their names lower-case."""

    @property
    def attempt(self) -> int:
        """How often it was delivered, this time included."""

    async def accept(self) -> None:
        """Let the broker forget it."""

    async def return_after(self, seconds: float) -> None:
        """Have it delivered again, not before some time has passed."""

    async def put_aside(self) -> None:
        """Move it to the department's queue of those put aside, durably."""


Hand = Callable[[str, Delivery], Coroutine[Any, Any, None]]
"""Takes a delivery of a department and says to it what became of it."""


class Broker(Protocol):
    """Delivers messages.

    The caller guarantees one `consume` at a time. The implementer must keep what is
    delivered and not yet answered bounded, give every await on the broker a deadline,
    and deliver again what was never answered.
    """

    async def consume(
        self, departments: Collection[str], hand: Hand, ready: Callable[[], None]
    ) -> None:
        """Connect, make the queues that are missing, call `ready`, hand deliveries on.

        Ends by raising only, whatever the connection's end was; cancelled, it closes
        the connection.
        """
