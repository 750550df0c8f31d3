"""Turns what a source of the core gives into rows, and rows into registrations."""

import dataclasses
import hmac
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, TypedDict

import msgspec

from adapters.contract import SourceRecord
from schema.codes import industries, regions
from schema.codes.names import normalise
from schema.record_type import RecordType
from schema.records import RECORDS
from schema.registration import Registration

Row = dict[str, object]
_decode = msgspec.json.Decoder(Registration).decode
_CARRIED = [
    "registration_number",
    "organisation_code",
    "type_code",
    "legal_representative",
    "principal_title",
    "registered_capital",
    "currency",
    "established_on",
    "approved_on",
    "term_from",
    "term_to",
    "registration_authority",
    "address",
    "industry_code",
    "business_scope",
    "revoked_on",
    "deregistered_on",
    "status_reason",
    "contact_phone",
    "contact_name",
]
_KINDS: Mapping[str, Any] = {
    "text": str,
    "date": date,
    "datetime": datetime,
    "decimal": Decimal,
    "integer": int,
    "boolean": bool,
    "text_list": tuple[str, ...],
}


def registration_of(
    record: SourceRecord, department: str, fetched_at: datetime, secret: bytes
) -> Registration:
    """Make a registration out of a source's record."""
    values: Mapping[str, Any] = record.values
    uscc = values["uscc"]
    authority = values.get("registration_authority_code") or uscc[2:8]
    region, source = regions.derive(values.get("address"), authority)
    return Registration(
        uscc=uscc,
        name=values["name"],
        type=values["type"],
        status=values["status"],
        department=department,
        source_record_id=record.source_record_id,
        as_of=record.as_of,
        fetched_at=fetched_at,
        digest=record.digest,
        region=region,
        region_source=source,
        former_names=tuple(values.get("former_names") or ()),
        legal_representative_ref=_person(values, secret),
        **{name: values.get(name) for name in _CARRIED},
    )


def registration_row(one: Registration, source: str, generation: int) -> Row:
    """Make the row of a registration."""
    names = [one.name, *one.former_names]
    written = [*names, *map(normalise, names), one.uscc, one.registration_number or ""]
    capital = one.registered_capital
    return {
        "uscc": one.uscc,
        "registration_number": one.registration_number,
        "name": one.name,
        "name_key": normalise(one.name),
        "words": "\n".join(dict.fromkeys(written)),
        "type": one.type,
        "status": one.status.value,
        "established_on": _iso(one.established_on),
        "approved_on": _iso(one.approved_on),
        "capital": None if capital is None else float(capital),
        "region": one.region,
        "section": industries.section_of(one.industry_code or ""),
        "body": msgspec.json.encode(one).decode(),
        "digest": one.digest,
        "source": source,
        "generation": generation,
    }


def bearer_rows(one: Registration) -> Sequence[Row]:
    """Make the rows that lead from names to the enterprise."""
    current = normalise(one.name)
    former = {normalise(name) for name in one.former_names} - {current}
    return [
        {"name_key": current, "uscc": one.uscc, "current": 1},
        *(
            {"name_key": name, "uscc": one.uscc, "current": 0}
            for name in sorted(former)
        ),
    ]


def read_registration(body: str) -> Registration:
    """Read a registration out of its row."""
    return _decode(body)


class StoredRegistration(Registration):
    """A registration that is read out of its row when more than its name is asked."""

    __slots__ = ("_body",)

    def __init__(self, uscc: str, name: str, body: str) -> None:
        """Stand for a row."""
        _set_uscc(self, uscc)
        _set_name(self, name)
        object.__setattr__(self, "_body", body)

    def __getattr__(self, attribute: str) -> Any:  # noqa: ANN401 - of any of them
        """Read all that the row holds."""
        if attribute not in _WRITE:
            raise AttributeError(attribute)
        whole = _decode(self._body)
        for name, write in _WRITE.items():
            write(self, getattr(whole, name))
        return object.__getattribute__(self, attribute)


_WRITE = {
    field.name: Registration.__dict__[field.name].__set__
    for field in dataclasses.fields(Registration)
}
"""How each attribute is given to an object that is frozen for all others."""
_set_uscc, _set_name = _WRITE["uscc"], _WRITE["name"]


def report_row(record: SourceRecord, uscc: str, generation: int) -> Row:
    """Make the row of an enterprise's annual report; what is not given is left out."""
    given = {name: it for name, it in record.values.items() if it is not None}
    return {
        "uscc": uscc,
        "record_id": record.source_record_id,
        "facts": msgspec.json.encode(given),
        "digest": record.digest,
        "as_of": record.as_of.isoformat(),
        "generation": generation,
    }


def read_report(record_id: str, facts: bytes, digest: str, as_of: str) -> SourceRecord:
    """Read an annual report out of its row."""
    return SourceRecord(
        record_type=RecordType.ANNUAL_REPORT,
        source_record_id=record_id,
        subjects=(),
        values=_facts(facts),
        digest=digest,
        as_of=datetime.fromisoformat(as_of),
    )


def _type(kind: str, enum: type | None, item: type | None) -> Any:  # noqa: ANN401
    if kind == "enum":
        return enum
    if kind == "object_list":
        return tuple[item, ...]  # type: ignore[valid-type]
    return tuple[enum, ...] if kind == "enum_list" else _KINDS[kind]  # type: ignore[valid-type]


_dict_of: Any = TypedDict
"""Makes a type whose names are only known when it is made."""
_facts = msgspec.json.Decoder(
    _dict_of(
        "ReportFacts",
        {
            field.attribute: _type(field.kind, field.enum, field.item) | None
            for field in RECORDS[RecordType.ANNUAL_REPORT].fields.values()
        },
        total=False,
    )
).decode


def _person(values: Mapping[str, Any], secret: bytes) -> str | None:
    """Hash who the legal representative is; one of unknown identity is his own."""
    name = values.get("legal_representative")
    number = values.get("legal_rep_id_number")
    if not name:
        return None
    identity = number or f"{name}/{values['uscc']}"
    return hmac.new(secret, identity.encode(), sha256).hexdigest()[:24]


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
