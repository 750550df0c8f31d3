"""Departments that let others read views of their own database."""

from mock_departments.sql.server import CODES, start, use_server

__all__ = ["CODES", "start", "use_server"]
