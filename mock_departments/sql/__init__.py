"""Departments that open a view of their own database."""

from mock_departments.sql.server import CODES, start

__all__ = ["CODES", "start"]
