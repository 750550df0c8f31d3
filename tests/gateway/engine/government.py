"""The government schema, and a world that answers all that can be asked of it.

There are objects of every type, made by what their fields are declared to be; some of
them are faulty: missing values where none may be, failures, values of a wrong type.
Whole sets fail for some record types, single positions for some enterprises.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any

from graphql import (
    GraphQLObjectType,
    GraphQLSchema,
    get_nullable_type,
    is_abstract_type,
    is_enum_type,
    is_list_type,
    is_object_type,
)

from gateway.bindings import bind_schema
from gateway.engine.binding import binding_of, class_of
from schema.build import build
from schema.connections import Connection, Listed, Slice, encode_cursor
from schema.departments import CompletenessStatus
from schema.instances import instance
from schema.query import Query
from schema.record_type import RecordType
from schema.records import RECORDS
from schema.visibility import Audience
from tests.schema.questions import FakeQuestions, completeness
from tests.schema.samples import ORGANISATION

SPICE = {
    "uscc": [f'"{ORGANISATION}"', '"91440300708461136T"', '"1"'],
    "usccs": [f'["{ORGANISATION}"]', f'["{ORGANISATION}", "91440300708461136T"]'],
    "first": ["1", "2", "3", "4", "5", "6", "7", "null", "-1"],
    "after": ["null", f'"{encode_cursor("1")}"', '"?"'],
    "purpose": ['"评优"', '"招标"', '"年检"', '" "'],
    "code": ['"QH-EPD"', '"QH-XX"'],
    "department": ['"QH-EPD"', "null"],
    "registrationNumber": ["null"],
    "name": ["null"],
    "field": ['"fine"', '"other"'],
    "representations": [
        f'[{{__typename: "Enterprise", uscc: "{ORGANISATION}"}}]',
        '[{__typename: "Department", code: "QH-EPD"}, {__typename: "Region"}]',
    ],
}
SCALARS = {
    "USCC": [ORGANISATION, ORGANISATION.lower(), "1"],
    "RegionCode": ["63", "6301", "99"],
    "Date": ["2016-01-01", "1999-12-31", "then"],
    "DateTime": ["2016-06-30T23:59:59+08:00", "2016-06-30"],
    "Decimal": ["20000.50", "1e3", "much"],
    "JSON": ["{}"],
    "_Any": ["{}"],
}
_VALUES: dict[str, Sequence[Any]] = {
    "String": ["词", "", "a\u2028b"],
    "ID": ["1", 7],
    "Int": [0, 5, 2**31 - 1],
    "Float": [0.5, 3, -1.25e-3],
    "Boolean": [True, False],
    "Date": [date(2016, 3, 1), date(1, 1, 1)],
    "DateTime": [datetime(2016, 10, 20, 1, 0, tzinfo=UTC)],
    "Decimal": [Decimal("20000.500000"), Decimal("1E+3")],
    "USCC": [ORGANISATION],
    "RegionCode": ["632801"],
    "JSON": [{"b": [1, None], "a": "词"}, 3],
}
_EACH = 4
"""Objects of each type."""


def schema() -> GraphQLSchema:
    """Build the schema anew: engines may bind fields differently."""
    return bind_schema(build(Audience.GOVERNMENT))


class Objects:
    """Objects of every type, each holding others."""

    def __init__(self, declared: GraphQLSchema, *, faults: float) -> None:
        self._schema = declared
        self._random = Random(20161020)
        self._faults = faults
        made: list[Any] = [one for one in declared.type_map.values() if _is_made(one)]
        self.of: dict[str, list[Any]] = {
            one.name: [instance(_class(one), {}) for _ in range(_EACH)] for one in made
        }
        for one in made:
            for filled in self.of[one.name]:
                self._fill(filled, one)

    def _fill(self, filled: Any, declared: Any) -> None:
        for field in declared.fields.values():
            binding = binding_of(field)
            if binding is not None and binding.attribute is not None:
                filled.__dict__[binding.attribute] = self._value(field.type)
        if declared.name == "StatisticsGroup":
            filled.__dict__["sums"] = {"fine": Decimal(1)}
        if declared.name == "Department":
            filled.__dict__["contributed"] = None

    def _value(self, declared: Any) -> Any:
        if self._random.random() < self._faults:
            return self._random.choice((None, ValueError("无法读取"), object(), [None]))
        bare = get_nullable_type(declared)
        if bare is declared and self._random.random() < 0.2:
            return None
        if is_list_type(bare):
            return [self._value(bare.of_type) for _ in range(self._random.randrange(4))]
        if is_enum_type(bare):
            return self._random.choice([one.value for one in bare.values.values()])
        if is_abstract_type(bare):
            bare = self._random.choice(self._schema.get_possible_types(bare))
        return self._random.choice(self.of.get(bare.name) or _VALUES[bare.name])


def _is_made(declared: Any) -> bool:
    if not is_object_type(declared) or declared.name.startswith("__"):
        return False
    return class_of(declared) not in {None, Query} and not issubclass(
        _class(declared), Connection
    )


def _class(declared: GraphQLObjectType) -> type:
    found = class_of(declared)
    assert found is not None
    return found


class Answers(FakeQuestions):
    """Answers from a world of objects."""

    def __init__(self, objects: Objects) -> None:
        super().__init__()
        self._of = objects.of
        self.enterprises = objects.of["Enterprise"]
        self._kinds = {
            kind: self._of[one.graphql_type.__name__]
            for kind, one in RECORDS.items()
            if one.graphql_type.__name__ in self._of
        }
        self._all = [one for held in self._kinds.values() for one in held]

    async def enterprise_by_uscc(self, uscc: str, as_of: datetime | None) -> Any:
        found = {ORGANISATION: self.enterprises[0], "91440300708461136T": None}
        return found.get(uscc)

    async def find(self, *_: Any) -> Any:
        return _page(self.enterprises[:3], CompletenessStatus.COMPLETE)

    async def records_of(
        self, enterprises: Any, record_type: RecordType, query: Any
    ) -> Any:
        if record_type is RecordType.INSPECTION:
            raise RuntimeError("the department's server is on fire")
        if record_type is RecordType.TAX_CREDIT:
            return []
        held = self._kinds[record_type][: query.first]
        return [self._listed(one, held) for one in enterprises]

    def _listed(self, enterprise: Any, held: Sequence[Any]) -> Any:
        if enterprise is self.enterprises[1]:
            return ValueError("nothing can be said of this enterprise")
        return _page(held, CompletenessStatus.PARTIAL)

    async def archive_of(self, enterprises: Any, query: Any) -> Any:
        return [self._listed(one, [*self._all[::3], None]) for one in enterprises]

    async def restrictions_of(self, enterprises: Any, *_: Any) -> Any:
        return [self._listed(one, self._of["Restriction"]) for one in enterprises]

    async def conflicts_of(self, enterprises: Any, *_: Any) -> Any:
        return [self._listed(one, self._of["Conflict"]) for one in enterprises]

    async def checks(self, usccs: Any, purpose: str) -> Any:
        return self._of["CreditCheck"][: len(usccs)]

    async def records(self, record_type: RecordType, *_: Any) -> Any:
        return _page(self._kinds[record_type], CompletenessStatus.COMPLETE)

    async def statistics(self, *_: Any) -> Any:
        return self._of["StatisticsGroup"]

    async def record_statistics(self, record_type: RecordType, *_: Any) -> Any:
        if record_type is RecordType.PENALTY:
            raise ValueError("can't be counted")
        return self._of["RecordStatistics"][0]

    async def unresolved(self, *_: Any) -> Any:
        return _page(self._of["UnresolvedRecord"], CompletenessStatus.UNAVAILABLE)

    async def departments(self) -> Any:
        return self._of["Department"]

    async def catalogue(self) -> Any:
        return self._of["RecordTypeInfo"]


def _page(items: Sequence[Any], status: CompletenessStatus) -> Listed[Any]:
    cursors = [encode_cursor(str(place)) for place in range(len(items))]
    cut = Slice(items, cursors, has_next=True, has_previous=False, total=len(items))
    return Listed(cut, lambda: completeness(status))
