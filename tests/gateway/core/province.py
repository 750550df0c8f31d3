"""A few dozen enterprises that differ in everything a filter can ask for."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from adapters.contract import SourceRecord
from schema.registration import EnterpriseStatus
from tests.gateway.core.fakes import enterprise

PLACES = {
    "630102": "青海省西宁市城东区一路",
    "630103": "青海省西宁市城中区二路",
    "630202": "青海省海东市乐都区三路",
    "632801": "青海省海西蒙古族藏族自治州格尔木市四路",
}
INDUSTRIES = {"5212": "F", "0111": "A", "4710": "E", None: None}
WORDS = ("昆仑", "盐湖", "祁连", "三江", "A%b", "a_B", "（西海）")


def province(size: int = 60) -> Sequence[SourceRecord]:
    """Make enterprises, the same ones every time."""
    chance = random.Random(7)
    return [_one(number, chance) for number in range(size)]


def _one(number: int, chance: random.Random) -> SourceRecord:
    founded = date(2000, 1, 1) + timedelta(days=chance.randrange(6_000))
    capital = Decimal(chance.randrange(1, 9)) * Decimal("0.1")
    words = chance.choice(WORDS) + chance.choice(WORDS)
    return enterprise(
        number,
        f"青海{words}{number % 20}有限责任公司",
        address=chance.choice(list(PLACES.values())),
        industry_code=chance.choice(list(INDUSTRIES)),
        status=chance.choice(list(EnterpriseStatus)),
        established_on=chance.choice([founded, None]),
        registered_capital=chance.choice([capital, None]),
        former_names=(f"{chance.choice(WORDS)}旧名{number}",),
    )
