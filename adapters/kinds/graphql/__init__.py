"""Departments that answer GraphQL documents, or are subgraphs of a federation."""

from adapters.kinds.graphql.transport import make

__all__ = ["make"]
