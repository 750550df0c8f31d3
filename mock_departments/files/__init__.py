"""Departments that drop files."""

from mock_departments.files.server import CODES, start

__all__ = ["CODES", "start"]
