"""Hides from the public, and masks for government, what is in a record's fields."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from schema.codes.identity_documents import is_resident_id, mask
from schema.declaration import FieldDeclaration, RecordDeclaration
from schema.instances import altered
from schema.records.judicial import JudgmentDefault
from schema.records.person import NUMBERS, is_persons, masked
from schema.records.record import (
    CreditRecord,
    Withheld,
    WithheldReason,
    declaration_of,
)
from schema.redaction import MARK, redact
from schema.visibility import Visibility

Fields = tuple[FieldDeclaration, ...]
_KEPT: Final = 256
"""Declarations of record types that are remembered, those of modules among them."""


def masked_for_government(record: CreditRecord) -> CreditRecord:
    """Mask natural persons' identity numbers, those in lists too."""
    changes = _masked(record, _to_mask(declaration_of(record)))
    return altered(record, changes) if changes else record


def hidden_from_public(record: CreditRecord) -> CreditRecord:
    """Hide what the public may not see; `withheld` says what and why.

    Of fields that the public schema lacks nothing is left, so that no filter or order
    can tell what is in them; nothing is said of them either.
    """
    chosen = frozenset(getattr(record, "hidden", None) or ())
    found = [
        (field, part)
        for field in _to_hide(declaration_of(record))
        if (part := _hidden(record, field, chosen)) is not None
    ]
    values = record.__dict__
    lacking = _lacks(declaration_of(record))
    changes = {name: no for name, no in lacking.items() if values.get(name)}
    if found:
        changes |= {field.attribute: part.value for field, part in found}
        changes["withheld"] = [one for _, part in found for one in part.withheld]
    return altered(record, changes) if changes else record


@dataclass(frozen=True, slots=True)
class _Part:
    """What is shown instead of a value."""

    value: object
    withheld: tuple[Withheld, ...]


def _hidden(
    holder: object, field: FieldDeclaration, chosen: frozenset[str]
) -> _Part | None:
    """Give what is shown instead of a field's value; None when it is shown itself."""
    value = getattr(holder, field.attribute)
    if value is None or value in ([], ()):
        return None
    if field.inner:
        return _hidden_in_list(field, value, chosen)
    hide = _HIDING.get(field.visibility, _hide_identity)
    shown, reason = hide(holder, field, value, chosen)
    if reason is None:
        return None
    return _Part(shown, (Withheld(field=field.name, reason=reason),))


def _hidden_in_list(
    field: FieldDeclaration, items: Iterable[object], chosen: frozenset[str]
) -> _Part | None:
    """Hide within the objects of a list; the enterprise may choose all of them."""
    inner = _guarded(field.inner.values())
    if field.name in chosen:
        inside = frozenset(field.inner)
    else:
        prefix = f"{field.name}."
        inside = frozenset(
            name.removeprefix(prefix) for name in chosen if name.startswith(prefix)
        )
    shown: list[object] = []
    reasons: dict[str, WithheldReason] = {}
    for item in items:
        found = [(one, part) for one in inner if (part := _hidden(item, one, inside))]
        changes = {one.attribute: part.value for one, part in found}
        shown.append(altered(item, changes) if changes else item)
        for one, part in found:
            reasons[f"{field.name}.{one.name}"] = part.withheld[0].reason
    if not reasons:
        return None
    named = (Withheld(field=name, reason=reason) for name, reason in reasons.items())
    return _Part(shown, tuple(named))


def _masked(holder: object, fields: Fields) -> dict[str, object]:
    changes: dict[str, object] = {}
    for field in fields:
        value: Any = getattr(holder, field.attribute)
        if not value:
            continue
        if field.inner:
            inner = _numbers(field.inner.values())
            shown: object = [
                altered(item, inside) if (inside := _masked(item, inner)) else item
                for item in value
            ]
        else:
            shown = masked(holder, field, value)
        if shown != value:
            changes[field.attribute] = shown
    return changes


_Hidden = tuple[object, WithheldReason | None]
_Hide = Callable[[object, FieldDeclaration, object, frozenset[str]], _Hidden]


def _hide_person(
    holder: object, field: FieldDeclaration, value: object, _chosen: frozenset[str]
) -> _Hidden:
    if not is_persons(holder, field, value):
        return value, None
    if isinstance(holder, JudgmentDefault):
        return mask(str(value)), WithheldReason.REDACTED
    return None, WithheldReason.NOT_PUBLISHED


def _hide_in_text(
    _holder: object, _field: FieldDeclaration, value: object, _chosen: frozenset[str]
) -> _Hidden:
    text, count = redact(str(value))
    return text, WithheldReason.REDACTED if count else None


def _hide_as_chosen(
    _holder: object, field: FieldDeclaration, value: object, chosen: frozenset[str]
) -> _Hidden:
    if field.name not in chosen:
        return value, None
    nothing: list[object] | None = [] if isinstance(value, list | tuple) else None
    return nothing, WithheldReason.ENTERPRISE_CHOSE


def _hide_identity(
    _holder: object, field: FieldDeclaration, value: object, _chosen: frozenset[str]
) -> _Hidden:
    """Hide an identity number that stands where a document's number should."""
    if field.attribute.endswith(NUMBERS) and is_resident_id(str(value)):
        return MARK, WithheldReason.REDACTED
    return value, None


_HIDING: Mapping[Visibility, _Hide] = {
    Visibility.ORGANISATIONS: _hide_person,
    Visibility.REDACTED: _hide_in_text,
    Visibility.ENTERPRISE_CHOOSES: _hide_as_chosen,
}


def _guarded(fields: Iterable[FieldDeclaration]) -> Fields:
    """Choose the fields that may have to be hidden, in themselves or within."""
    return tuple(
        field
        for field in fields
        if field.visibility is not Visibility.GOVERNMENT
        and (
            field.visibility is not Visibility.PUBLIC
            or field.attribute.endswith(NUMBERS)
            or _guarded(field.inner.values())
        )
    )


def _lacking(fields: Iterable[FieldDeclaration]) -> Mapping[str, object]:
    """Give what stands for the values of fields that the public schema lacks."""
    return {
        field.attribute: () if field.kind.endswith("_list") else None
        for field in fields
        if not field.visibility.public
    }


def _numbers(fields: Iterable[FieldDeclaration]) -> Fields:
    """Choose the fields that may hold a person's number, in themselves or within."""
    return tuple(
        field
        for field in fields
        if field.attribute.endswith(NUMBERS) or _numbers(field.inner.values())
    )


@lru_cache(maxsize=_KEPT)
def _to_hide(declared: RecordDeclaration) -> Fields:
    return _guarded(declared.fields.values())


@lru_cache(maxsize=_KEPT)
def _lacks(declared: RecordDeclaration) -> Mapping[str, object]:
    return _lacking(declared.fields.values())


@lru_cache(maxsize=_KEPT)
def _to_mask(declared: RecordDeclaration) -> Fields:
    return _numbers(declared.fields.values())
