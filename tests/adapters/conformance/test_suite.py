"""The checks as a class of tests, and reports for machines."""

import json
from collections.abc import Callable
from pathlib import Path
from unittest import SkipTest

import pytest
from lxml import etree

from adapters.conformance import CHECKS, PROOFS, conformance_tests
from adapters.conformance.blame import EXPECTED, WORDS, blame
from adapters.conformance.outcomes import Grade, Outcome, Report, Result
from adapters.conformance.running import UnwrittenReason, run_checks
from adapters.conformance.shrinking import smallest
from adapters.conformance.written import as_json, as_junit
from adapters.contract import Capabilities
from adapters.errors import SourceContractBroken
from tests.adapters.conformance.broken_adapters import SwallowsErrors
from tests.adapters.conformance.department import REST, SECRET, Setup
from tests.adapters.conformance.faults import FAULTS
from tests.adapters.conformance.test_cases import ASKED, case

ADAPTERS = Path(__file__).parents[3] / "adapters"


def outcome(tests: type, check: str) -> str:
    test: Callable[[object], None] = getattr(tests, f"test_{check}")
    try:
        test(tests())
    except SkipTest as skipped:
        return str(skipped)
    except AssertionError as failed:
        return str(failed)
    return "passed"


def test_a_class_of_tests(tmp_path: Path):
    path = tmp_path / "QH-TST.toml"
    path.write_text(ASKED, encoding="utf-8")
    cases = case(tmp_path)
    tests = conformance_tests(path, cases=cases, bypass={"F3": "不在本机试"})
    assert outcome(tests, "H2") == "passed"
    assert outcome(tests, "F3") == "BYPASSED: 不在本机试"
    assert outcome(tests, "B1").startswith("NOT_APPLICABLE")
    path.write_text(ASKED.replace("decidedOn", "decidedOnn"), encoding="utf-8")
    broken = conformance_tests(path, cases=cases)
    assert "docs/conformance.md#a2" in outcome(broken, "A2")
    assert outcome(broken, "B1").startswith("BLOCKED")


def test_a_code_adapter_as_a_class_of_tests(tmp_path: Path):
    path = tmp_path / "QH-TST.toml"
    path.write_text(ASKED, encoding="utf-8")
    tests = conformance_tests(path, build=SwallowsErrors)
    assert "answer «none»" in outcome(tests, "E4") or "told «none»" in outcome(
        tests, "E4"
    )


@pytest.mark.anyio
@pytest.mark.parametrize("bypass", [{"D4": " "}, {"Z9": "there is none"}])
async def test_a_bypass_needs_a_check_and_a_reason(
    tmp_path: Path, bypass: dict[str, str]
):
    with pytest.raises(UnwrittenReason, match=next(iter(bypass))):
        await run_checks(Setup().bench(tmp_path), bypass)


def test_numbers_are_given_once_and_capabilities_are_proved():
    numbers = [check.id for check in CHECKS]
    assert len(set(numbers)) == len(numbers)
    assert set(PROOFS) == set(Capabilities.__slots__)
    proofs = {check for proved in PROOFS.values() for check in proved}
    assert proofs <= set(numbers)


def test_words_by_which_failures_are_sorted_are_still_said():
    said = "".join(
        path.read_text(encoding="utf-8") for path in ADAPTERS.rglob("kinds/**/*.py")
    ) + (ADAPTERS / "source.py").read_text(encoding="utf-8")
    assert [words for words, _ in WORDS if words not in said] == []
    assert {check for _, check in WORDS} <= EXPECTED.keys()


def test_a_failure_of_decoding_is_told_by_what_lies_behind_it():
    fault = SourceContractBroken("答复不是完整的 JSON (not whole JSON)")
    assert blame(fault) == "B5"
    fault.__cause__ = UnicodeDecodeError("utf-8", b"\xb9", 0, 1, "invalid")
    assert blame(fault) == "C7"


@pytest.mark.parametrize(
    ("wrong", "bypassed", "grade"),
    [
        ("", "", Grade.A),
        ("", "D4", Grade.B),
        ("", "B1", Grade.C),
        ("E3", "", Grade.C),
        ("G1", "D4", Grade.C),
        ("C4", "", Grade.D),
    ],
)
def test_grades(wrong: str, bypassed: str, grade: Grade):
    def result(check: str) -> Result:
        is_wrong = Outcome.FAILED if check == wrong else Outcome.PASSED
        kind = Outcome.BYPASSED if check == bypassed else is_wrong
        return Result(check, "", "", kind)

    report = Report("QH-TST", "QH-TST.toml", [result(one.id) for one in CHECKS])
    assert report.grade is grade


@pytest.mark.anyio
async def test_the_smallest_input_that_shows_it():
    async def shows(keys: object) -> bool:
        return isinstance(keys, list) and {3, 11} <= set(keys)

    assert await smallest(list(range(16)), shows) == [3, 11]


@pytest.mark.anyio
async def test_positional_matching_is_shown_by_two(tmp_path: Path):
    report = await FAULTS["positional matching"][1].report(tmp_path)
    [finding] = report.failed[0].findings
    assert finding.smallest.count("91630000") == 2
    assert finding.place == "QH-TST.toml:21"


@pytest.mark.anyio
async def test_reports_for_machines(tmp_path: Path):
    good = await Setup().report(tmp_path)
    bad = await FAULTS["bad rows: dates"][1].report(tmp_path)
    [told, other] = json.loads(as_json([good, bad]))
    assert (told["grade"], other["grade"]) == ("A", "D")
    [failed] = [one for one in other["checks"] if one["outcome"] == "FAILED"]
    assert failed["id"] == "C4"
    assert failed["guide"] == "docs/conformance.md#c4"
    assert "不是日期" in failed["findings"][0]["seen"]
    suites = etree.fromstring(as_junit([good, bad]))
    assert [one.get("failures") for one in suites] == ["0", "1"]
    [failure] = suites.iter("failure")
    assert "不是日期" in str(failure.text)
    assert SECRET not in as_junit([good, bad]).decode()


@pytest.mark.anyio
async def test_only_some_checks(tmp_path: Path):
    report = await Setup(text=REST, live=False, only=("F3",)).report(tmp_path)
    assert [one.id for one in report.results] == ["F3"]
    assert report.grade is None
