"""What was settled goes before what a row calls somebody."""

from collections.abc import Sequence
from datetime import UTC, datetime

from hypothesis import given, strategies as st

from adapters.answers import Answer
from adapters.contract import EnterpriseKey, KeyKind, SetAside, SourceRecord, Subject
from adapters.live import split
from adapters.settlement import (
    NOTHING_SETTLED,
    Call,
    Meant,
    Settlement,
    call_as,
    call_of,
)
from schema.codes.names import normalise
from schema.record_type import RecordType

ONE, OTHER = "91630000MA7DEM0W82", "91440300708461136T"
NAME = normalise("青海雪域商贸有限公司")
CALL: Call = ("name", NAME)
AS_OF = datetime(2016, 10, 1, tzinfo=UTC)
KEYS = tuple(
    EnterpriseKey(uscc, None, (NAME,), frozenset({NAME})) for uscc in (ONE, OTHER)
)


def record(number: str, *subjects: Subject) -> SourceRecord:
    return SourceRecord(
        RecordType.PENALTY, number, subjects, {}, AS_OF, {"n": number}, (number,)
    )


def lists(
    settled: Settlement, *records: SourceRecord
) -> tuple[dict[str, int], set[str]]:
    """Count what each is told to have, and name who may have more."""
    answer = Answer(settled.asked(KEYS))
    answer.take(settled.applied(records), refuse_unasked=False)
    found = {uscc: len(some) for uscc, some in answer.records.items()}
    return found, set(answer.unsure)


def test_a_shared_name_is_doubtful_until_it_is_settled():
    row = record("1", Subject(name=NAME))
    assert lists(NOTHING_SETTLED, row) == ({ONE: 0, OTHER: 0}, {ONE, OTHER})
    settled = Settlement(calls={CALL: Meant(ONE, NAME)})
    assert lists(settled, row) == ({ONE: 1, OTHER: 0}, set())


def test_one_record_is_settled_apart_from_all_that_are_called_so():
    settled = Settlement(
        {CALL: Meant(ONE, NAME)},
        {(RecordType.PENALTY, "2", CALL): Meant(OTHER, NAME)},
    )
    rows = [record(number, Subject(name=NAME)) for number in "12"]
    assert lists(settled, *rows) == ({ONE: 1, OTHER: 1}, set())


def test_what_is_about_nobody_leaves_no_doubt():
    settled = Settlement(calls={CALL: Meant(None, NAME)})
    row = record("1", Subject(name=NAME))
    assert lists(settled, row) == ({ONE: 0, OTHER: 0}, set())
    answer = Answer(KEYS)
    assert answer.take(settled.applied([row]), refuse_unasked=True)


def test_what_could_not_be_read_is_about_whom_it_calls():
    settled = Settlement(calls={("code", "9163-x"): Meant(ONE, "9163-x")})
    aside = SetAside(
        RecordType.PENALTY, "row 1", ("?",), (Subject(written_code="9163-x"),)
    )
    (found,) = settled.applied([aside])
    assert found.subjects == (Subject(uscc=ONE),)


def asked(keys: Sequence[EnterpriseKey], kind: KeyKind) -> set[str]:
    return {key for batch in split(keys, kind, 10) for key in batch.keys}


def test_a_department_is_asked_by_what_it_calls_somebody():
    written = "雪域商贸（青海）"
    settled = Settlement(
        {
            ("name", normalise(written)): Meant(ONE, written),
            ("code", "630000-1"): Meant(ONE, "630000-1"),
        }
    )
    keys = settled.asked(KEYS)
    assert asked(keys, "name") == {NAME, written, normalise(written)}
    assert asked(keys, "uscc") == {ONE, OTHER, "630000-1"}
    assert asked(keys, "registration_number") == {"630000-1"}


@given(st.none() | st.text(min_size=1, max_size=20), st.none() | st.text(max_size=20))
def test_a_call_is_the_same_however_it_was_kept(code: str | None, name: str | None):
    subject = Subject(
        written_code=code,
        name=normalise(name) if name else None,
        written_name=name,
    )
    assert call_of(subject) == call_as(code, name) or not normalise(name or "")


@given(st.lists(st.sampled_from([ONE, OTHER, None]), min_size=1, max_size=3))
def test_subjects_that_nothing_is_settled_of_stay(codes: list[str | None]):
    row = record("1", *(Subject(uscc=code, name=NAME) for code in codes))
    settled = Settlement(calls={("code", "other"): Meant(ONE, "other")})
    assert settled.applied([row]) == [row]
