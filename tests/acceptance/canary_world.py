"""A world in which everything that the public may not see sings.

Records are made from the declarations, so that new types and fields are in it by
themselves. `Canaries` remembers every value that must never leave.
"""

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from adapters.contract import Ask, Fetched, SourceRecord
from adapters.errors import SourceUnavailable
from schema.codes.identity_documents import check_character
from schema.declaration import FieldDeclaration, RecordDeclaration
from schema.record_type import RecordType
from schema.records import RECORDS
from schema.records.judicial import DebtorKind
from schema.records.penalty import PenaltyProcedure, PenaltyReview
from schema.records.respondent import RespondentKind
from schema.visibility import Visibility
from tests.gateway.core.fakes import code, enterprise, record
from tests.gateway.presence.departments import Department

Values = dict[str, object]
NOW = datetime(2016, 10, 20, 1, tzinfo=UTC)
SINGING = 1
"""The enterprise that has everything."""
SECRET = 2
"""An enterprise that has only what nobody may see."""
LATER = NOW + timedelta(hours=1)
"""When departments last spoke of what the public may not see."""
REGISTER, REGISTRY = "QH-AMR", RecordType.REGISTRATION
FIRST_SECRET_DAY = date(1897, 1, 1)
_PUBLIC_ENUMS = {"respondent_kind": RespondentKind.NATURAL_PERSON}
_NOTHING = frozenset(
    {"publish_until", "withdrawn_on", "withdrawal_reason", "review", "procedure"}
)
"""What would make a record not public."""
_WITHDRAWN: Values = {"withdrawn_on": date(2016, 1, 2), "withdrawal_reason": None}
_ENDED: Values = {"publish_until": date(2015, 1, 2)}
_NEVER_PUBLIC: Mapping[RecordType, Sequence[Values]] = {
    RecordType.PENALTY: [
        {"procedure": PenaltyProcedure.SIMPLE},
        {"review": PenaltyReview.REVOKED},
    ],
    RecordType.LICENCE: [{"valid_to": date(2014, 1, 2)}],
    RecordType.JUDGMENT_DEFAULT: [{"debtor_kind": DebtorKind.NATURAL_PERSON}],
}
"""Why records of a type are not public, beside being withdrawn or past their time."""


class Canaries:
    """Makes values that are like no others, and remembers those that are secret."""

    def __init__(self) -> None:
        self.sung: list[str] = []
        self.of: defaultdict[str, list[str]] = defaultdict(list)
        """By the record type that was being made."""
        self.kind = ""
        self._made = 0

    def _next(self) -> int:
        self._made += 1
        return self._made

    def word(self, of: str) -> str:
        return self._secret(f"CANARY{self._next():05d}{of.replace('_', '')}")

    def number(self) -> int:
        made = 770_000_000 + self._next()
        self._secret(str(made))
        return made

    def day(self) -> date:
        made = FIRST_SECRET_DAY + timedelta(days=self._next())
        self._secret(made.isoformat())
        return made

    def identity(self) -> str:
        born = date(1950, 1, 1) + timedelta(days=self._next())
        first = f"632801{born:%Y%m%d}{self._made % 1000:03d}"
        return self._secret(first + check_character(first))

    def mobile(self) -> str:
        return self._secret(f"1397{self._next():07d}")

    def _secret(self, value: str) -> str:
        self.sung.append(value)
        self.of[self.kind].append(value)
        return value


@dataclasses.dataclass(frozen=True)
class Maker:
    """Makes records of one kind: as the law shows them, or secret through and through.

    Without `sings`, what the public schema lacks is left out.
    """

    canaries: Canaries
    sings: bool = True
    secret: bool = False

    def values(self, declared: RecordDeclaration) -> Values:
        return {
            field.attribute: self.value(field) for field in declared.fields.values()
        }

    def value(self, field: FieldDeclaration) -> Any:
        if field.attribute in _NOTHING:
            return None
        if field.attribute == "hidden":
            return _choosable(RecordType.ANNUAL_REPORT)
        if field.inner and field.item:
            inner = {one.attribute: self.value(one) for one in field.inner.values()}
            return [field.item(**inner)]
        if field.visibility is Visibility.PUBLIC and not self.secret:
            return self._shown(field)
        left_out = field.visibility is Visibility.GOVERNMENT and not self.sings
        return None if left_out else self._hidden(field)

    def _hidden(self, field: FieldDeclaration) -> Any:
        if field.kind == "text":
            return self._text(field)
        canaries = self.canaries
        of_government = field.visibility is Visibility.GOVERNMENT
        made: Mapping[str, Callable[[], object]] = {
            "text_list": lambda: [canaries.word(field.attribute)],
            "integer": canaries.number,
            "decimal": lambda: Decimal(canaries.number()),
            "datetime": lambda: datetime.combine(canaries.day(), NOW.timetz()),
            **({"date": canaries.day} if of_government else {}),
        }
        make = made.get(field.kind)
        return self._shown(field) if make is None else make()

    def _text(self, field: FieldDeclaration) -> str:
        canaries = self.canaries
        if field.visibility is Visibility.REDACTED and not self.secret:
            return f"当事人身份证号{canaries.identity()}，手机{canaries.mobile()}。"
        if field.attribute.endswith("number"):
            return canaries.identity()
        if "phone" in field.attribute:
            return canaries.mobile()
        return canaries.word(field.attribute)

    def _shown(self, field: FieldDeclaration) -> Any:
        if field.enum:
            first = _PUBLIC_ENUMS.get(field.attribute, next(iter(field.enum)))
            return [first] if field.kind == "enum_list" else first
        shown: Mapping[str, object] = {
            "text": f"公开{field.attribute}",
            "text_list": [f"公开{field.attribute}"],
            "date": _day(field.attribute),
            "datetime": NOW,
            "decimal": Decimal(5),
            "integer": 2015,
            "boolean": False,
        }
        return shown[field.kind]


def _day(attribute: str) -> date | None:
    ends = ("_to", "_until", "removed_on", "cancelled_on", "deleted_on")
    return None if attribute.endswith(ends) else date(2016, 3, 1)


def _choosable(record_type: RecordType) -> list[str]:
    found = []
    for field in RECORDS[record_type].fields.values():
        chosen = field.visibility is Visibility.ENTERPRISE_CHOOSES
        found += [field.name] if chosen else []
        found += [
            f"{field.name}.{one.name}"
            for one in field.inner.values()
            if one.visibility is Visibility.ENTERPRISE_CHOOSES
        ]
    return found


def _records(canaries: Canaries, *, sings: bool) -> Iterator[SourceRecord]:
    """Make, of each type, what is public in part, and what is not public at all."""
    for kind, declared in RECORDS.items():
        canaries.kind = kind.value
        if kind is REGISTRY:
            continue
        if declared.public:
            shown = Maker(canaries, sings).values(declared)
            yield _record(kind, f"{kind.value}-1", shown)
        if not sings:
            continue
        reasons: list[Values] = [_WITHDRAWN, _ENDED, *_NEVER_PUBLIC.get(kind, ())]
        for reason in reasons if declared.public else [{}]:
            secret = Maker(canaries, secret=True).values(declared) | reason
            hidden = _record(kind, canaries.word(kind.value), secret)
            lies_with_us = kind is RecordType.ANNUAL_REPORT  # as fresh as its register
            yield hidden if lies_with_us else replace(hidden, as_of=LATER)
        if kind is RecordType.PENALTY:
            secret = Maker(canaries, secret=True).values(declared) | _ENDED
            yield _record(kind, canaries.word(kind.value), secret, SECRET)


def _record(
    kind: RecordType, number: str, values: Values, about: int = SINGING
) -> SourceRecord:
    made = record(kind, number, code(about), values)
    return replace(made, digest="0" * 64, identity=(number,))


def _registration(canaries: Canaries, *, sings: bool) -> SourceRecord:
    fields = RECORDS[REGISTRY].fields.values()
    secrets: dict[str, Any] = {
        field.attribute: Maker(canaries, sings).value(field)
        for field in fields
        if field.visibility is Visibility.GOVERNMENT
    }
    secrets["legal_representative"] = "墨艳静"
    made = enterprise(SINGING, address="青海省西宁市城东区一路", **secrets)
    return replace(made, digest="0" * 64)


@dataclasses.dataclass
class Singer(Department):
    """A department that can fall silent, or say of whom it is unsure."""

    types: frozenset[RecordType] = frozenset()
    doubt: str | None = None
    silence: str | None = None

    @property
    def record_types(self) -> frozenset[RecordType]:
        return self.types

    async def fetch(self, ask: Ask) -> Fetched:
        if self.silence is not None:
            raise SourceUnavailable(self.silence)
        found = await super().fetch(ask)
        records = {
            uscc: [one for one in held if one.record_type is ask.record_type]
            for uscc, held in found.records.items()
        }
        doubts = {one.uscc: self.doubt for one in ask.enterprises if self.doubt}
        return dataclasses.replace(found, records=records, unsure=doubts)


@dataclasses.dataclass(frozen=True)
class CanaryWorld:
    """Departments, what the core is filled from, and what must never leave."""

    core: Department
    departments: Mapping[str, Singer]
    canaries: Canaries


def world(*, sings: bool) -> CanaryWorld:
    """Make the world; without `sings`, as the public should think it is."""
    canaries = Canaries()
    held = list(_records(canaries, sings=sings))
    registrations = [
        _registration(canaries, sings=sings),
        *(enterprise(number, "青海同名有限公司") for number in (2, 3)),
    ]
    reports = [one for one in held if one.record_type is RecordType.ANNUAL_REPORT]
    others = [one for one in held if one.record_type is not RecordType.ANNUAL_REPORT]
    kinds = frozenset(RECORDS) - {REGISTRY}
    departments = {
        REGISTER: Singer(others, department=REGISTER, types=kinds, size=50),
        "QH-EPD": Singer([], department="QH-EPD", types=kinds),
    }
    core = Department([*registrations, *reports], department=REGISTER, size=50)
    return CanaryWorld(core, departments, canaries)
