"""Declaring a record type once: type, official term, visibility, rule.

From a declaration come the GraphQL types of both schemas, the checks of departments'
mappings, filters, the catalogue and the publication rules.
"""

import dataclasses
import inspect
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Final, TypeVar, get_args, get_origin

import strawberry
from strawberry.utils.str_converters import to_camel_case

from schema.record_type import RecordType
from schema.visibility import Visibility

T = TypeVar("T")
R = TypeVar("R", bound=Callable[..., Any])

FACT: Final = "creditnet.fact"
"""Key of a field's Fact in its metadata."""
AUDIENCE: Final = "creditnet.government"
"""Key in the metadata of a field that the public schema does not have."""
BATCH: Final = "creditnet.batch"
"""Key in the metadata of a field that is answered for all parents at once."""
GOVERNMENT_ONLY: Final[Mapping[str, bool]] = {AUDIENCE: True}

_KINDS: Mapping[object, str] = {
    str: "text",
    date: "date",
    datetime: "datetime",
    Decimal: "decimal",
    int: "integer",
    bool: "boolean",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """What is declared of a field beside its type."""

    term: str
    visibility: Visibility
    rule: str | None


@dataclass(frozen=True, slots=True)
class FieldDeclaration:
    """One field of a record type."""

    name: str
    """As in the contract: `decidedOn`."""
    attribute: str
    """In Python: `decided_on`."""
    kind: str
    """text, date, datetime, decimal, integer, boolean, enum, text_list, enum_list,
    object_list."""
    enum: type[Enum] | None
    item: type | None
    """The type inside an object_list."""
    required: bool
    term: str
    visibility: Visibility
    rule: str
    inner: "Mapping[str, FieldDeclaration]"
    """The fields of `item`."""


@dataclass(frozen=True, slots=True, eq=False)
class RecordDeclaration:
    """One record type."""

    record_type: RecordType
    term: str
    english: str
    rule: str
    graphql_type: type
    fields: Mapping[str, FieldDeclaration]
    """By name in the contract."""
    occurred: tuple[str, ...]
    """Attributes that date the record; the first that is set counts."""
    expires: str | None = None
    amount: str | None = None
    number: str | None = None
    """Attribute that stands in the headline behind the term."""
    public: bool = True


def fact(
    term: str,
    visibility: Visibility = Visibility.PUBLIC,
    *,
    rule: str | None = None,
    required: bool = False,
    absent: Callable[[], object] | None = None,
) -> Any:  # noqa: ANN401 - like strawberry.field, it stands for the annotated type
    """Declare a field: official term, who may see it, the rule it rests on.

    A value that is not given is an error if `required`, else what `absent` makes,
    else null.
    """
    metadata: dict[str, object] = {FACT: Fact(term, visibility, rule)}
    if not visibility.public:
        metadata.update(GOVERNMENT_ONLY)
    words = term if rule is None else f"{term}（{rule}）"
    if required:
        return strawberry.field(description=words, metadata=metadata)
    if absent:
        return strawberry.field(
            description=words, metadata=metadata, default_factory=absent
        )
    return strawberry.field(description=words, metadata=metadata, default=None)


def resolved(
    term: str,
    visibility: Visibility = Visibility.PUBLIC,
    name: str | None = None,
) -> Callable[[R], R]:
    """Declare a field that is answered by a function: official term, who may see it.

    `name` is what the contract calls it where that is not the function's name.
    """
    metadata = {} if visibility.public else GOVERNMENT_ONLY

    def declare(resolver: R) -> R:
        field: Any = strawberry.field(
            resolver=resolver, name=name, description=term, metadata=metadata
        )
        declared: R = field
        return declared

    return declare


def subscribed(term: str) -> Callable[[R], R]:
    """Declare what can be subscribed to, answered by a function: official term."""

    def declare(resolver: R) -> R:
        field: Any = strawberry.subscription(resolver=resolver, description=term)
        declared: R = field
        return declared

    return declare


def batched(
    resolver: Callable[..., object],
    term: str,
    gives: object,
    visibility: Visibility = Visibility.PUBLIC,
) -> Any:  # noqa: ANN401 - like strawberry.field, it stands for the annotated type
    """Declare a field that is answered for all parents at once.

    `resolver` is (parents, info, **arguments) -> one result of the type `gives`, or an
    Exception, for each parent, in their order. The engine calls it; no object answers
    such a field alone.
    """

    def alone(*_: object, **__: object) -> object:
        raise TypeError(f"{resolver.__qualname__} is answered in batches")

    signature = inspect.signature(resolver)
    first, *others = signature.parameters.values()
    itself = first.replace(name="self", annotation=inspect.Parameter.empty)
    alone.__name__, alone.__module__ = resolver.__name__, resolver.__module__
    alone.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[itself, *others], return_annotation=gives
    )
    alone.__annotations__ = {
        **{one.name: one.annotation for one in others},
        "return": gives,
    }
    metadata = {BATCH: resolver, **({} if visibility.public else GOVERNMENT_ONLY)}
    return strawberry.field(resolver=alone, description=term, metadata=metadata)


def record(  # noqa: PLR0913 - one call declares all there is to a type
    record_type: RecordType,
    term: str,
    rule: str,
    *,
    occurred: str | tuple[str, ...],
    expires: str | None = None,
    amount: str | None = None,
    number: str | None = None,
    public: bool = True,
) -> Callable[[type[T]], type[T]]:
    """Declare a record type on its class."""

    def declare(cls: type[T]) -> type[T]:
        described = strawberry.type(cls, description=f"{term}（{rule}）")
        described.__declaration__ = RecordDeclaration(  # type: ignore[attr-defined]
            record_type=record_type,
            term=term,
            english=cls.__name__,
            rule=rule,
            graphql_type=described,
            fields=declared_fields(described, rule),
            occurred=(occurred,) if isinstance(occurred, str) else occurred,
            expires=expires,
            amount=amount,
            number=number,
            public=public,
        )
        return described

    return declare


def declared_fields(cls: type, rule: str) -> Mapping[str, FieldDeclaration]:
    """Read the facts off a class; a field's own rule comes before the type's."""
    hints = _own_hints(cls)
    found = {}
    for field in dataclasses.fields(cls):
        stated = field.metadata.get(FACT)
        if stated is None:
            continue
        kind, enum, item = _kind(hints[field.name])
        name = to_camel_case(field.name)
        required = (
            field.default is dataclasses.MISSING
            and field.default_factory is dataclasses.MISSING
        )
        found[name] = FieldDeclaration(
            name,
            field.name,
            kind,
            enum,
            item,
            required,
            stated.term,
            stated.visibility,
            stated.rule or rule,
            declared_fields(item, stated.rule or rule) if item else {},
        )
    return found


def _own_hints(cls: type) -> dict[str, Any]:
    """Give annotations of a class and its bases, leaving lazy ones unresolved."""
    hints: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        for name, annotation in vars(base).get("__annotations__", {}).items():
            hints[name] = annotation
    return hints


def _kind(annotation: object) -> tuple[str, type[Enum] | None, type | None]:
    inner = annotation
    if type(None) in get_args(annotation):
        inner = next(a for a in get_args(annotation) if a is not type(None))
    if get_origin(inner) is list:
        item = get_args(inner)[0]
        if item is str:
            return "text_list", None, None
        if isinstance(item, type) and issubclass(item, Enum):
            return "enum_list", item, None
        return "object_list", None, typing.cast("type", item)
    if isinstance(inner, type) and issubclass(inner, Enum):
        return "enum", inner, None
    return _KINDS[inner], None, None
