"""Departments that push signed messages; their records lie in an inbox with us."""

from adapters.kinds.push.transport import (
    REPLAY_WINDOW,
    Announce,
    PushTransport,
    Receipt,
    announce_to_nobody,
)

__all__ = [
    "REPLAY_WINDOW",
    "Announce",
    "PushTransport",
    "Receipt",
    "announce_to_nobody",
]
