"""A small schema with weights, and what its cost is computed with."""

import re
from typing import Final

from graphql import GraphQLSchema, build_schema, parse

from gateway.access.demand.cost import Costing, Estimate
from gateway.access.demand.weights import DIRECTIVES, read_weights
from gateway.engine import prepare

_TYPES: Final = """
interface Item { id: ID! owner: Person! tags: [Tag!]! @listSize(assumedSize: 2) }
type Book implements Item {
  id: ID! owner: Person! tags: [Tag!]! @listSize(assumedSize: 2)
  chapters(first: Int = 3, last: Int): [Chapter!]!
    @listSize(slicingArguments: ["first", "last"], requireOneSlicingArgument: false)
}
type Film implements Item {
  id: ID! owner: Person! tags: [Tag!]! @listSize(assumedSize: 2)
  length: Int @cost(weight: "4")
}
type Chapter { title: String related: [Item!] @listSize(assumedSize: 1) }
type Tag @cost(weight: "2") { name: String }
type Person {
  name: String
  items(first: Int = 2): Page!
    @listSize(slicingArguments: ["first"], sizedFields: ["nodes"],
              requireOneSlicingArgument: false)
  friend: Person
}
type Page { nodes: [Item!]! total: Int }
input Where { name: String }
type Query {
  person(where: Where): Person @cost(weight: "3")
  people(first: Int, last: Int): [Person!]!
    @listSize(slicingArguments: ["first", "last"])
  some(ids: [ID!]): [Person!]!
    @listSize(slicingArguments: ["ids"], assumedSize: 4,
              requireOneSlicingArgument: false)
  items: [Item!]! @listSize(assumedSize: 3)
  tags: [Tag!]!
}
"""
SDL: Final = DIRECTIVES + _TYPES


def shop() -> GraphQLSchema:
    """Build it."""
    return build_schema(SDL)


def bare() -> GraphQLSchema:
    """Build it without its directives."""
    return build_schema(re.sub(r"@(cost|listSize)\([^)]*\)", "", _TYPES))


def costing(schema: GraphQLSchema | None = None) -> Costing:
    """Cost documents of the shop; lists of which nothing is said have 3 items."""
    schema = schema or shop()
    return Costing(schema, read_weights(schema, unsized=3), {}, {})


def estimate(text: str, **variables: object) -> Estimate:
    """Estimate the only operation of a document."""
    return costing().estimate(prepare(parse(text)), None, variables)
