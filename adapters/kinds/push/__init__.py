"""Departments that push signed messages; their records lie in an inbox with us."""

from adapters.kinds.push.transport import Announce, PushTransport, Receipt

__all__ = ["Announce", "PushTransport", "Receipt"]
