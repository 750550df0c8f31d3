"""Invents what the commerce administration holds beside registration data."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from mock_departments.world.codes import resident_id
from mock_departments.world.enterprises import LAST_DAY, person
from mock_departments.world.model import TrueEnterprise

Fact = tuple[str, dict[str, object]]
"""Record type and facts."""

FIGURES = (
    "totalAssets",
    "totalLiabilities",
    "ownersEquity",
    "totalRevenue",
    "mainRevenue",
    "totalProfit",
    "netProfit",
    "totalTax",
)


def register_of(who: TrueEnterprise, random: Random) -> Iterator[Fact]:
    """Invent reports, shareholders, personnel, branches and changes of one."""
    founded = date.fromisoformat(str(who.facts["establishedOn"]))
    yield from _reports(who, founded, random)
    if who.uscc.startswith("91"):
        yield from _shareholders(who, random)
        yield "KEY_PERSON", _person(who, "执行董事", random)
        if random.random() < 0.5:
            yield "KEY_PERSON", _person(who, "监事", random)
    if who.uscc.startswith("91") and random.random() < 0.05:
        yield "BRANCH", _branch(who, random)
    if random.random() < 0.35:
        yield "CHANGE", _change(who, founded, random)


def _reports(who: TrueEnterprise, founded: date, random: Random) -> Iterator[Fact]:
    for year in (2014, 2015):
        owed = founded.year <= year and who.facts["status"] == "OPERATING"
        if owed and random.random() < 0.78:
            yield "ANNUAL_REPORT", report(who, year, random)


def report(who: TrueEnterprise, year: int, random: Random) -> dict[str, object]:
    """Invent the annual report of one year."""
    assets = random.randint(5, 9_000) * 1_000
    debts = assets * random.randint(5, 80) // 100
    revenue = assets * random.randint(20, 200) // 100
    profit = revenue * random.randint(-5, 20) // 100
    amounts = (
        assets,
        debts,
        assets - debts,
        revenue,
        revenue,
        profit,
        profit,
        revenue // 33,
    )
    hidden = [*FIGURES, "employees"] if random.random() < 0.55 else []
    submitted = date(year + 1, 1, 4) + timedelta(days=int(177 * random.random() ** 0.5))
    return {
        "year": year,
        "submittedOn": submitted.isoformat(),
        "postalAddress": who.facts["address"],
        "postalCode": "810000",
        "phone": who.facts["contactPhone"],
        "email": f"qh{who.number}@example.cn",
        "operatingState": "OPEN",
        "employees": random.randint(1, 120),
        **{name: str(amount) for name, amount in zip(FIGURES, amounts, strict=True)},
        "websites": [f"http://www.qh{who.number}.example.cn"]
        if who.number % 20 == 0
        else [],
        "guarantees": [],
        "partyMembers": random.randint(0, 5),
        "hidden": hidden,
    }


def _shareholders(who: TrueEnterprise, random: Random) -> Iterator[Fact]:
    capital = int(str(who.facts["registeredCapital"]))
    parts = random.choice(((100,), (60, 40), (51, 49), (70, 30)))
    for place, part in enumerate(parts):
        name = str(who.facts["legalRepresentative"]) if place == 0 else person(random)
        amount = capital * part // 100
        yield (
            "SHAREHOLDER",
            {
                "name": name,
                "kind": "自然人股东",
                "certificateType": "居民身份证",
                "certificateNumber": resident_id(who.uscc[2:8], "19790822", place + 1),
                "subscribed": str(amount),
                "paid": str(amount // 2),
                "country": "中国",
                "sharePercent": str(part),
                "subscribedOn": who.facts["establishedOn"],
            },
        )


def _person(who: TrueEnterprise, position: str, random: Random) -> dict[str, object]:
    chief = position == "执行董事"
    return {
        "name": who.facts["legalRepresentative"] if chief else person(random),
        "position": position,
        "certificateType": "居民身份证",
        "certificateNumber": who.facts["legalRepIdNumber"] if chief else None,
        "sex": random.choice("男女"),
        "phone": who.facts["contactPhone"],
        "appointedFrom": who.facts["establishedOn"],
        "appointedTo": None,
    }


def _branch(who: TrueEnterprise, random: Random) -> dict[str, object]:
    return {
        "name": f"{who.name}{random.choice(('格尔木', '德令哈', '乐都'))}分公司",
        "registrationNumber": None,
        "registrationAuthority": who.facts["registrationAuthority"],
        "parent": who.name,
    }


def _change(who: TrueEnterprise, founded: date, random: Random) -> dict[str, object]:
    day = founded + (LAST_DAY - founded) * random.random()
    if who.former_names:
        item, before, after = "名称变更", who.former_names[0], who.name
    else:
        item, before, after = (
            "经营范围变更",
            "批发零售",
            str(who.facts["businessScope"]),
        )
    return {
        "item": item,
        "before": before,
        "after": after,
        "changedOn": day.isoformat(),
    }
