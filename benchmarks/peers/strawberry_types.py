"""The records as Strawberry types, and how they are made of what sources hold."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import strawberry

from benchmarks.peers import answers
from schema.records.judicial import JudicialAssistanceKind
from schema.records.licence import LicenceCategory

Row = Mapping[str, Any]


@strawberry.type
class AnnualReport:
    """A report of one year."""

    year: int
    submitted_on: date
    operating_state: str | None
    employees: int | None
    total_assets: Decimal | None
    total_revenue: Decimal | None
    net_profit: Decimal | None
    total_tax: Decimal | None


@strawberry.type
class Licence:
    """An administrative licence."""

    document_number: str
    category: LicenceCategory
    content: str
    decided_on: date
    authority: str


@strawberry.type
class Penalty:
    """An administrative penalty."""

    decision_number: str
    violation_type: str
    content: str
    fine: Decimal | None
    decided_on: date


@strawberry.type
class JudicialAssistance:
    """What a court asked for."""

    notice_number: str
    kind: JudicialAssistanceKind
    court: str
    equity_amount: Decimal | None
    frozen_from: date | None


@strawberry.type
class AnnualReports:
    """A list of annual reports."""

    nodes: list[AnnualReport]


@strawberry.type
class Licences:
    """A list of licences."""

    nodes: list[Licence]


@strawberry.type
class Penalties:
    """A list of penalties."""

    nodes: list[Penalty]


@strawberry.type
class Assistance:
    """A list of judicial assistance."""

    nodes: list[JudicialAssistance]


def report_of(facts: Row) -> AnnualReport:
    """Make a report of the core's JSON."""
    return AnnualReport(
        year=facts["year"],
        submitted_on=date.fromisoformat(facts["submitted_on"]),
        operating_state=facts["operating_state"],
        employees=facts["employees"],
        total_assets=Decimal(facts["total_assets"]),
        total_revenue=Decimal(facts["total_revenue"]),
        net_profit=Decimal(facts["net_profit"]),
        total_tax=Decimal(facts["total_tax"]),
    )


def licence_of(row: Row) -> Licence:
    """Make a licence of a department's row."""
    return Licence(
        document_number=row["XK_WSH"],
        category=LicenceCategory(answers.CATEGORIES[row["XK_XKLB"]]),
        content=row["XK_NR"],
        decided_on=date.fromisoformat(row["XK_JDRQ"]),
        authority=row["XK_XKJG"],
    )


def penalty_of(row: Row) -> Penalty:
    """Make a penalty of a department's row."""
    return Penalty(
        decision_number=row["CF_WSH"],
        violation_type=row["CF_WFXW"],
        content=row["CF_NR"],
        fine=Decimal(row["CF_NR_FK"]).scaleb(4),
        decided_on=date.fromisoformat(row["CF_JDRQ"]),
    )


def assistance_of(row: Row) -> JudicialAssistance:
    """Make what a court asked for of a department's row."""
    return JudicialAssistance(
        notice_number=row["xztzswh"],
        kind=JudicialAssistanceKind(answers.KINDS[row["lx"]]),
        court=row["zxfy"],
        equity_amount=Decimal(row["gqse"]).scaleb(4),
        frozen_from=date.fromisoformat(row["djqxz"]),
    )
