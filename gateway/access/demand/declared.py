"""What the fields of our own schemas weigh, and whom they ask."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Protocol

from graphql import (
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
)

from adapters.contract import Capabilities
from gateway.access.demand.compiling import Asking
from gateway.access.demand.formula import Ask, Batches
from gateway.access.demand.weights import ListSize, Weights
from gateway.loading.shaping import ARCHIVED
from gateway.supervision.checks import AGAINST
from gateway.supervision.discipline import CAUSES
from schema.declaration import RecordDeclaration
from schema.record_type import RecordType, is_record_type
from schema.records import RECORDS

_PAGES: Final = ("nodes", "edges")
_FIELDS: Final[Mapping[str, float]] = {
    "Query.enterprises": 5.0,
    "Query.search": 5.0,
    "Query.enterpriseStatistics": 50.0,
    "Query.recordStatistics": 200.0,
    "Query.records": 100.0,
    "Query.unresolvedRecords": 5.0,
    "Query.changesSince": 10.0,
}
"""What the core or the gateway works more for than an object given."""
_LISTS: Final[Mapping[str, ListSize]] = {
    "Query.check": ListSize(1_000, ("usccs",)),
    "Query._entities": ListSize(1_000, ("representations",)),
    "Query.departments": ListSize(60),
    "Query.catalogue": ListSize(20),
    "Query.enterpriseStatistics": ListSize(100),
    "RecordStatistics.groups": ListSize(100),
    "RecordTypeInfo.fields": ListSize(40),
    "RecordTypeInfo.departments": ListSize(45),
    "CreditCheck.findings": ListSize(20),
    "Withheld.fields": ListSize(10),
}
_USUAL_PAGE: Final = 20
_MOST_KEPT: Final = 64
"""Departments or conditions that are told apart, for estimates are kept by them."""
_LONGEST_CODE: Final = 32
"""Characters of a department's code; all are shorter."""


class Provides(Protocol):
    """A department's adapter, as far as it says what it can be asked."""

    @property
    def record_types(self) -> frozenset[RecordType]:
        """What it provides."""

    @property
    def capabilities(self) -> Capabilities:
        """How many it can be asked about at once."""


def weights_of(schema: GraphQLSchema) -> Weights:
    """Give the weights of one of our schemas; pages are as long as `first` says."""
    coordinates = dict(_fields(schema))
    pages = {
        coordinate: ListSize(_usual_page(one), ("first",), _PAGES)
        for coordinate, one in coordinates.items()
        if "first" in one.args
    }
    return Weights(
        {name: weight for name, weight in _FIELDS.items() if name in coordinates},
        {},
        pages | {name: size for name, size in _LISTS.items() if name in coordinates},
    )


def _usual_page(one: GraphQLField) -> int:
    usual = one.args["first"].default_value
    return usual if isinstance(usual, int) else _USUAL_PAGE


def asking_of(
    schema: GraphQLSchema,
    shown: Iterable[RecordType],
    candidates: int,
    declared: Mapping[RecordType, RecordDeclaration] = RECORDS,
) -> Mapping[str, Asking]:
    """Say of each field that asks departments what it asks.

    `candidates`: enterprises at the most about whom conditions of a search are asked.
    """
    visible = frozenset(shown)
    brought = tuple(kind for kind in declared if kind.brought)
    types = {
        one.graphql_type.__name__: kind
        for kind, one in declared.items()
        if kind is not RecordType.REGISTRATION
    }
    coordinates = dict(_fields(schema))
    asking: dict[str, Asking] = {}
    for coordinate, one in coordinates.items():
        kind = _listed(coordinate, one, types)
        if kind in visible:
            asking[coordinate] = _of_one(kind)
    asking |= {
        "Enterprise.archive": _chosen(_kept((*ARCHIVED, *brought), visible)),
        "Enterprise.restrictions": _all(_kept(CAUSES, visible)),
        "Enterprise.conflicts": _all(
            _kept((RecordType.COMMENDATION, RecordType.PENALTY), visible)
        ),
        "Query.check": _checked(_kept(AGAINST, visible)),
        "Query.enterprises": _conditions(candidates),
        "Query.records": _listing_of_some(candidates),
        "Query.recordStatistics": Asking(("recordType", "where"), _listing),
    }
    return {name: one for name, one in asking.items() if name in coordinates}


def batches_of(adapters: Mapping[str, Provides]) -> Batches:
    """Say which departments provide what; annual reports lie with us."""
    found: dict[RecordType, dict[str, int]] = {}
    for code, adapter in adapters.items():
        for kind in adapter.record_types - {RecordType.ANNUAL_REPORT}:
            found.setdefault(kind, {})[code] = max(adapter.capabilities.batch, 1)
    return found


def _fields(schema: GraphQLSchema) -> Iterable[tuple[str, GraphQLField]]:
    for declared in schema.type_map.values():
        if isinstance(declared, GraphQLObjectType) and declared.name[:2] != "__":
            for name, one in declared.fields.items():
                yield f"{declared.name}.{name}", one


def _listed(
    coordinate: str, one: GraphQLField, declared: Mapping[str, RecordType]
) -> RecordType | None:
    """Give the record type that an enterprise's field lists, if it does."""
    if not coordinate.startswith("Enterprise.") or "first" not in one.args:
        return None
    page: GraphQLNamedType = get_named_type(one.type)
    nodes = page.fields.get("nodes") if isinstance(page, GraphQLObjectType) else None
    name = "" if nodes is None else get_named_type(nodes.type).name
    return declared.get(name)


def _kept(
    kinds: Iterable[RecordType], visible: frozenset[RecordType]
) -> Sequence[RecordType]:
    return [kind for kind in kinds if kind in visible]


def _of_one(kind: RecordType) -> Asking:
    return Asking(
        ("where",), lambda given: (Ask(kind, _departments(given.get("where"))),)
    )


def _all(kinds: Sequence[RecordType]) -> Asking:
    asks = tuple(Ask(kind) for kind in kinds)
    return Asking((), lambda _: asks)


def _chosen(kinds: Sequence[RecordType]) -> Asking:
    def asked(given: Mapping[str, object]) -> tuple[Ask, ...]:
        chosen = _kinds(given.get("recordTypes"))
        return tuple(Ask(kind) for kind in kinds if not chosen or kind in chosen)

    return Asking(("recordTypes",), asked)


def _checked(kinds: Sequence[RecordType]) -> Asking:
    def asked(given: Mapping[str, object]) -> tuple[Ask, ...]:
        count = len(_list(given.get("usccs")))
        return tuple(Ask(kind, enterprises=count) for kind in kinds)

    return Asking(("usccs",), asked)


def _conditions(candidates: int) -> Asking:
    def asked(given: Mapping[str, object]) -> tuple[Ask, ...]:
        where = given.get("where")
        has = where.get("has") if isinstance(where, Mapping) else None
        conditions = [one for one in _list(has) if isinstance(one, Mapping)]
        asks = {
            Ask(kind, _departments(one), candidates)
            for one in conditions
            for kind in _kinds(one.get("recordType"))
        }
        if len(asks) > _MOST_KEPT:
            asks = {one._replace(departments=None) for one in asks}
        return tuple(sorted(asks, key=lambda one: one.record_type.value))

    return Asking(("where",), asked)


def _listing_of_some(candidates: int) -> Asking:
    """Ask for a listing, and for what the enterprises must have."""
    of_enterprises = _conditions(candidates).asked

    def asked(given: Mapping[str, object]) -> tuple[Ask, ...]:
        conditions = of_enterprises({"where": given.get("enterprises")})
        return (*_listing(given), *conditions)

    return Asking(("recordType", "where", "enterprises"), asked)


def _listing(given: Mapping[str, object]) -> tuple[Ask, ...]:
    chosen = _departments(given.get("where"))
    return tuple(
        Ask(kind, chosen, 1, listing=True) for kind in _kinds(given.get("recordType"))
    )


def _departments(where: object) -> frozenset[str] | None:
    """Give the departments that conditions name; None: all may be asked."""
    if not isinstance(where, Mapping) or where.get("includePredecessors") is True:
        return None
    named = where.get("departments")
    if named is None or len(_list(named)) > _MOST_KEPT:
        return None
    texts = [one for one in _list(named) if isinstance(one, str)]
    return frozenset(one for one in texts if len(one) <= _LONGEST_CODE)


def _kinds(value: object) -> list[RecordType]:
    names = [one for one in _list(value) if isinstance(one, str)]
    known = dict.fromkeys(names)
    return [RecordType(one) for one in known if is_record_type(one)]


def _list(value: object) -> Sequence[object]:
    """Read one value in the place of a list as a list of it."""
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)
