"""Departments that let us read views of their own database."""

from adapters.kinds.sql.transport import SqlTransport, make

__all__ = ["SqlTransport", "make"]
