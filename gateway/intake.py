"""Takes pushed messages, whichever way they come."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import structlog

from adapters.errors import SourceContractBroken, SourceDenied
from adapters.kinds.push import (
    REPLAY_WINDOW,
    Announce,
    PushTransport,
    Receipt,
    announce_to_nobody,
)
from gateway.refused_messages import RefusedMessages

_log = structlog.get_logger(__name__)
LARGEST = 8_388_608
"""Bytes of a message at the most."""
TIMESTAMP = "x-creditnet-timestamp"
SIGNATURE = "x-creditnet-signature"

Tell = Callable[[PushTransport, Receipt], Awaitable[None]]
"""Hears of every message that is kept."""


async def tell_nobody(_: PushTransport, __: Receipt) -> None:
    """Keep it to ourselves."""


@dataclass(frozen=True, slots=True)
class Way:
    """How messages come to us."""

    name: str
    oldest: int = REPLAY_WINDOW
    """Seconds since its signature after which a message is refused."""
    keeps_denied: bool = False
    """Whether messages with a wrong signature are kept: nobody else has them."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a message was not taken; sent again, it would fare no better."""

    reason: str
    denied: bool
    """Whether its signature or its time was the reason, not what it says."""


class Intake:
    """Takes the messages of all departments that push."""

    def __init__(
        self,
        departments: Callable[[], Mapping[str, PushTransport]],
        refused: RefusedMessages,
        tell: Tell = tell_nobody,
        announce: Announce = announce_to_nobody,
    ) -> None:
        """Take messages for `departments`, as they are plugged in at the time.

        What can't be read stays in `refused`.

        `announce` hears of a message before it is kept, so that no answer denies it,
        and `tell` afterwards.
        """
        self._departments = departments
        self._refused = refused
        self._tell = tell
        self._announce = announce

    @property
    def departments(self) -> Mapping[str, PushTransport]:
        """The departments that push, by code."""
        return self._departments()

    async def take(
        self, department: str, body: bytes, headers: Mapping[str, str], way: Way
    ) -> Receipt | Refusal:
        """Take one message; with a receipt it is durable.

        Header names are lower-case. What is refused was kept, if it has to be. Any
        exception means that the same message may be taken later.
        """
        try:
            transport = self._pushing(department)
            receipt = await self._receive(transport, body, headers, way)
        except SourceDenied as error:
            refusal = Refusal(error.reason, denied=True)
        except SourceContractBroken as error:
            refusal = Refusal(error.reason, denied=False)
        else:
            await self._tell(transport, receipt)
            return receipt
        _log.warning(
            "message refused",
            department=department,
            way=way.name,
            reason=refusal.reason,
        )
        if way.keeps_denied or not refusal.denied:
            await self._refused.keep(department, way.name, refusal.reason, body)
        return refusal

    def _pushing(self, department: str) -> PushTransport:
        transport = self.departments.get(department)
        if transport is None:
            raise SourceDenied("该部门不再推送 (it pushes no more)")
        return transport

    async def _receive(
        self,
        transport: PushTransport,
        body: bytes,
        headers: Mapping[str, str],
        way: Way,
    ) -> Receipt:
        if len(body) > LARGEST:
            raise SourceContractBroken(
                f"报文超过 {LARGEST} 字节 (the message is too large)"
            )
        return await transport.receive(
            body,
            headers.get(TIMESTAMP, ""),
            headers.get(SIGNATURE, ""),
            time.time(),
            self._announce,
            way.oldest,
        )
