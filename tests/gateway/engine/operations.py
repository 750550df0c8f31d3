"""Draws documents by hypothesis-graphql, and operations mixed of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    GraphQLSchema,
    OverlappingFieldsCanBeMergedRule,
    ValuesOfCorrectTypeRule,
    VariablesInAllowedPositionRule,
    parse,
    validate,
)
from hypothesis import strategies as st
from hypothesis_graphql import from_schema, nodes

from tests.gateway.engine.mixing import Operation, Spice, Stock, mixed

BREAKABLE = (
    OverlappingFieldsCanBeMergedRule,
    ValuesOfCorrectTypeRule,
    VariablesInAllowedPositionRule,
)
Literals = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Drawing:
    """How operations of one schema are drawn."""

    schema: GraphQLSchema
    spice: Spice
    scalars: Literals
    """Strings for each custom scalar, some of them refused."""
    size: int
    """Operations of each draw."""

    def drawn(self) -> st.SearchStrategy[list[Operation]]:
        """Draw a few documents, each below one root field, and mix them."""
        scalars = {
            name: st.sampled_from(texts).map(nodes.String)
            for name, texts in self.scalars.items()
        }
        roots = (self.schema.query_type, self.schema.mutation_type)
        one = st.one_of(
            *(
                from_schema(
                    self.schema,
                    fields=[name],
                    custom_scalars=scalars,
                    allow_x00=False,
                    codec="ascii",
                )
                for root in roots
                if root is not None
                for name in root.fields
            )
        )
        return st.builds(
            lambda texts, seed: mixed(
                Stock(self.schema, self.spice), texts, seed, self.size
            ),
            st.lists(one, min_size=1, max_size=4),
            st.integers(0, 2**32),
        )

    def valid(
        self, operations: Sequence[Operation]
    ) -> Iterator[tuple[Operation, DocumentNode]]:
        """Give the valid ones, parsed.

        What mixing may break is looked at in all of them, the rest in every tenth.
        """
        for place, operation in enumerate(operations):
            document = parse(operation.text)
            if not validate(self.schema, document, BREAKABLE, max_errors=1):
                assert place % 10 or not validate(self.schema, document)
                yield operation, document
