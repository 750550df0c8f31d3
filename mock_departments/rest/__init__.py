"""Departments that speak REST."""

from mock_departments.rest.server import CODES, start

__all__ = ["CODES", "start"]
