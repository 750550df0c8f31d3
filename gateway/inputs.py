"""Makes of coerced values what resolvers take: input objects of the schema's classes.

It does what the framework's own conversion does, with each type looked at once.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING
from typing import Any

from strawberry.schema.config import StrawberryConfig
from strawberry.types.base import (
    StrawberryList,
    StrawberryMaybe,
    StrawberryObjectDefinition,
    StrawberryOptional,
    has_object_definition,
)
from strawberry.types.lazy_type import LazyType

Convert = Callable[[Any], object]


class Inputs:
    """The conversions of one schema's input types."""

    def __init__(self, config: StrawberryConfig) -> None:
        """Name fields as the schema does."""
        self._config = config
        self._objects: dict[type, Convert] = {}

    def conversion(self, kind: Any) -> Convert | None:  # noqa: ANN401 - any type
        """Give what makes values of a type; None: they are as they should be.

        Raises TypeError for what no input type of ours is made of.
        """
        if isinstance(kind, StrawberryMaybe):
            raise TypeError(f"{kind}: no conversion is known")
        if isinstance(kind, StrawberryOptional):
            inner = self.conversion(kind.of_type)
            return None if inner is None else _if_given(inner)
        if isinstance(kind, StrawberryList):
            inner = self.conversion(kind.of_type)
            return list if inner is None else _each(inner)
        if isinstance(kind, LazyType):
            return self.conversion(kind.resolve_type())
        return self._object(kind) if has_object_definition(kind) else None

    def _object(self, cls: Any) -> Convert:  # noqa: ANN401 - a strawberry input
        known = self._objects.get(cls)
        if known is not None:
            return known
        definition: StrawberryObjectDefinition = cls.__strawberry_definition__
        if definition.from_input is not None:
            raise TypeError(f"{cls}: no conversion is known")
        fields: dict[str, tuple[str, Convert | None]] = {}

        def convert(value: Mapping[str, Any]) -> object:
            given: dict[str, object] = dict(absent)
            for name, inner in value.items():
                attribute, make = fields[name]
                given[attribute] = inner if make is None else make(inner)
            return cls(**given)

        self._objects[cls] = convert  # before its fields, which may be of its type
        absent = {
            field.python_name: None
            for field in definition.fields
            if field.default_value is MISSING and field.default_factory is MISSING
        }
        for field in definition.fields:
            kind = field.resolve_type(type_definition=definition)
            name = self._config.name_converter.from_field(field)
            fields[name] = (field.python_name, self.conversion(kind))
        return convert


def _if_given(inner: Convert) -> Convert:
    return lambda value: None if value is None else inner(value)


def _each(inner: Convert) -> Convert:
    return lambda values: [inner(one) for one in values]
