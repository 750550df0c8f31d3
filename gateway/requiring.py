"""What a request says its answer must be: by `@require`, by a header, or by both."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, NamedTuple

from graphql import (
    GraphQLEnumType,
    GraphQLSchema,
    OperationDefinitionNode,
    get_directive_values,
    get_variable_values,
)

from gateway.graphql_over_http import RequestRefused
from schema.departments import CompletenessStatus
from schema.errors import BadInput
from schema.record_type import RecordType
from schema.requirement import REQUIRE

RANKS: Final = (
    CompletenessStatus.UNAVAILABLE,
    CompletenessStatus.PARTIAL,
    CompletenessStatus.COMPLETE,
)
"""From the least to the most."""
_AGE: Final = re.compile(r"([0-9]{1,6})([smhd])")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_PARTS: Final = frozenset({"completeness", "maxAge", "noStale"})


class Age(NamedTuple):
    """How old something may be."""

    length: timedelta
    written: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """What an answer must be, or not be given."""

    completeness: CompletenessStatus = CompletenessStatus.COMPLETE
    max_age: Age | None = None
    no_stale: frozenset[RecordType] = frozenset()

    def with_(self, other: "Requirement") -> "Requirement":
        """Give what meets both."""
        ages = [one for one in (self.max_age, other.max_age) if one is not None]
        return Requirement(
            max(self.completeness, other.completeness, key=RANKS.index),
            min(ages, default=None),
            self.no_stale | other.no_stale,
        )

    def told(self) -> Mapping[str, object]:
        """Give what a client reads of it."""
        told: dict[str, object] = {"completeness": self.completeness.value}
        if self.max_age is not None:
            told["maxAge"] = self.max_age.written
        if self.no_stale:
            told["noStale"] = sorted(one.value for one in self.no_stale)
        return told


class Requirements:
    """Reads requirements in the words of one schema."""

    def __init__(self, schema: GraphQLSchema) -> None:
        """Know the record types that `schema` shows; without @require, of none."""
        self._schema = schema
        self._directive = schema.get_directive(REQUIRE)
        kinds = schema.type_map.get("RecordType")
        shown = kinds.values if isinstance(kinds, GraphQLEnumType) else ()
        self._kinds = {name: RecordType(name) for name in shown}

    def of(
        self,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
        header: str | None,
    ) -> Requirement | None:
        """Give what an operation and the header beside it require, if anything.

        Raises BadInput or GraphQLError for the directive, RequestRefused (400) for the
        header.
        """
        directed = self._directed(operation, variables)
        if header is None:
            return directed
        try:
            required = self._written(header)
        except BadInput as error:
            words = f"X-Creditnet-Require: {error}"
            raise RequestRefused(400, words, error.code) from error
        return required if directed is None else required.with_(directed)

    def _directed(
        self, operation: OperationDefinitionNode, variables: Mapping[str, Any]
    ) -> Requirement | None:
        """Read @require; variables that are not valid are left to who executes."""
        if self._directive is None or not operation.directives:
            return None
        values = get_variable_values(
            self._schema, operation.variable_definitions or (), dict(variables)
        )
        if isinstance(values, list):
            return None
        asked = get_directive_values(self._directive, operation, values)
        if asked is None:
            return None
        age = asked.get("maxAge")
        return Requirement(
            asked["completeness"],
            None if age is None else read_age(age),
            frozenset(asked.get("noStale") or ()),
        )

    def _written(self, header: str) -> Requirement:
        """Read `completeness=COMPLETE; maxAge=24h; noStale=PENALTY,LICENCE`."""
        pairs = [part.partition("=") for part in header.split(";")]
        given = {name.strip(): value.strip() for name, _, value in pairs}
        wrong = sorted(given.keys() - _PARTS)
        if wrong or len(given) < len(pairs):
            raise BadInput(
                ", ".join(wrong) or "X-Creditnet-Require",
                "应为 completeness=COMPLETE; maxAge=24h; noStale=PENALTY,LICENCE "
                "中的项目，每项至多一次 (such parts are known, each once at the most)",
            )
        status = given.get("completeness", CompletenessStatus.COMPLETE.value)
        if status not in CompletenessStatus.__members__:
            raise BadInput("completeness", "应为 COMPLETE、PARTIAL 或 UNAVAILABLE")
        age = given.get("maxAge")
        return Requirement(
            CompletenessStatus[status],
            None if age is None else read_age(age),
            self._stale(given["noStale"]) if "noStale" in given else frozenset(),
        )

    def _stale(self, written: str) -> frozenset[RecordType]:
        names = [name.strip() for name in written.split(",")]
        unknown = [name for name in names if name not in self._kinds]
        if unknown:
            raise BadInput("noStale", f"没有记录类型 (no record type): {unknown[0]}")
        return frozenset(self._kinds[name] for name in names)


def read_age(written: str) -> Age:
    """Read an age such as `90s`, `15m`, `24h`, `7d`; raises BadInput."""
    match = _AGE.fullmatch(written)
    length = timedelta(**{_UNITS[match[2]]: int(match[1])}) if match else timedelta()
    if not length:
        raise BadInput(
            "maxAge",
            "应为大于零的时长，如 90s、15m、24h、7d "
            "(a length of time above 0 is needed, such as these)",
        )
    return Age(length, written)
