import json
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from schema.codes import organisation_code, registration_number, uscc

VECTORS = json.loads((Path(__file__).parent / "data/code_vectors.json").read_text())
KINDS = {
    "uscc": uscc.is_valid,
    "organisation": organisation_code.is_valid,
    "registration": registration_number.is_valid,
}


@st.composite
def credit_codes(draw: st.DrawFn) -> str:
    first17 = draw(st.text(uscc.ALPHABET, min_size=17, max_size=17))
    return first17 + uscc.check_character(first17)


@pytest.mark.parametrize(
    ("kind", "code"), [(k, code) for k in KINDS for code in VECTORS[k]["valid"]]
)
def test_valid_codes_are_accepted(kind: str, code: str) -> None:
    assert KINDS[kind](code)


@pytest.mark.parametrize(
    ("kind", "code"), [(k, code) for k in KINDS for code in VECTORS[k]["invalid"]]
)
def test_invalid_codes_are_refused(kind: str, code: str) -> None:
    assert not KINDS[kind](code)


@given(credit_codes(), st.integers(0, 17), st.sampled_from(uscc.ALPHABET))
def test_one_wrong_character_is_always_noticed(
    code: str, place: int, character: str
) -> None:
    changed = code[:place] + character + code[place + 1 :]
    assert uscc.is_valid(changed) == (changed == code)


@given(credit_codes(), st.integers(0, 16))
def test_two_swapped_characters_are_always_noticed(code: str, place: int) -> None:
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert uscc.is_valid(swapped) == (swapped == code)


@given(st.text(max_size=30))
def test_any_text_is_judged_without_an_error(text: str) -> None:
    for is_valid in KINDS.values():
        assert is_valid(text) in {True, False}
    assert (uscc.fault_of(text) is None) == uscc.is_valid(text)


@given(credit_codes())
def test_full_width_and_lower_case_are_normalised(code: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code.lower())
    assert uscc.normalise(f" {wide}　") == code


@given(st.text("0123456789", min_size=14, max_size=14))
def test_a_registration_number_has_one_check_digit(first14: str) -> None:
    valid = [d for d in "0123456789" if registration_number.is_valid(first14 + d)]
    assert valid == [registration_number.check_digit(first14)]


@pytest.mark.parametrize("slip", ["O", "I", "S", "Z"])
def test_a_slip_of_the_hand_is_repaired_when_one_repair_is_valid(slip: str) -> None:
    meant = {"O": "0", "I": "1", "S": "5", "Z": "2"}[slip]
    first17 = f"9163280{meant}310978477"
    code = first17 + uscc.check_character(first17)
    assert uscc.repairs(code[:7] + slip + code[8:]) == (code,)


@given(credit_codes())
def test_a_valid_code_needs_no_repair(code: str) -> None:
    assert uscc.repairs(code) == ()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("9144030070846113", "应为 18 位，实为 16 位"),
        ("91440300708461136I", "字符 I"),
        ("91440300708461137T", "校验位应为"),
    ],
)
def test_a_fault_is_told_in_words(code: str, words: str) -> None:
    assert words in str(uscc.fault_of(code))


def test_the_printed_form_of_an_organisation_code_is_read() -> None:
    assert organisation_code.normalise(" 70846113-6 ") == "708461136"
    assert uscc.organisation_code("91440300708461136T") == "708461136"


def test_numbers_from_before_2007_have_no_check() -> None:
    assert registration_number.is_legacy("6300001200123")
    assert not registration_number.is_legacy("630000120012")
