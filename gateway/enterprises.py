"""Gives registrations the shape of the schema."""

from datetime import date

import strawberry

from schema.codes import industries, regions
from schema.departments import Department, Provenance, SourceOutcome
from schema.enterprise import Enterprise, Industry, Region
from schema.registration import Registration
from schema.scalars import USCC, RegionCode


def enterprise_of(
    registration: Registration, department: Department, as_of: date | None = None
) -> Enterprise:
    """Make the enterprise of a registration that `department` told."""
    one = registration
    return Enterprise(
        uscc=USCC(one.uscc),
        registration_number=one.registration_number,
        name=one.name,
        former_names=list(one.former_names),
        type=one.type,
        legal_representative=one.legal_representative,
        legal_representative_ref=_id(one.legal_representative_ref),
        principal_title=one.principal_title,
        registered_capital=one.registered_capital,
        currency=one.currency,
        established_on=one.established_on,
        approved_on=one.approved_on,
        term_from=one.term_from,
        term_to=one.term_to,
        registration_authority=one.registration_authority,
        region=_region(one.region),
        region_source=one.region_source,
        address=one.address,
        industry=_industry(one.industry_code),
        business_scope=one.business_scope,
        status=one.status,
        revoked_on=one.revoked_on,
        deregistered_on=one.deregistered_on,
        status_reason=one.status_reason,
        contact_phone=one.contact_phone,
        provenance=Provenance(
            department=department,
            source_record_id=one.source_record_id,
            as_of=one.as_of,
            fetched_at=one.fetched_at,
            outcome=SourceOutcome.MATERIALIZED,
            digest=one.digest,
        ),
        as_of=as_of,
    )


def _id(text: str | None) -> strawberry.ID | None:
    return None if text is None else strawberry.ID(text)


def _region(code: str | None) -> Region | None:
    known = regions.divisions().get(code or "")
    if known is None:
        return None
    return Region(
        code=RegionCode(known.code),
        name=known.name,
        full_name=regions.full_name(known.code),
    )


def _industry(code: str | None) -> Industry | None:
    section = industries.section_of(code) if code else None
    if code is None or section is None:
        return None
    name = industries.name_of(code) or industries.SECTIONS[section]
    return Industry(section=section, code=code, name=name)
