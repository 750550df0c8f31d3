"""Departments that answer over REST with JSON."""

from adapters.kinds.rest.transport import make

__all__ = ["make"]
