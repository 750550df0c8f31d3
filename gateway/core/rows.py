"""Turns what a source of the core gives into rows, and rows into registrations."""

import hmac
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

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


def report_row(record: SourceRecord, uscc: str, generation: int) -> Row:
    """Make the row of an enterprise's annual report."""
    return {
        "uscc": uscc,
        "record_id": record.source_record_id,
        "facts": msgspec.json.encode(record.values).decode(),
        "digest": record.digest,
        "as_of": record.as_of.isoformat(),
        "generation": generation,
    }


def read_report(row: Sequence[Any]) -> SourceRecord:
    """Read an annual report out of its row (record_id, facts, digest, as_of)."""
    record_id, facts, digest, as_of = row
    return SourceRecord(
        record_type=RecordType.ANNUAL_REPORT,
        source_record_id=record_id,
        subjects=(),
        values=msgspec.structs.asdict(_report(facts)),
        digest=digest,
        as_of=datetime.fromisoformat(as_of),
    )


def _report_type() -> type[msgspec.Struct]:
    fields = RECORDS[RecordType.ANNUAL_REPORT].fields.values()
    return msgspec.defstruct(
        "ReportFacts",
        [
            (field.attribute, _type(field.kind, field.enum, field.item) | None, None)
            for field in fields
        ],
    )


def _type(kind: str, enum: type | None, item: type | None) -> Any:  # noqa: ANN401
    if kind == "enum":
        return enum
    if kind == "object_list":
        return tuple[item, ...]  # type: ignore[valid-type]
    return tuple[enum, ...] if kind == "enum_list" else _KINDS[kind]  # type: ignore[valid-type]


_report = msgspec.json.Decoder(_report_type()).decode


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
