"""Filters, orders and cursors against what plain Python says."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from gateway.core import Core
from schema.codes.industries import section_of
from schema.codes.names import normalise
from schema.connections import encode_cursor
from schema.errors import BadInput
from schema.filters import EnterpriseDimension, EnterpriseFilter, EnterpriseOrder
from schema.registration import EnterpriseStatus, Registration
from schema.scalars import USCC, RegionCode
from tests.gateway.core.fakes import FakeAdapter, code
from tests.gateway.core.province import PLACES, WORDS, province

V = TypeVar("V", date, Decimal)
pytestmark = pytest.mark.anyio
OPEN = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
_DAYS = st.dates(date(2000, 1, 1), date(2017, 1, 1))
_AMOUNTS = st.integers(0, 9).map(lambda tenths: Decimal(tenths) / 10)
_REGIONS = [*PLACES, "63", "6301", "630100", "630000", "632800", "640000"]
_PARTS = [*WORDS, "%", "_", "\\", "有限责任", "(西海)", "a", "\x00", "'", ":v0"]
_PLAIN = st.builds(
    EnterpriseFilter,
    uscc_in=st.none() | st.lists(st.integers(0, 70).map(code).map(USCC), max_size=20),
    name_contains=st.none() | st.sampled_from(_PARTS),
    region=st.none() | st.sampled_from(_REGIONS).map(RegionCode),
    industry_section=st.none() | st.sampled_from("AEFT"),
    status=st.none() | st.sampled_from(EnterpriseStatus),
    established_from=st.none() | _DAYS,
    established_to=st.none() | _DAYS,
    capital_from=st.none() | _AMOUNTS,
    capital_to=st.none() | _AMOUNTS,
)
FILTERS = st.recursive(
    _PLAIN,
    lambda inner: st.builds(
        EnterpriseFilter,
        and_=st.none() | st.lists(inner, max_size=2),
        or_=st.none() | st.lists(inner, max_size=2),
        not_=st.none() | inner,
        region=st.none() | st.sampled_from(_REGIONS).map(RegionCode),
    ),
    max_leaves=5,
)
ORDERS = st.lists(st.sampled_from(EnterpriseOrder), max_size=3, unique=True)


@pytest.fixture
async def held(core: Core) -> Sequence[Registration]:
    """Everything the core holds, read by code."""
    everyone = province()
    await core.sync(FakeAdapter(everyone, size=50), lambda _stage, _done: None)
    found = await core.by_uscc([str(one.values["uscc"]) for one in everyone])
    return list(found.values())


def holds(where: EnterpriseFilter | None, one: Registration) -> bool:
    """Say in plain Python whether a filter lets an enterprise through."""
    if where is None:
        return True
    return (
        _own(where, one)
        and all(holds(part, one) for part in where.and_ or [])
        and (where.or_ is None or any(holds(part, one) for part in where.or_))
        and (where.not_ is None or not holds(where.not_, one))
    )


def _own(where: EnterpriseFilter, one: Registration) -> bool:
    bare = (where.region or "").removesuffix("00").removesuffix("00")
    capital = one.registered_capital
    part = where.name_contains or ""
    section = section_of(one.industry_code or "")
    return (
        (where.uscc_in is None or one.uscc in where.uscc_in)
        and (part.lower() in one.name.lower() or normalise(part) in normalise(one.name))
        and (one.region or "").startswith(bare)
        and where.industry_section in {None, section}
        and where.status in {None, one.status}
        and _between(one.established_on, where.established_from, where.established_to)
        and _between(capital, where.capital_from, where.capital_to)
    )


def _between(value: V | None, low: V | None, high: V | None) -> bool:
    if value is None:
        return low is None and high is None
    return bool((low is None or value >= low) and (high is None or value <= high))


async def every_page(
    core: Core,
    where: EnterpriseFilter | None,
    order: Sequence[EnterpriseOrder],
    first: int,
) -> tuple[list[Registration], set[int | None]]:
    found: list[Registration] = []
    totals, after = set(), None
    while True:
        page = await core.find(where, order, first, after)
        assert page.has_previous == (after is not None)
        found += page.items
        totals.add(page.total)
        if not page.has_next:
            return found, totals
        assert len(page.items) == first
        after = page.cursors[-1]


@OPEN
@given(where=st.none() | FILTERS, order=ORDERS, first=st.integers(1, 25))
async def test_pages_hold_what_the_filter_lets_through(
    core: Core,
    held: Sequence[Registration],
    where: EnterpriseFilter | None,
    order: list[EnterpriseOrder],
    first: int,
) -> None:
    wanted = {one.uscc for one in held if holds(where, one)}
    found, totals = await every_page(core, where, order, first)
    assert [one.uscc for one in found] == list(dict.fromkeys(one.uscc for one in found))
    assert {one.uscc for one in found} == wanted
    assert totals == {len(wanted)}


@OPEN
@given(where=FILTERS, others=st.lists(st.integers(0, 70), max_size=9, unique=True))
async def test_among_keeps_those_the_filter_lets_through(
    core: Core,
    held: Sequence[Registration],
    where: EnterpriseFilter,
    others: list[int],
) -> None:
    asked = [code(number) for number in others]
    wanted = {one.uscc for one in held if holds(where, one)}
    assert await core.among(asked, where) == wanted.intersection(asked)


async def test_orders(core: Core, held: Sequence[Registration]) -> None:
    expected = {
        EnterpriseOrder.USCC: sorted(held, key=lambda one: one.uscc),
        EnterpriseOrder.NAME: sorted(held, key=lambda one: (one.name, one.uscc)),
        EnterpriseOrder.ESTABLISHED_ASC: sorted(
            held, key=lambda one: (one.established_on or date.max, one.uscc)
        ),
        EnterpriseOrder.ESTABLISHED_DESC: sorted(
            sorted(held, key=lambda one: one.uscc),
            key=lambda one: one.established_on or date.min,
            reverse=True,
        ),
        EnterpriseOrder.CAPITAL_DESC: sorted(
            held, key=lambda one: (-(one.registered_capital or -1), one.uscc)
        ),
    }
    for order, wanted in expected.items():
        found, _ = await every_page(core, None, [order], 7)
        assert [one.uscc for one in found] == [one.uscc for one in wanted], order


@OPEN
@given(
    where=st.none() | _PLAIN,
    dimensions=st.lists(st.sampled_from(EnterpriseDimension), min_size=1, max_size=3),
)
async def test_groups_are_counted(
    core: Core,
    held: Sequence[Registration],
    where: EnterpriseFilter | None,
    dimensions: list[EnterpriseDimension],
) -> None:
    deep = bool(where and where.region and not where.region.startswith("630000"))
    deep = deep and where is not None and where.region != "63"
    values: dict[EnterpriseDimension, Any] = {
        EnterpriseDimension.REGION: lambda one: (
            one.region if deep else f"{one.region[:4]}00"
        ),
        EnterpriseDimension.INDUSTRY_SECTION: lambda one: (
            section_of(one.industry_code or "") or ""
        ),
        EnterpriseDimension.STATUS: lambda one: one.status.value,
        EnterpriseDimension.ESTABLISHED_YEAR: lambda one: (
            str(one.established_on.year) if one.established_on else ""
        ),
        EnterpriseDimension.TYPE: lambda one: one.type,
    }
    wanted = Counter(
        tuple(values[dimension](one) for dimension in dimensions)
        for one in held
        if holds(where, one)
    )
    found = await core.statistics(where, dimensions)
    assert {tuple(group.keys): group.count for group in found} == wanted


@pytest.mark.parametrize(
    "after",
    ["", "nonsense", encode_cursor(1, 2, 3), encode_cursor(None), encode_cursor([1])],
)
async def test_a_cursor_that_is_not_ours_is_refused(core: Core, after: str) -> None:
    with pytest.raises(BadInput):
        await core.find(None, [], 5, after)
    with pytest.raises(BadInput):
        await core.search("青海", None, 5, after)


async def test_a_cursor_of_another_order_is_refused(
    core: Core, held: Sequence[Registration]
) -> None:
    by_capital = await core.find(None, [EnterpriseOrder.CAPITAL_DESC], 2, None)
    with pytest.raises(BadInput):
        await core.find(None, [EnterpriseOrder.NAME], 2, by_capital.cursors[0])


async def test_too_deep_a_filter_is_refused(core: Core) -> None:
    where = EnterpriseFilter()
    for _ in range(20):
        where = EnterpriseFilter(not_=where)
    with pytest.raises(BadInput):
        await core.find(where, [], 5, None)


async def test_a_page_of_none_counts(core: Core, held: Sequence[Registration]) -> None:
    page = await core.find(None, [], 0, None)
    assert (list(page.items), page.total) == ([], len(held))
    assert not page.has_previous
