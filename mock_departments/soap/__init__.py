"""Departments that speak SOAP."""

from mock_departments.soap.server import CODES, start

__all__ = ["CODES", "start"]
