"""Gives registrations the shape of the schema."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any

from gateway.sealing import Seal
from schema.codes import industries, regions
from schema.departments import Department, Provenance, SourceOutcome
from schema.enterprise import Enterprise, Industry, Region
from schema.instances import instance
from schema.registration import Registration
from schema.scalars import RegionCode

DepartmentOf = Callable[[str], Department]


def enterprise_of(
    registration: Registration,
    department_of: DepartmentOf,
    as_of: date | None = None,
    seal: Seal | None = None,
) -> Enterprise:
    """Make the enterprise of a registration; `department_of` gives who told it.

    All but code and name is read when it is asked for, as most lists never do.
    """
    known: dict[str, object] = {
        "uscc": registration.uscc,
        "name": registration.name,
        "as_of": as_of,
        "_told": (registration, department_of, seal),
    }
    return instance(_Enterprise, known)


class _Enterprise(Enterprise):
    """An enterprise that reads the rest of its registration when asked."""

    def __getattr__(self, attribute: str) -> Any:  # noqa: ANN401 - of any of them
        """Read all facts; only what an object lacks is looked for here."""
        told = self.__dict__.get("_told")
        if told is None:
            raise AttributeError(attribute)
        self.__dict__.update(_facts(*told))
        del self.__dict__["_told"]
        return getattr(self, attribute)


def _facts(
    one: Registration, department_of: DepartmentOf, seal: Seal | None
) -> dict[str, object]:
    return {
        "registration_number": one.registration_number,
        "former_names": list(one.former_names),
        "type": one.type,
        "legal_representative": one.legal_representative,
        "legal_representative_ref": one.legal_representative_ref,
        "principal_title": one.principal_title,
        "registered_capital": one.registered_capital,
        "currency": one.currency,
        "established_on": one.established_on,
        "approved_on": one.approved_on,
        "term_from": one.term_from,
        "term_to": one.term_to,
        "registration_authority": one.registration_authority,
        "region": _region(one.region),
        "region_source": one.region_source,
        "address": one.address,
        "industry": _industry(one.industry_code),
        "business_scope": one.business_scope,
        "status": one.status,
        "revoked_on": one.revoked_on,
        "deregistered_on": one.deregistered_on,
        "status_reason": one.status_reason,
        "contact_phone": one.contact_phone,
        "provenance": instance(
            Provenance,
            {
                "department": department_of(one.department),
                "source_record_id": one.source_record_id,
                "as_of": one.as_of,
                "fetched_at": one.fetched_at,
                "outcome": SourceOutcome.MATERIALIZED,
                "digest": one.digest if seal is None else seal(one.digest),
            },
        ),
    }


@lru_cache(4_096)
def _region(code: str | None) -> Region | None:
    known = regions.divisions().get(code or "")
    if known is None:
        return None
    return Region(
        code=RegionCode(known.code),
        name=known.name,
        full_name=regions.full_name(known.code),
    )


@lru_cache(4_096)
def _industry(code: str | None) -> Industry | None:
    section = industries.section_of(code) if code else None
    if code is None or section is None:
        return None
    name = industries.name_of(code) or industries.SECTIONS[section]
    return Industry(section=section, code=code, name=name)
