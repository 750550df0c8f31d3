"""Departments that drop CSV or XLSX files."""

from adapters.kinds.files.transport import make

__all__ = ["make"]
