from datetime import date
from typing import Any

import pytest

from schema.publication import is_public, present
from schema.publication_period import months_after, publish_until
from schema.record_type import RecordType
from schema.records.honours import TaxGrade
from schema.records.judicial import DebtorKind
from schema.records.penalty import (
    Penalty,
    PenaltyCategory,
    PenaltyProcedure,
    PenaltyReview,
)
from schema.visibility import Audience
from tests.schema.samples import TODAY, Given, enterprise, record

WARNING, CRITICISM = PenaltyCategory.WARNING, PenaltyCategory.CRITICISM
FINE, SHUTDOWN = PenaltyCategory.FINE, PenaltyCategory.SHUTDOWN


def penalty(
    by: str, decided_on: date, *categories: PenaltyCategory, **values: Given
) -> Penalty:
    made: Penalty = record(
        RecordType.PENALTY,
        by=by,
        decided_on=decided_on,
        categories=list(categories),
        **values,
    )
    return made


@pytest.mark.parametrize(
    ("by", "decided_on", "categories", "until"),
    [
        ("QH-AMR", date(2016, 3, 1), [FINE], date(2021, 3, 1)),
        ("QH-AMR", date(2016, 3, 1), [WARNING], date(2021, 3, 1)),
        ("QH-EPD", date(2016, 2, 29), [FINE], date(2021, 2, 28)),
        ("QH-AMR", date(2021, 9, 1), [FINE], date(2024, 9, 1)),
        ("QH-AMR", date(2022, 1, 1), [CRITICISM], date(2022, 4, 1)),
        ("QH-AMR", date(2022, 1, 1), [WARNING, CRITICISM], date(2022, 4, 1)),
        ("QH-AMR", date(2022, 1, 1), [WARNING], None),
        ("QH-EPD", date(2020, 1, 1), [FINE], date(2021, 1, 1)),
        ("QH-EPD", date(2020, 1, 1), [FINE, SHUTDOWN], date(2023, 1, 1)),
        ("QH-EPD", date(2023, 5, 1), [FINE], date(2026, 5, 1)),
        ("QH-EPD", date(2023, 5, 1), [WARNING], date(2023, 8, 1)),
        ("QH-EPD", date(2026, 4, 1), [FINE], date(2027, 4, 1)),
        ("QH-EPD", date(2026, 4, 1), [WARNING], None),
    ],
)
def test_the_rule_of_the_day_of_decision_says_how_long(
    by: str, decided_on: date, categories: list[PenaltyCategory], until: date | None
) -> None:
    one = penalty(by, decided_on, *categories)
    assert publish_until(one) == until


def test_a_penalty_is_public_to_its_last_day_and_not_after() -> None:
    one = penalty("QH-EPD", date(2016, 3, 1), FINE)
    assert present(one, Audience.PUBLIC, date(2021, 3, 1)) is not None
    assert present(one, Audience.PUBLIC, date(2021, 3, 2)) is None
    assert present(one, Audience.GOVERNMENT, date(2030, 1, 1)) is not None


def test_the_source_knows_best_how_long() -> None:
    one = penalty("QH-EPD", date(2016, 3, 1), FINE, publish_until=date(2016, 9, 1))
    assert publish_until(one) == date(2016, 9, 1)
    assert present(one, Audience.PUBLIC, TODAY) is None


def test_the_register_counts_from_publication_and_as_long_as_a_restriction() -> None:
    later = {"published_on": date(2022, 1, 20)}
    one = penalty("QH-AMR", date(2022, 1, 1), FINE, **later)
    assert publish_until(one) == date(2025, 1, 20)
    lasting = penalty(
        "QH-AMR", date(2022, 1, 1), FINE, effective_until=date(2030, 1, 1)
    )
    assert publish_until(lasting) == date(2030, 1, 1)
    others = penalty("QH-EPD", date(2023, 6, 1), FINE, published_on=date(2023, 6, 9))
    assert publish_until(others) == date(2026, 6, 1)


@pytest.mark.parametrize(
    "values",
    [
        {"procedure": PenaltyProcedure.SIMPLE},
        {"withdrawn_on": TODAY},
        {"review": PenaltyReview.REVOKED},
    ],
)
def test_some_penalties_are_for_government_only(values: dict[str, Any]) -> None:
    one = penalty("QH-EPD", date(2016, 3, 1), FINE, **values)
    assert present(one, Audience.PUBLIC, TODAY) is None
    assert present(one, Audience.GOVERNMENT, TODAY) is not None


def test_a_withdrawal_to_come_hides_nothing_yet() -> None:
    one = penalty("QH-EPD", date(2016, 3, 1), FINE, withdrawn_on=date(2016, 10, 21))
    assert present(one, Audience.PUBLIC, TODAY) is not None


def test_a_licence_is_public_for_a_year_after_its_end() -> None:
    one = record(RecordType.LICENCE, valid_to=date(2015, 10, 20))
    assert is_public(one, TODAY)
    assert not is_public(one, date(2016, 10, 21))
    assert is_public(record(RecordType.LICENCE, valid_to=None), date(2040, 1, 1))


def test_lifted_freezes_left_the_public_in_2024() -> None:
    one = record(RecordType.JUDICIAL_ASSISTANCE, status="LIFTED")
    assert is_public(one, TODAY)
    assert not is_public(one, date(2024, 6, 2))


def test_only_debtors_that_are_the_enterprise_are_public() -> None:
    person: dict[str, Any] = {"debtor_kind": DebtorKind.NATURAL_PERSON}
    apart = record(RecordType.JUDGMENT_DEFAULT, **person)
    operator = record(
        RecordType.JUDGMENT_DEFAULT,
        about=enterprise("92632122MA75LY984M"),
        **person,
    )
    assert not is_public(apart, TODAY)
    assert is_public(operator, TODAY)


def test_tax_grades_are_not_public() -> None:
    one = record(
        RecordType.TAX_CREDIT,
        year=2015,
        grade=TaxGrade.A,
        decided_by="青海省国家税务局",
        decided_on=date(2016, 4, 20),
    )
    assert present(one, Audience.PUBLIC, TODAY) is None


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2016, 1, 31), 1, date(2016, 2, 29)),
        (date(2016, 12, 15), 1, date(2017, 1, 15)),
        (date(2016, 2, 29), 12, date(2017, 2, 28)),
        (date(2016, 11, 30), 3, date(2017, 2, 28)),
    ],
)
def test_months_later(day: date, months: int, later: date) -> None:
    assert months_after(day, months) == later
