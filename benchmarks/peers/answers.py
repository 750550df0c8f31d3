"""From what sources hold to what clients are told, by hand: for peers in Python."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

Told = dict[str, object]

ENTERPRISE: Mapping[str, str] = {
    "uscc": "uscc",
    "name": "name",
    "type": "type",
    "status": "status",
    "legalRepresentative": "legal_representative",
    "registeredCapital": "registered_capital",
    "currency": "currency",
    "establishedOn": "established_on",
    "registrationAuthority": "registration_authority",
    "address": "address",
}
"""Fields of Q1, and where they stand in the core's JSON of a registration."""
REPORT: Mapping[str, str] = {
    "year": "year",
    "submittedOn": "submitted_on",
    "operatingState": "operating_state",
    "employees": "employees",
    "totalAssets": "total_assets",
    "totalRevenue": "total_revenue",
    "netProfit": "net_profit",
    "totalTax": "total_tax",
}
"""Fields of Q2, and where they stand in the core's JSON of a report."""
CATEGORIES: Mapping[str, str] = {
    "1": "GENERAL",
    "2": "CONCESSION",
    "3": "RECOGNITION",
    "4": "APPROVAL",
    "5": "REGISTRATION",
    "6": "OTHER",
}
KINDS: Mapping[str, str] = {"1": "EQUITY_FREEZE", "2": "UNFREEZE"}


def enterprise(body: Mapping[str, Any]) -> Told:
    """Tell the ten fields of an enterprise."""
    told = {name: body[stored] for name, stored in ENTERPRISE.items()}
    told["registeredCapital"] = plain(body["registered_capital"])
    return told


def report(facts: Mapping[str, Any]) -> Told:
    """Tell an annual report."""
    return {
        "year": facts["year"],
        "submittedOn": facts["submitted_on"],
        "operatingState": facts["operating_state"],
        "employees": facts["employees"],
        "totalAssets": plain(facts["total_assets"]),
        "totalRevenue": plain(facts["total_revenue"]),
        "netProfit": plain(facts["net_profit"]),
        "totalTax": plain(facts["total_tax"]),
    }


def licence(row: Mapping[str, Any]) -> Told:
    """Tell a licence."""
    return {
        "documentNumber": row["XK_WSH"],
        "category": CATEGORIES[row["XK_XKLB"]],
        "content": row["XK_NR"],
        "decidedOn": row["XK_JDRQ"],
        "authority": row["XK_XKJG"],
    }


def penalty(row: Mapping[str, Any]) -> Told:
    """Tell a penalty."""
    return {
        "decisionNumber": row["CF_WSH"],
        "violationType": row["CF_WFXW"],
        "content": row["CF_NR"],
        "fine": yuan(row["CF_NR_FK"]),
        "decidedOn": row["CF_JDRQ"],
    }


def assistance(row: Mapping[str, Any]) -> Told:
    """Tell what a court asked for."""
    return {
        "noticeNumber": row["xztzswh"],
        "kind": KINDS[row["lx"]],
        "court": row["zxfy"],
        "equityAmount": yuan(row["gqse"]),
        "frozenFrom": row["djqxz"],
    }


def yuan(ten_thousands: str) -> str:
    """Give 万元 in yuan, exact."""
    return plain(format(Decimal(ten_thousands).scaleb(4), "f"))


def plain(number: str) -> str:
    """Write a decimal without needless zeros."""
    return number.rstrip("0").rstrip(".") if "." in number else number


Tell = Callable[[Mapping[str, Any]], Told]
LISTS: Mapping[str, tuple[str, str, Tell]] = {
    "licences": ("licences", "XK_XDR_SHXYM", licence),
    "penalties": ("penalties", "CF_XDR_SHXYM", penalty),
    "judicialAssistance": ("assistance", "shxydm", assistance),
}
"""By field: the department's address, its column of the code, how to tell a row."""
