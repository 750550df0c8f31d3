from hypothesis import given, strategies as st

from adapters.contract import Subject
from adapters.matching import Asked
from tests.adapters.questions import code, firm

NUMBERS = st.sampled_from([None, "110108000000016", "6300001000001", "A-7"])
NAMES = st.sampled_from([None, "青海1号有限公司", "青海2号有限公司"])


@given(
    st.lists(st.tuples(st.integers(1, 4), NUMBERS), unique_by=lambda pair: pair[0]),
    st.lists(
        st.builds(
            Subject,
            uscc=st.one_of(st.none(), st.integers(1, 5).map(code)),
            registration_number=NUMBERS,
            written_code=NUMBERS,
            name=NAMES,
        ),
        max_size=2,
    ),
)
def test_whom_a_code_or_number_names_is_whom_matching_finds(
    asked: list[tuple[int, str | None]], subjects: list[Subject]
) -> None:
    known = Asked([firm(number, registration=given) for number, given in asked])
    one, matched = known.one(subjects), known.match(subjects)
    if one is not None:
        assert matched.concerned == matched.surely == {one}
    elif len(subjects) == 1 and subjects[0].uscc:
        assert not matched.concerned
