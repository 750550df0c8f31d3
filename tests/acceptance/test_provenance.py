"""Records are checked against what the departments say, by the command and by hand."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from mock_departments.host import KIND_OF
from tests.acceptance.conftest import Demo

LISTS = (
    *("licences", "penalties", "abnormalListings", "seriousViolations", "inspections"),
    *("judicialAssistance", "commendations", "taxCredit", "judgmentDefaults"),
)
ASKED = (
    "query($u: USCC) { enterprise(uscc: $u) {"
    + "".join(
        f" {name} {{ nodes {{ id provenance {{ digest asOf sourceRecordId "
        "department { code } } } }"
        for name in LISTS
    )
    + " } }"
)


def verify(demo: Demo, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "gateway", "record", "verify", *words],
        env={**os.environ, "CREDITNET_DATA": str(demo.data)},
        capture_output=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def records(demo: Demo) -> dict[str, dict[str, Any]]:
    """A record of every kind of department, by kind."""
    about = demo.data_of(ASKED, {"u": demo.stories["everything"]})["enterprise"]
    return {
        KIND_OF[node["provenance"]["department"]["code"]]: node
        for name in LISTS
        for node in about[name]["nodes"]
    }


@pytest.mark.parametrize("kind", sorted(set(KIND_OF.values())))
def test_the_original_has_the_digest_that_was_told(
    demo: Demo, records: dict[str, dict[str, Any]], kind: str
):
    told = records[kind]["provenance"]
    words = ("--uscc", demo.stories["everything"], "--digest", told["digest"])
    done = verify(demo, records[kind]["id"], *words)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.endswith(b"}\n")
    text = done.stdout.removesuffix(b"\n")
    assert hashlib.sha256(text).hexdigest() == told["digest"]
    assert json.loads(text)
    facts = done.stderr.decode()
    for fact in (told["digest"], told["department"]["code"], told["sourceRecordId"]):
        assert fact in facts


def test_an_annual_report_of_the_core_has_the_digest_of_its_original(demo: Demo):
    query = (
        "query($u: USCC) { enterprise(uscc: $u) { annualReports { nodes { id "
        "provenance { digest } } } } }"
    )
    uscc = demo.stories["everything"]
    found = demo.data_of(query, {"u": uscc})["enterprise"]["annualReports"]["nodes"]
    digest = found[0]["provenance"]["digest"]
    done = verify(demo, found[0]["id"], "--uscc", uscc, "--digest", digest)
    assert done.returncode == 0, done.stderr.decode()


def test_without_a_code_the_department_is_listed(
    demo: Demo, records: dict[str, dict[str, Any]]
):
    told = records["rest"]["provenance"]
    done = verify(demo, records["rest"]["id"])
    assert done.returncode == 0, done.stderr.decode()
    text = done.stdout.removesuffix(b"\n")
    assert hashlib.sha256(text).hexdigest() == told["digest"]


def test_a_digest_that_is_another(demo: Demo, records: dict[str, dict[str, Any]]):
    uscc = demo.stories["everything"]
    done = verify(demo, records["rest"]["id"], "--uscc", uscc, "--digest", "0" * 64)
    assert done.returncode == 1
    assert "DIFFERENT" in done.stderr.decode()
    assert done.stdout.startswith(b"{")


def test_a_department_that_does_not_answer(
    demo: Demo,
    records: dict[str, dict[str, Any]],
    fault: Callable[[str, str], None],
):
    fault(records["rest"]["provenance"]["department"]["code"], "down")
    done = verify(demo, records["rest"]["id"], "--uscc", demo.stories["everything"])
    assert done.returncode == 2
    assert done.stdout == b""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["x"], "no record's id"),
        (["UUgtRVBEL1BFTkFMVFkvMQ", "--digest", "12"], "64 hex digits"),
        (["UUgtRVBEL1BFTkFMVFkvMQ", "--uscc", "12"], "no valid code"),
        (["UUgtRVBEL1BFTkFMVFkvMQ"], "does not give this record"),
        (["UUgtWFhYL1BFTkFMVFkvMQ"], "no such department"),
    ],
)
def test_what_can_not_be_checked(demo: Demo, words: list[str], said: str):
    done = verify(demo, *words)
    assert done.returncode == 2
    assert said in done.stderr.decode().replace("\n", " ")
