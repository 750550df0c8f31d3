"""The ways in which the fields of a schema may be answered; all must come to the same.

`default`: no resolver at all. `single`, `awaited`: one object at a time, at once or
later. `batch`, `batch_awaited`: all at once. `attribute`: read off objects.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema, build_schema

from gateway.engine import Binding, bind
from tests.gateway.engine.spec.case import Later, Raises, Table

FORMS = ("default", "single", "awaited", "batch", "batch_awaited", "attribute")


class Record:
    """A dict whose keys are read as attributes, at once; some of them raise."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __getitem__(self, key: str) -> Any:
        return self._values[key]

    def get(self, key: str) -> Any:
        """Give what stands for a key, before anything is made of it."""
        return objects(self._values.get(key))

    def __getattr__(self, name: str) -> Any:
        if name.endswith("__typename"):
            return self._values.get("__typename")
        if name.startswith("__"):
            raise AttributeError(name)
        return objects(_there(_answer(self._values.get(name), None, {})))


def objects(value: Any) -> Any:
    """Make objects of dicts, in lists too."""
    if isinstance(value, dict):
        return Record(value)
    if isinstance(value, list):
        return [objects(one) for one in value]
    if isinstance(value, Later) and not isinstance(value.value, Raises):
        return Later(objects(value.value))
    return value


def schema_of(table: Table, form: str) -> GraphQLSchema:
    """Build a table's schema with its fields answered in a form."""
    schema = build_schema(table.sdl, assume_valid=True)
    table.tune(schema)
    for declared in schema.type_map.values():
        if isinstance(declared, GraphQLObjectType) and declared.name[:2] != "__":
            for name, field in declared.fields.items():
                if field.resolve is None:
                    _FORM[form](field, name)
    return schema


def root_of(value: Any, form: str) -> Any:
    """Give the root value of a case in the form."""
    return objects(value) if form == "attribute" else value


def _answer(value: Any, info: Any, arguments: Mapping[str, Any]) -> Any:
    return value(info, **arguments) if callable(value) else value


def _there(value: Any) -> Any:
    """Give what stands for itself at once."""
    if not isinstance(value, Later):
        return value
    return (
        _answer(value.value, None, {})
        if isinstance(value.value, Raises)
        else value.value
    )


def _read(parent: Any, name: str, info: Any, arguments: Mapping[str, Any]) -> Any:
    keyed = isinstance(parent, dict | Record)
    source = parent.get(name) if keyed else getattr(parent, name, None)
    return _answer(source, info, arguments)


def _default(_field: GraphQLField, _name: str) -> None:
    """Leave it to the default resolver."""


def _single(field: GraphQLField, name: str) -> None:
    bind(
        field, Binding(single=lambda one, info, **given: _read(one, name, info, given))
    )


def _awaited(field: GraphQLField, name: str) -> None:
    async def answer(parent: Any, info: Any, **given: Any) -> Any:
        found = _read(parent, name, info, given)
        return await found if hasattr(found, "__await__") else found

    field.resolve = answer


def _batched(name: str) -> Callable[..., list[Any]]:
    def one(parent: Any, info: Any, given: Mapping[str, Any]) -> Any:
        try:
            return _there(_read(parent, name, info, given))
        except Exception as error:  # noqa: BLE001 - stands for its parent's
            return error

    def answer(parents: Sequence[Any], info: Any, **given: Any) -> list[Any]:
        return [one(parent, info, given) for parent in parents]

    return answer


def _batch(field: GraphQLField, name: str) -> None:
    bind(field, Binding(batch=_batched(name)))


def _batch_awaited(field: GraphQLField, name: str) -> None:
    answer = _batched(name)

    async def later(parents: Sequence[Any], info: Any, **given: Any) -> list[Any]:
        await Later(None)
        return answer(parents, info, **given)

    bind(field, Binding(batch=later))


def _attribute(field: GraphQLField, name: str) -> None:
    if field.args:
        _single(field, name)
    else:
        bind(field, Binding(attribute=name))


_FORM: Mapping[str, Callable[[GraphQLField, str], None]] = {
    "default": _default,
    "single": _single,
    "awaited": _awaited,
    "batch": _batch,
    "batch_awaited": _batch_awaited,
    "attribute": _attribute,
}
