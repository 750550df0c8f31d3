"""Invents the enterprises of the province."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from itertools import accumulate
from random import Random

from mock_departments.world.codes import (
    organisation_code,
    registration_number,
    resident_id,
    uscc,
)
from mock_departments.world.model import CLOCK, TrueEnterprise
from mock_departments.world.vocabulary import (
    BRANDS_FIRST,
    BRANDS_SECOND,
    GIVEN,
    HISTORIC,
    INDUSTRIES,
    SHARES,
    STREETS,
    SURNAMES,
)

LAST_DAY = CLOCK.date()
FIRST_DAY = date(1988, 3, 1)
RESTAURANT = INDUSTRIES[11]
PHARMACY = INDUSTRIES[8]

_FORMS = (
    ("91", "有限公司", "1130", "有限责任公司(自然人投资或控股)", 62),
    ("91", "有限责任公司", "1150", "一人有限责任公司", 10),
    ("91", "股份有限公司", "1223", "股份有限公司(非上市、国有控股)", 2),
    ("93", "农民专业合作社", "9100", "农民专业合作社", 14),
    ("92", "店", "9500", "个体工商户", 12),
)
_WEIGHTS = tuple(accumulate(form[4] for form in _FORMS))


@cache
def counties() -> Mapping[str, str]:
    """Give code and name of every county."""
    return {
        code: name for code, (name, level) in _regions().items() if level == "county"
    }


@cache
def _regions() -> Mapping[str, tuple[str, str]]:
    with (files(__package__) / "regions.csv").open(encoding="utf-8") as file:
        return {
            row["code"]: (row["name"], row["level"]) for row in csv.DictReader(file)
        }


def region_name(code: str) -> str:
    """Give the name of a division."""
    return _regions()[code][0]


def invent(count: int, random: Random) -> Iterator[TrueEnterprise]:
    """Invent `count` enterprises, numbered from 0."""
    codes, weights = _places()
    taken: set[str] = set()
    for number in range(count):
        county = random.choices(codes, cum_weights=weights)[0]
        yield one(number, county, random, taken)


def _places() -> tuple[list[str], list[int]]:
    shares = dict(SHARES)
    codes = sorted(counties())
    spread = [shares.get(code, 0) * 30 or 12 for code in codes]
    return codes, list(accumulate(spread))


def one(number: int, county: str, random: Random, taken: set[str]) -> TrueEnterprise:
    """Invent one enterprise in a county, with a name not yet taken."""
    category, ending, type_code, type_name, _ = random.choices(
        _FORMS, cum_weights=_WEIGHTS
    )[0]
    industry = random.choice(INDUSTRIES)
    if category == "93":
        industry = INDUSTRIES[-1]
    elif category == "92":
        industry = RESTAURANT if number % 3 else PHARMACY
    place = (
        counties()[county].removesuffix("市").removesuffix("县").removesuffix("区")[:2]
    )
    name = _name(place, industry[2], ending, random)
    while name in taken:
        name = _name(place, industry[2], ending, random)
    taken.add(name)
    founded = FIRST_DAY + timedelta(
        days=int((LAST_DAY - FIRST_DAY).days * random.random() ** 0.45)
    )
    code_region = HISTORIC.get(county, county) if founded.year < 2016 else county
    recent = founded >= date(2015, 10, 1)
    unnumbered = recent and random.random() < 0.4
    return TrueEnterprise(
        number=number,
        uscc=uscc(category, code_region, number),
        registration_number=None
        if unnumbered
        else registration_number(code_region, "6" if category == "92" else "1", number),
        name=name,
        former_names=_former(name, place, random),
        facts={
            "pripid": f"QHP{number:09}",
            "organisationCode": organisation_code(number),
            "typeCode": type_code,
            "type": type_name,
            **_people(code_region, random),
            **_capital(category, random),
            **_dates(founded, random),
            "registrationAuthority": f"{region_name(county)}市场和质量监督管理局",
            "registrationAuthorityCode": code_region,
            "address": _address(county, random),
            "regionCode": county,
            "industryCode": industry[1],
            "industrySection": industry[0],
            "businessScope": industry[3]
            + "（依法须经批准的项目，经批准后方可开展经营活动）",
            **_state(founded, random),
        },
    )


def renamed(enterprise: TrueEnterprise, name: str) -> TrueEnterprise:
    """Give an enterprise another name, keeping the one it had."""
    return replace(
        enterprise, name=name, former_names=(enterprise.name, *enterprise.former_names)
    )


def _name(place: str, trade: str, ending: str, random: Random) -> str:
    brand = random.choice(BRANDS_FIRST) + random.choice(BRANDS_SECOND)
    if random.random() < 0.6:
        brand += random.choice(BRANDS_SECOND)
    if ending == "店":
        trade = "饭" if trade == RESTAURANT[2] else "大药房"
    elif ending == "农民专业合作社":
        trade = random.choice(("养殖", "种植", "中藏药材种植", "牛羊繁育"))
    return f"{place}{brand}{trade}{ending}"


def _former(name: str, place: str, random: Random) -> tuple[str, ...]:
    if random.random() >= 0.06:
        return ()
    brand = random.choice(BRANDS_SECOND) + random.choice(BRANDS_FIRST)
    return (f"{place}{brand}{name[len(place) + 2 :]}",)


def person(random: Random) -> str:
    """Invent a person's name."""
    given = random.choice(GIVEN) + (
        random.choice(GIVEN) if random.random() < 0.7 else ""
    )
    return random.choice(SURNAMES) + given


def _people(region: str, random: Random) -> dict[str, object]:
    born = f"{random.randint(1950, 1992)}{random.randint(1, 12):02}{random.randint(1, 28):02}"
    return {
        "legalRepresentative": person(random),
        "legalRepIdType": "居民身份证",
        "legalRepIdNumber": resident_id(region, born, random.randint(1, 999)),
        "principalTitle": "法定代表人",
        "contactPhone": f"139{random.randint(0, 99_999_999):08}",
        "contactName": person(random),
    }


def _capital(category: str, random: Random) -> dict[str, object]:
    if category == "92":
        return {
            "registeredCapital": str(random.randint(1, 50) * 10_000),
            "currency": "CNY",
        }
    amount = random.choice((10, 30, 50, 100, 200, 500, 1000, 3000)) * 10_000
    currency = "USD" if random.random() < 0.004 else "CNY"
    return {"registeredCapital": str(amount), "currency": currency}


def _dates(founded: date, random: Random) -> dict[str, object]:
    changed = min(founded + timedelta(days=random.randint(0, 900)), LAST_DAY)
    ends = None if random.random() < 0.6 else date(founded.year + 30, founded.month, 1)
    return {
        "establishedOn": founded.isoformat(),
        "approvedOn": changed.isoformat(),
        "termFrom": founded.isoformat(),
        "termTo": ends.isoformat() if ends else None,
    }


def _address(county: str, random: Random) -> str:
    prefecture = region_name(county[:4] + "00")
    street = random.choice(STREETS)
    return f"青海省{prefecture}{region_name(county)}{street}{random.randint(1, 300)}号"


def _state(founded: date, random: Random) -> dict[str, object]:
    luck = random.random()
    ended = founded + (LAST_DAY - founded) * random.random()
    if luck < 0.90:
        return {"status": "OPERATING"}
    if luck < 0.93:
        reason = "逾期未接受年度检验"
        return {
            "status": "REVOKED",
            "revokedOn": ended.isoformat(),
            "statusReason": reason,
        }
    if luck < 0.985:
        reason = "决议解散"
        return {
            "status": "DEREGISTERED",
            "deregisteredOn": ended.isoformat(),
            "statusReason": reason,
        }
    return {"status": "MOVED_OUT" if luck < 0.995 else "RESCINDED"}
