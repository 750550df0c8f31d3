"""What is true of the province, in the words of the gateway's answers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = Mapping[str, Any]
Order = tuple[str, str]
"""Where a record stands in a list: its day turned round, and its identifier."""

TAX_CREDIT = "TAX_CREDIT"
"""Told by two authorities, and shown once."""


@dataclass(frozen=True, slots=True)
class Truth:
    """A record as it truly is."""

    id: str
    record_type: str
    department: str
    day: str | None
    told: Json
    """Its fields by name, as the endpoint gives them."""

    @property
    def fact(self) -> str:
        """Name the fact, which several departments may tell."""
        if self.record_type == TAX_CREDIT:
            return f"{TAX_CREDIT}/{self.told['year']}/{self.told['grade']}"
        return self.id

    @property
    def order(self) -> Order:
        """Say where it stands: the newest first, those without a day last."""
        return _turned(self.day), self.id


def order_of(node: Json) -> Order:
    """Say where a record of an answer stands in its list."""
    return _turned(node["occurredOn"]), node["id"]


def _turned(day: str | None) -> str:
    return "".join(str(9 - int(c)) for c in day if c.isdigit()) if day else "~"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of an enterprise says when everybody is heard."""

    clear: bool | None
    findings: Mapping[str, str]
    """Identifier to department."""


NOTHING = Verdict(clear=True, findings={})


@dataclass(frozen=True, slots=True)
class Known:
    """All that is true of an enterprise, as one endpoint shows it."""

    uscc: str
    lists: Mapping[str, Sequence[Truth]]
    in_force: Mapping[str, frozenset[str]]
    """By list, the identifiers of what is in force."""
    expiring: frozenset[str]
    """Licences that end within a month and were not renewed."""
    restrictions: Mapping[str, frozenset[str]]
    """What is restricted by which record, and the department of that record."""
    conflicts: Mapping[str, frozenset[str]]
    """A penalty beside a commendation, and the departments of both."""
    doubts: Mapping[str, frozenset[str]]
    """By list, who holds rows that nobody can read or tie to one enterprise."""
    verdict: Verdict = NOTHING
    by_id: Mapping[str, Truth] = field(init=False)

    def __post_init__(self) -> None:
        """Find records by identifier."""
        by_id = {one.id: one for one in self.records()}
        object.__setattr__(self, "by_id", by_id)

    def records(self, *record_types: str) -> Iterator[Truth]:
        """Give all records, or those of some types."""
        for records in self.lists.values():
            for one in records:
                if not record_types or one.record_type in record_types:
                    yield one


@dataclass(frozen=True, slots=True)
class Province:
    """What is true of enterprises."""

    whole: bool
    """Whether these are all that there are."""
    government: Mapping[str, Known]
    public: Mapping[str, Known]
    """Of some of them."""
    providers: Mapping[str, frozenset[str]]
    """By record type, the departments that give such records."""
    counts: Mapping[str, Mapping[str, int]]
    """By record type and department, all records that fit an enterprise."""
