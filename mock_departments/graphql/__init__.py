"""Prefecture governments that speak GraphQL."""

from mock_departments.graphql.server import CODES, start

__all__ = ["CODES", "start"]
