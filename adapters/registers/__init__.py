"""Registers of enterprises that came as a file, not from a department's system."""

from adapters.registers.source import open_register

__all__ = ["open_register"]
