"""Presence against plain sets, whatever rows write and whoever is asked for."""

from collections.abc import Sequence
from datetime import UTC, datetime

from hypothesis import given, strategies as st
from pyroaring import BitMap

from adapters.contract import EnterpriseKey, Subject
from adapters.matching import Asked
from gateway.loading.ordinals import Ordinals
from gateway.loading.presence import Presence, calls_of, sought
from gateway.narrowing import common
from schema.codes import uscc as codes
from schema.record_type import RecordType
from tests.gateway.core.fakes import code

NOW = datetime(2016, 10, 20, 1, tzinfo=UTC)
CODES = [code(number) for number in range(12)]
SLIPS = [one.replace("0", "O", 1) for one in CODES]
NAMES = ["甲有限公司", "乙有限公司", "丙有限公司"]
NUMBERS = ["630100000000001", "630100000000002"]

keys = st.builds(
    EnterpriseKey,
    st.sampled_from(CODES),
    st.none() | st.sampled_from(NUMBERS),
    st.lists(st.sampled_from(NAMES), unique=True, max_size=2).map(tuple),
    st.frozensets(st.sampled_from(NAMES)),
)
subjects = st.builds(
    Subject,
    st.none() | st.sampled_from(CODES),
    st.none() | st.sampled_from(NUMBERS),
    st.none() | st.sampled_from(NAMES),
    st.none()
    | st.sampled_from([*SLIPS, *NUMBERS, "2016-0001"])
    | st.sampled_from([codes.organisation_code(one) for one in CODES])
    | st.text(max_size=18),
)


def presence() -> Presence:
    return Presence("QH-EPD", RecordType.PENALTY, NOW, NOW)


@given(
    st.lists(keys, unique_by=lambda one: one.uscc),
    st.lists(subjects),
    st.sets(st.sampled_from(CODES)),
)
def test_whoever_a_live_answer_would_name_is_present(
    enterprises: Sequence[EnterpriseKey], held: Sequence[Subject], known: set[str]
):
    ordinals = Ordinals().extended(sorted(known))
    one = presence()
    for subject in held:
        one.add(calls_of(subject), ordinals)
    later = ordinals.extended(CODES)
    about = one.about(sought(enterprises, later))
    asked = Asked(enterprises)
    for subject in held:
        assert asked.match([subject]).concerned <= about


@given(st.lists(st.lists(st.sets(st.integers(0, 300)), min_size=1), max_size=4))
def test_conditions_are_intersections_of_unions(groups: list[list[set[int]]]):
    made = [[presence() for _ in group] for group in groups]
    for group, presences in zip(groups, made, strict=True):
        for numbers, one in zip(group, presences, strict=True):
            one.held = BitMap(numbers)
    unions = [set().union(*group) for group in groups]
    expected = set.intersection(*unions) if unions else set()
    assert set(common(made)) == expected


@given(st.lists(st.lists(st.sampled_from(CODES))), st.sampled_from(CODES))
def test_numbers_never_change(batches: list[list[str]], wanted: str):
    ordinals = Ordinals()
    given_: dict[str, int | None] = {}
    for batch in batches:
        before, ordinals = ordinals, ordinals.extended(batch)
        assert before.fingerprint(len(before)) == ordinals.fingerprint(len(before))
        for uscc in batch:
            assert given_.setdefault(uscc, ordinals.of(uscc)) == ordinals.of(uscc)
    assert set(given_.values()) == set(range(len(ordinals)))
    assert ordinals.of(wanted) == given_.get(wanted)
    assert [*ordinals] == [*given_]


def test_what_is_no_code_has_no_number():
    ordinals = Ordinals().extended(CODES)
    for text in ("", "x", CODES[0][:-1], CODES[0] + "x", "六字的企业名", "\ud800"):
        assert ordinals.of(text) is None
    assert ordinals.extended(["short"]) is ordinals
