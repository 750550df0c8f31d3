"""A sum is as its lists are, and what is less than required is said."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from gateway.loading.answers import GIVEN_NOTHING, Answer, Note, SourceCall
from gateway.loading.shaping import status_of
from gateway.requiring import Requirement, read_age
from gateway.summing import Sum, sum_of, unmet
from schema.departments import CompletenessStatus, SourceOutcome
from schema.record_type import RecordType

NOW = datetime(2016, 10, 20, 12, tzinfo=UTC)
PENALTY, LICENCE = RecordType.PENALTY, RecordType.LICENCE
COMPLETE, PARTIAL, UNAVAILABLE = (
    CompletenessStatus.COMPLETE,
    CompletenessStatus.PARTIAL,
    CompletenessStatus.UNAVAILABLE,
)
WHOLE = frozenset(SourceOutcome) - GIVEN_NOTHING - {SourceOutcome.STALE}


def said(
    department: str,
    *outcomes: SourceOutcome,
    record_type: RecordType = PENALTY,
    age: timedelta = timedelta(),
) -> SourceCall:
    answers = [
        Answer(
            department,
            outcome,
            as_of=NOW - age,
            fetched_at=NOW - age if outcome is not SourceOutcome.LIVE else None,
            complete=outcome in WHOLE,
        )
        for outcome in outcomes
    ]
    return SourceCall(department, record_type, answers, 1, 1.0)


def heard(*calls: SourceCall) -> Note:
    note = Note()
    for one in calls:
        note(one)
    return note


def summed(*calls: SourceCall) -> Sum:
    found = sum_of(heard(*calls))
    assert found
    return found


def test_nothing_is_summed_up_where_nobody_was_asked():
    assert sum_of(Note()) is None
    assert sum_of(heard(said("A"))) is None, "asked about nobody"


def test_each_department_counts_once_and_is_named_for_what_it_did():
    assert summed(
        said("A", SourceOutcome.LIVE, SourceOutcome.CACHED),
        said("A", SourceOutcome.STALE, record_type=LICENCE),
        said("B", SourceOutcome.NOTHING_HELD, SourceOutcome.NOTHING_HELD),
        said("C", SourceOutcome.NOTHING_HELD, SourceOutcome.LIVE),
        said("D", SourceOutcome.DENIED),
        said("F", SourceOutcome.TIMED_OUT),
        said("E", SourceOutcome.CIRCUIT_OPEN, SourceOutcome.LIVE),
    ).told() == {
        "verdict": "PARTIAL",
        "asked": 6,
        "answered": 2,
        "ruledOut": 1,
        "unasked": 0,
        "stale": ["A"],
        "denied": ["D"],
        "missing": ["E", "F"],
    }


def test_who_answered_but_may_hold_more_is_missing():
    doubt = Answer("A", SourceOutcome.LIVE, reason="?", complete=False)
    found = summed(SourceCall("A", PENALTY, (doubt,), 1, 1.0))
    assert (found.verdict, found.missing, found.answered) == (PARTIAL, ["A"], 0)


def test_a_listing_is_heard_of_and_one_that_nobody_can_make_too():
    note = Note()
    note.listed(PENALTY, [Answer("A", SourceOutcome.LIVE)])
    found = sum_of(note)
    assert found
    assert (found.verdict, found.asked) == (COMPLETE, 1)
    assert not note.repeatable
    note.listed(LICENCE, [])
    found = sum_of(note)
    assert found
    assert (found.verdict, found.unasked) == (PARTIAL, 1)
    assert unmet(Requirement(), note, NOW)


def test_where_nobody_at_all_could_be_asked_it_is_unavailable():
    note = Note(unasked=1)
    found = sum_of(note)
    assert found
    assert found.verdict is UNAVAILABLE
    assert unmet(Requirement(PARTIAL), note, NOW)
    assert unmet(Requirement(UNAVAILABLE), note, NOW) is None


@given(
    st.lists(
        st.lists(st.sampled_from(SourceOutcome), min_size=1, max_size=3),
        min_size=1,
        max_size=4,
    )
)
def test_the_verdict_is_that_of_a_list_of_all_answers(
    outcomes: Sequence[Sequence[SourceOutcome]],
):
    calls = [said(f"D{n}", *some) for n, some in enumerate(outcomes)]
    found = summed(*calls)
    assert found.verdict is status_of([a for call in calls for a in call.answers])
    assert (found.answered == found.asked) == (found.verdict is COMPLETE)
    assert found.answered + len(found.silent) == found.asked
    assert bool(found.silent) == (found.verdict is not COMPLETE)
    for status in CompletenessStatus:
        enough = unmet(Requirement(status), heard(*calls), NOW) is None
        levels = (UNAVAILABLE, PARTIAL, COMPLETE)
        assert enough == (levels.index(found.verdict) >= levels.index(status))


@pytest.mark.parametrize("outcome", sorted(set(SourceOutcome) - WHOLE, key=str))
def test_whatever_is_not_whole_is_not_complete(outcome: SourceOutcome):
    note = heard(said("A", SourceOutcome.LIVE), said("B", outcome))
    lacking = unmet(Requirement(), note, NOW)
    assert lacking
    assert lacking.extensions == {
        "code": "REQUIREMENT_NOT_MET",
        "required": {"completeness": "COMPLETE"},
        "found": {"completeness": "PARTIAL"},
        "departments": ["B"],
    }
    assert "COMPLETE" in str(lacking)
    assert "B" in str(lacking)


def test_stale_words_are_forbidden_for_the_record_types_that_are_named():
    note = heard(
        said("A", SourceOutcome.STALE, record_type=LICENCE),
        said("B", SourceOutcome.LIVE),
    )
    allowed = Requirement(PARTIAL, no_stale=frozenset({PENALTY}))
    assert unmet(allowed, note, NOW) is None
    lacking = unmet(Requirement(PARTIAL, no_stale=frozenset({LICENCE})), note, NOW)
    assert lacking
    assert lacking.found == {"stale": ["A"]}
    assert lacking.departments == ["A"]


@pytest.mark.parametrize(
    ("outcome", "counts"),
    [(one, one is not SourceOutcome.LIVE) for one in sorted(WHOLE, key=str)],
)
def test_age_counts_for_all_that_did_not_come_just_now(
    outcome: SourceOutcome, *, counts: bool
):
    note = heard(said("A", outcome, age=timedelta(hours=2)))
    older = Requirement(max_age=read_age("2h"))
    assert unmet(older, note, NOW) is None
    lacking = unmet(Requirement(max_age=read_age("119m")), note, NOW)
    assert (lacking is not None) == counts
    if lacking:
        assert lacking.found == {"tooOld": ["A"]}
        assert lacking.required["maxAge"] == "119m"


def test_the_register_may_be_too_old_as_well():
    note = Note(register=NOW - timedelta(days=2))
    assert unmet(Requirement(), note, NOW) is None
    lacking = unmet(Requirement(max_age=read_age("1d")), note, NOW)
    assert lacking
    assert lacking.departments == ["QH-AMR"]
