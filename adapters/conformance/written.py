"""Writes reports for machines: JSON, and JUnit XML for those who run checks in CI."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

import orjson
from lxml import etree

from adapters.conformance.outcomes import Finding, Outcome, Report, Result

_SKIPPED = frozenset({Outcome.BYPASSED, Outcome.NOT_APPLICABLE, Outcome.BLOCKED})
_GUIDE = "docs/conformance.md"


def guide(check: str) -> str:
    """Say where it stands what to do when a check fails."""
    return f"{_GUIDE}#{check.lower()}"


def as_json(reports: Sequence[Report]) -> bytes:
    """Write reports as a list of objects."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps([_object(one) for one in reports], option=options)


def as_junit(reports: Sequence[Report]) -> bytes:
    """Write reports as JUnit XML, a suite for each adapter."""
    root = etree.Element("testsuites")
    for report in reports:
        outcomes = [one.outcome for one in report.results]
        suite = etree.SubElement(
            root,
            "testsuite",
            name=report.department,
            tests=str(len(outcomes)),
            failures=str(outcomes.count(Outcome.FAILED)),
            skipped=str(sum(one in _SKIPPED for one in outcomes)),
        )
        for result in report.results:
            _case(suite, report, result)
    return etree.tostring(
        root, encoding="utf-8", xml_declaration=True, pretty_print=True
    )


def told(finding: Finding) -> str:
    """Say in one text what was found: seen, expected, smallest input, place."""
    lines = (
        ("所见 seen", finding.seen),
        ("应为 expected", finding.expected),
        ("最小输入 smallest input", finding.smallest),
        ("声明 declaration", finding.place),
    )
    return "\n".join(f"{head}: {words}" for head, words in lines if words)


def _object(report: Report) -> Mapping[str, object]:
    grade = report.grade
    return {
        "department": report.department,
        "file": report.file,
        "grade": grade.value if grade else None,
        "checks": [
            {
                **asdict(one),
                "outcome": one.outcome.value,
                "guide": guide(one.id),
            }
            for one in report.results
        ],
    }


def _case(suite: etree._Element, report: Report, result: Result) -> None:
    case = etree.SubElement(
        suite,
        "testcase",
        classname=f"creditnet.{report.department}",
        name=_clean(f"{result.id} {result.term} {result.english}"),
    )
    if result.outcome is Outcome.FAILED:
        text = "\n\n".join(map(told, result.findings))
        first = result.findings[0].seen if result.findings else result.id
        failure = etree.SubElement(case, "failure", message=_clean(first))
        failure.text = _clean(f"{text}\n\n{guide(result.id)}")
    elif result.outcome in _SKIPPED:
        words = f"{result.outcome.value}: {result.reason}"
        etree.SubElement(case, "skipped", message=_clean(words))


def _clean(text: str) -> str:
    """Leave out what XML has no form for."""
    return "".join(c for c in text if c.isprintable() or c in "\n\t")
