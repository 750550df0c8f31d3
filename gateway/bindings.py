"""Tells the engine what answers each field of the schema's types."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.base import (
    StrawberryObjectDefinition,
)
from strawberry.types.field import StrawberryField

from gateway.engine import Binding, bind, bind_class
from gateway.inputs import Inputs
from schema.declaration import BATCH

NATIVES: Final[Mapping[str, type]] = {
    "Date": date,
    "DateTime": datetime,
    "Decimal": Decimal,
    "USCC": str,
    "RegionCode": str,
}
"""Scalars whose values the JSON encoder writes as the scalars would."""
_DECLARATION = "strawberry-definition"


def bind_schema(schema: GraphQLSchema) -> GraphQLSchema:
    """Bind all fields: attributes, methods of their object, batched ones."""
    framework: Any = schema
    own = framework._strawberry_schema  # noqa: SLF001 - no public name for it
    converter: GraphQLCoreConverter = own.schema_converter
    inputs = Inputs(converter.config)
    for declared in schema.type_map.values():
        definition = declared.extensions.get(_DECLARATION)
        if isinstance(declared, GraphQLObjectType) and isinstance(
            definition, StrawberryObjectDefinition
        ):
            bind_class(declared, definition.origin)
            for field in declared.fields.values():
                _bind(field, converter, inputs)
    return schema


def _bind(field: GraphQLField, converter: GraphQLCoreConverter, inputs: Inputs) -> None:
    declared = field.extensions.get(_DECLARATION)
    if not isinstance(declared, StrawberryField) or declared.is_subscription:
        return  # an event is itself what a subscription's field gives
    resolver = declared.base_resolver
    convert = _arguments_of(declared.arguments, converter, inputs)
    batch: Callable[..., Any] | None = declared.metadata.get(BATCH)
    if resolver is None:
        bind(field, Binding(attribute=declared.python_name))
    elif batch is not None:
        bind(field, Binding(batch=batch, convert=convert))
    else:
        informed = resolver.info_parameter is not None
        single = _method(resolver.wrapped_func, informed=informed)
        bind(field, Binding(single=single, convert=convert))


def _method(function: Any, *, informed: bool) -> Callable[..., Any]:  # noqa: ANN401
    """Call a method of the parent as the engine calls a resolver."""

    def with_info(parent: object, info: object, **given: object) -> object:
        return function(parent, info=info, **given)

    def without(parent: object, _info: object, **given: object) -> object:
        return function(parent, **given)

    return with_info if informed else without


def _arguments_of(
    arguments: Sequence[StrawberryArgument],
    converter: GraphQLCoreConverter,
    inputs: Inputs,
) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
    """Give the function that makes of coerced arguments what a resolver takes."""
    names = converter.config.name_converter
    asked = [
        (names.from_argument(one), one.python_name, inputs.conversion(one.type))
        for one in arguments
    ]

    def convert(given: Mapping[str, Any]) -> Mapping[str, Any]:
        return {
            into: given[name] if make is None else make(given[name])
            for name, into, make in asked
            if name in given
        }

    return convert
