"""Departments that leave files in a folder: CSV and Excel."""

from adapters.kinds.files.transport import make

__all__ = ["make"]
