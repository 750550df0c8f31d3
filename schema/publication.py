"""What of a record the public may see, and how persons are masked for government.

Rules as data with a date from which they hold; the day of the decision chooses.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from schema.codes.identity_documents import is_resident_id, mask
from schema.declaration import FieldDeclaration
from schema.record_type import RecordType
from schema.records.judicial import JudgmentDefault
from schema.records.penalty import Penalty, PenaltyCategory, PenaltyProcedure
from schema.records.record import (
    CreditRecord,
    Withheld,
    WithheldReason,
    declaration_of,
)
from schema.redaction import redact
from schema.visibility import Audience, Visibility

REGISTER = "QH-AMR"
"""The department whose penalties follow 市场监督管理行政处罚信息公示规定."""


@dataclass(frozen=True, slots=True)
class PenaltyPeriod:
    """How long penalties decided from a day on are public, in years."""

    valid_from: date
    years: int
    warning_only: bool
    """Whether a warning alone is published by the register."""
    rule: str


PENALTY_PERIODS = (
    PenaltyPeriod(date(2021, 9, 1), 3, False, "行政处罚信息公示规定 第六条、第十三条"),  # noqa: FBT003
    PenaltyPeriod(date(2014, 10, 1), 5, True, "行政处罚信息公示暂行规定 第二条"),  # noqa: FBT003
    PenaltyPeriod(date.min, 5, True, "企业信息公示暂行条例 第六条"),  # noqa: FBT003
)


def present(
    record: CreditRecord, audience: Audience, today: date
) -> CreditRecord | None:
    """Give the record as an audience may see it; None when it may not at all."""
    if audience is Audience.GOVERNMENT:
        return _with(record, _masked(record), [])
    if not is_public(record, today):
        return None
    changes: dict[str, object] = {}
    withheld: list[Withheld] = []
    for field in declaration_of(record).fields.values():
        hide = _HIDING.get(field.visibility)
        value = getattr(record, field.attribute)
        if hide is None or value is None or value == []:
            continue
        shown, reason = hide(record, field, value)
        if reason is not None:
            changes[field.attribute] = shown
            withheld.append(Withheld(field=field.name, reason=reason))
    return _with(record, changes, withheld)


def is_public(record: CreditRecord, today: date) -> bool:
    """Say whether the public schema has the record on a day."""
    if not declaration_of(record).public:
        return False
    if record.withdrawn_on and record.withdrawn_on <= today:
        return False
    if isinstance(record, Penalty):
        return _penalty_public(record, today)
    return record.publish_until is None or record.publish_until >= today


def publish_until(penalty: Penalty) -> date:
    """Give the last day of publication: the source's own, else by rule."""
    if penalty.publish_until:
        return penalty.publish_until
    start = penalty.published_on or penalty.decided_on
    years = _period(penalty.decided_on).years
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return start.replace(year=start.year + years, day=28)


def _penalty_public(penalty: Penalty, today: date) -> bool:
    if penalty.procedure is PenaltyProcedure.SIMPLE:
        return False
    by_register = penalty.provenance.department.code == REGISTER
    only_warned = penalty.categories == [PenaltyCategory.WARNING]
    if by_register and only_warned and not _period(penalty.decided_on).warning_only:
        return False
    return publish_until(penalty) >= today


def _period(decided_on: date) -> PenaltyPeriod:
    return next(p for p in PENALTY_PERIODS if p.valid_from <= decided_on)


_Hidden = tuple[object, WithheldReason | None]


def _hide_person(
    record: CreditRecord, field: FieldDeclaration, value: object
) -> _Hidden:
    if not _of_person(record, field, value):
        return value, None
    if isinstance(record, JudgmentDefault) and field.attribute == "id_number":
        return mask(str(value)), WithheldReason.REDACTED
    return None, WithheldReason.NOT_PUBLISHED


def _of_person(record: CreditRecord, field: FieldDeclaration, value: object) -> bool:
    if field.attribute == "respondent_address":
        kind = getattr(record, "respondent_kind", None)
        return kind is not None and kind.name == "NATURAL_PERSON"
    if field.attribute.endswith(("id_number", "certificate_number")):
        return field.attribute.endswith("id_number") or is_resident_id(str(value))
    number = getattr(record, field.attribute.replace("_type", "_number"), None)
    return number is not None and is_resident_id(str(number))


def _hide_in_text(
    _record: CreditRecord, _field: FieldDeclaration, value: object
) -> _Hidden:
    text, count = redact(str(value))
    return text, WithheldReason.REDACTED if count else None


def _hide_as_chosen(
    record: CreditRecord, field: FieldDeclaration, value: object
) -> _Hidden:
    chosen = getattr(record, "hidden", None) or ()
    if field.name not in chosen:
        return value, None
    nothing = [] if isinstance(value, list | tuple) else None
    return nothing, WithheldReason.ENTERPRISE_CHOSE


_HIDING: dict[
    Visibility, Callable[[CreditRecord, FieldDeclaration, object], _Hidden]
] = {
    Visibility.ORGANISATIONS: _hide_person,
    Visibility.REDACTED: _hide_in_text,
    Visibility.ENTERPRISE_CHOOSES: _hide_as_chosen,
}


def _masked(record: CreditRecord) -> dict[str, object]:
    """Mask natural persons' identity numbers, whatever field they stand in."""
    return {
        field.attribute: mask(value)
        for field in declaration_of(record).fields.values()
        if field.attribute.endswith(("id_number", "certificate_number"))
        and isinstance(value := getattr(record, field.attribute), str)
        and (is_resident_id(value) or field.attribute.endswith("id_number"))
    }


def _with(
    record: CreditRecord, changes: dict[str, object], withheld: list[Withheld]
) -> CreditRecord:
    if not changes and not withheld:
        return record
    return dataclasses.replace(record, withheld=withheld, **changes)


PUBLIC_TYPES = frozenset(RecordType) - {RecordType.TAX_CREDIT, RecordType.REGISTRATION}
"""Record types that the public schema has."""
