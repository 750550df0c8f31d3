"""The variables of one operation: their types are looked up once."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from graphql import (
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    VariableDefinitionNode,
    get_variable_values,
    is_leaf_type,
    is_non_null_type,
)
from graphql.execution.get_variable_signature import get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource

NONE: Final = VariableValues({}, {})


class RequestFaults(Exception):
    """Variables that the operation does not take."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        """Keep one error for each fault."""
        super().__init__(f"{len(errors)} faults")
        self.errors = errors


class Variables:
    """Coerces what a request gives for the variables of an operation."""

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        *,
        suggestions: bool,
    ) -> None:
        """Look up the types; errors may bear `suggestions` of names."""
        self._schema = schema
        self._definitions = operation.variable_definitions or ()
        self._suggestions = suggestions
        leaves = [_leaf(schema, one) for one in self._definitions]
        self._leaves = [leaf for leaf in leaves if leaf is not None]
        self._simple = len(self._leaves) == len(leaves)

    def coerced(self, given: Mapping[str, Any]) -> VariableValues:
        """Give all values; raises RequestFaults with an error for each fault."""
        if not self._definitions:
            return NONE
        values = self._simply(given) if self._simple else None
        return self._whole(given) if values is None else values

    def _simply(self, given: Mapping[str, Any]) -> VariableValues | None:
        """Coerce leaves; None when there is a fault."""
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for name, absent, coerce, required in self._leaves:
            value = given.get(name, Undefined)
            if required and (value is Undefined or value is None):
                return None
            if value is Undefined:
                sources[name] = absent
                continue
            sources[name] = VariableValueSource(absent.signature, value)
            try:
                coerced[name] = found = None if value is None else coerce(value)
            except Exception:  # noqa: BLE001 - told with all other faults
                return None
            if found is Undefined:
                return None
        return VariableValues(sources, coerced)

    def _whole(self, given: Mapping[str, Any]) -> VariableValues:
        values = get_variable_values(
            self._schema,
            self._definitions,
            dict(given),
            max_errors=50,
            hide_suggestions=not self._suggestions,
        )
        if isinstance(values, list):
            raise RequestFaults(values)
        return values


class _Leaf(NamedTuple):
    """A variable of a scalar or enum type without a default."""

    name: str
    absent: VariableValueSource
    """What is told of it when nothing is given."""
    coerce: Callable[[Any], Any]
    required: bool


def _leaf(schema: GraphQLSchema, definition: VariableDefinitionNode) -> _Leaf | None:
    signature = get_variable_signature(schema, definition)
    if isinstance(signature, GraphQLError) or signature.default is not None:
        return None
    declared = signature.type
    inner = declared.of_type if is_non_null_type(declared) else declared
    if not is_leaf_type(inner):
        return None
    return _Leaf(
        signature.name,
        VariableValueSource(signature),
        inner.coerce_input_value,
        is_non_null_type(declared),
    )
