"""Departments that push signed messages; their records lie in an inbox with us."""

from adapters.kinds.push.transport import PushTransport, Receipt

__all__ = ["PushTransport", "Receipt"]
