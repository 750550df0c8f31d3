"""Departments that leave files in a folder."""

from mock_departments.files.service import CODES, start

__all__ = ["CODES", "start"]
