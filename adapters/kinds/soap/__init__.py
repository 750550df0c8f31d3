"""Departments that exchange messages 报文 over SOAP."""

from adapters.kinds.soap.transport import make

__all__ = ["make"]
