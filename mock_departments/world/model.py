"""What is true in the invented province; the departments publish it their way.

The truth of a record is plain JSON: dates as `2016-07-22`, money as a decimal string
in yuan, lists of code names. Departments turn it into their own columns, units and
dirt; tests compare what the gateway answers with the truth.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
CLOCK = datetime(2016, 10, 20, 9, 0, tzinfo=SHANGHAI)
"""The day of the launch; «now» for everybody in the demo."""


@dataclass(frozen=True, slots=True)
class TrueEnterprise:
    """One enterprise as it really is."""

    number: int
    uscc: str
    registration_number: str | None
    name: str
    former_names: tuple[str, ...]
    facts: Mapping[str, object]
    """The fields of REGISTRATION that are not above, by their contract names."""


@dataclass(frozen=True, slots=True)
class TrueRecord:
    """One record as a department holds it."""

    number: int
    department: str
    record_type: str
    usccs: tuple[str, ...]
    """Whom it is really about; empty when nobody can be found (unknown code …)."""
    written: Mapping[str, str | None]
    """The respondent as the department wrote it: `uscc`, `registrationNumber`, `name`."""
    facts: Mapping[str, object]
    """Fields of the record type by their contract names."""
    dirt: frozenset[str] = field(default_factory=frozenset)
    """What is wrong with it on purpose: `unknown_code`, `bad_check_digit`,
    `number_in_code_column`, `ambiguous_name`, `former_name`, `bad_date`,
    `bad_money`, `no_code`, `typed_by_hand`."""


class World(Protocol):
    """Reads a generated world."""

    @property
    def seed(self) -> int:
        """The seed that made it."""

    @property
    def size(self) -> int:
        """How many enterprises it has."""

    def enterprises(self) -> Iterator[TrueEnterprise]:
        """Yield all, in order of `number`."""

    def enterprise(self, uscc: str) -> TrueEnterprise | None:
        """Find one."""

    def records(self, department: str, record_type: str) -> Sequence[TrueRecord]:
        """Give what a department holds, in order of `number`."""

    def record_types(self, department: str) -> Sequence[str]:
        """Name the record types that a department holds."""

    def stories(self) -> Mapping[str, str]:
        """Name of the story to the USCC (or name) that it is about."""
