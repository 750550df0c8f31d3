"""Whatever departments do: nothing is lost of the others, and nothing false is said.

Every answer under a fault is compared with what the province truly holds.
"""

import itertools
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from mock_departments.host import KIND_OF
from mock_departments.world.model import TrueRecord
from tests.acceptance.conftest import Demo, another_gateway

Misbehave = Callable[[str, str], None]
Fact = tuple[str, str]
"""A department, and the number of what it decided."""

LISTS = {"penalties": "PENALTY", "licences": "LICENCE"}
NUMBERS = {"penalties": "decisionNumber", "licences": "documentNumber"}
_FIELDS = " ".join(
    f"{name}(first: 100) {{ totalCount nodes {{ number: {number} provenance "
    "{ department { code } } } completeness { status sources { department { code } "
    "outcome reason records } } }"
    for name, number in NUMBERS.items()
)
QUERY = (
    "query($u: [USCC!]) { enterprises(where: {usccIn: $u}, first: 50) "
    f"{{ nodes {{ uscc {_FIELDS} }} }} }}"
)
GAVE = {"LIVE", "MATERIALIZED"}
INTERNALS = (
    "127.0.0.1",
    "localhost",
    "http",
    "Error",
    "Exception",
    "Traceback",
    "SELECT",
)
SECONDS = 3.0
"""Deadline of a department; others must answer within it on a busy machine too."""
LATEST = SECONDS * 1.1 + 1.0
"""Seconds of an answer at the most; the last one is for the machine."""

FAILED, LATE, DENIED, WELL = {"FAILED"}, {"TIMED_OUT"}, {"DENIED"}, GAVE
WEB = ("QH-EPD", "QH-HRS", "QH-XN")
"""REST, SOAP, GraphQL."""
ONE_AT_A_TIME = [
    *[(code, "down", FAILED) for code in (*WEB, "QH-FIN", "QH-CAD")],
    *[(code, "hang", LATE) for code in (*WEB, "QH-FIN")],
    *[(code, "slow_loris", LATE) for code in WEB],
    ("QH-EPD", "flaky", WELL),
    *[(code, "flaky", FAILED) for code in ("QH-HRS", "QH-XN")],
    *[(code, "errors", FAILED) for code in WEB],
    *[(code, "garbage", FAILED) for code in (*WEB, "QH-FIN")],
    *[(code, "truncated", FAILED) for code in WEB],
    *[(code, "gbk", FAILED) for code in WEB],
    *[(code, "oversized", FAILED | LATE) for code in WEB],
    *[(code, "unasked", WELL) for code in WEB],
    *[(code, "duplicates", WELL) for code in WEB],
    *[(code, "clock_skew", WELL) for code in WEB],
    *[(code, "changed_type", WELL | FAILED) for code in WEB],
    *[(code, "schema_drift", WELL | FAILED) for code in ("QH-EPD", "QH-FIN")],
    ("QH-CAD", "schema_drift", {"STALE"}),
    *[(code, "token_expiry", DENIED) for code in WEB],
    ("QH-SAW", "rate_limited", FAILED),
    ("QH-CAD", "replay", WELL),
]
TEN = {
    "QH-EPD": "hang",
    "QH-SAW": "oversized",
    "QH-DRC": "errors",
    "QH-LRD": "garbage",
    "QH-COM": "truncated",
    "QH-HEA": "slow_loris",
    "QH-TRA": "down",
    "QH-XN": "changed_type",
    "QH-HUD": "hang",
    "QH-CAD": "down",
}
UNTOUCHED = {"push"}
"""Kinds that are not asked: what they pushed lies with us."""


@dataclass(frozen=True)
class Oracle:
    """Some enterprises, and all that is true of them."""

    usccs: Sequence[str]
    facts: Mapping[tuple[str, str], Counter[Fact]]
    """By enterprise and list."""
    providers: Mapping[str, frozenset[str]]
    """By list."""


@pytest.fixture(scope="module")
def oracle(demo: Demo, truths: Mapping[str, list[TrueRecord]]) -> Oracle:
    """An enterprise at least of every department."""
    chosen: dict[str, str] = {}
    for record in itertools.chain(*(truths[kind] for kind in LISTS.values())):
        chosen.setdefault(record.department, record.usccs[0])
    usccs = frozenset(chosen.values())
    facts: dict[tuple[str, str], Counter[Fact]] = defaultdict(Counter)
    for name, kind in LISTS.items():
        for record in truths[kind]:
            fact = (record.department, str(record.facts[NUMBERS[name]]).strip())
            for uscc in usccs & set(record.usccs):
                facts[uscc, name][fact] += 1
    providers = {
        name: frozenset(c for c in KIND_OF if kind in demo.world.record_types(c))
        for name, kind in LISTS.items()
    }
    return Oracle(sorted(usccs), facts, providers)


@pytest.fixture(scope="module")
def gateway(demo: Demo, oracle: Oracle) -> Iterator[Demo]:
    """A gateway that asks whoever failed before, and has read all files."""
    with another_gateway(demo, DEADLINE=f"{SECONDS}") as one:
        _until_complete(one, oracle)
        yield one


@pytest.fixture(scope="module")
def breaking(demo: Demo, oracle: Oracle) -> Iterator[Demo]:
    """A gateway that soon stops asking, and soon tries again."""
    settings = {
        "BREAKER_FAILURES": "3",
        "BREAKER_WAIT": "0.2",
        "BREAKER_LONGEST_WAIT": "0.5",
        "DEADLINE": f"{SECONDS}",
    }
    with another_gateway(demo, **settings) as one:
        _until_complete(one, oracle)
        yield one


def _until_complete(gateway: Demo, oracle: Oracle) -> None:
    """Ask until the files are read, which goes on where a deadline was too short."""
    ends = time.monotonic() + 30
    while not all(status == "COMPLETE" for status in _statuses(_ask(gateway, oracle))):
        assert time.monotonic() < ends, "it never became complete"


def _ask(gateway: Demo, oracle: Oracle, **headers: str) -> list[dict[str, Any]]:
    answer = gateway.ask(QUERY, {"u": list(oracle.usccs)}, **headers)
    assert "errors" not in answer, answer["errors"]
    nodes: list[dict[str, Any]] = answer["data"]["enterprises"]["nodes"]
    assert {node["uscc"] for node in nodes} == set(oracle.usccs)
    return nodes


def _statuses(nodes: Sequence[dict[str, Any]]) -> Iterator[str]:
    for node in nodes:
        for name in LISTS:
            yield node[name]["completeness"]["status"]


def compare(nodes: Sequence[dict[str, Any]], oracle: Oracle) -> Mapping[str, set[str]]:
    """Compare an answer with the truth; give the outcomes by department.

    Who answered fully gave all that is true and nothing else; who did not is named
    with a reason, and the list is not called complete.
    """
    outcomes: dict[str, set[str]] = defaultdict(set)
    for node in nodes:
        for name in LISTS:
            _compare(node[name], oracle.facts[node["uscc"], name], outcomes)
            told = {
                s["department"]["code"] for s in node[name]["completeness"]["sources"]
            }
            assert told == oracle.providers[name]
    return outcomes


def _compare(
    listed: dict[str, Any], truth: Counter[Fact], outcomes: dict[str, set[str]]
) -> None:
    found = Counter(
        (node["provenance"]["department"]["code"], node["number"].strip())
        for node in listed["nodes"]
    )
    silent = set()
    for source in listed["completeness"]["sources"]:
        code, reason = source["department"]["code"], source["reason"]
        outcomes[code].add(source["outcome"])
        if source["outcome"] not in GAVE:
            assert reason
            assert source["records"] is None or source["outcome"] == "STALE"
        if reason:
            silent.add(code)
            assert not any(word in reason for word in INTERNALS), reason
    assert not found - truth, "what is not true, or told twice"
    assert {code for code, _ in truth - found} <= silent, "a lost record"
    complete = listed["completeness"]["status"] == "COMPLETE"
    assert complete == (not silent)
    assert (listed["totalCount"] is None) != complete


def test_in_health_everything_is_told(gateway: Demo, oracle: Oracle):
    nodes = _ask(gateway, oracle)
    outcomes = compare(nodes, oracle)
    assert set(_statuses(nodes)) == {"COMPLETE"}
    assert set().union(*outcomes.values()) == GAVE
    told = {code for facts in oracle.facts.values() for code, _ in facts}
    assert told >= {code for code, _, _ in ONE_AT_A_TIME} | TEN.keys()


@pytest.mark.parametrize(("code", "profile", "outcome"), ONE_AT_A_TIME)
def test_one_at_a_time(
    gateway: Demo,
    oracle: Oracle,
    fault: Misbehave,
    code: str,
    profile: str,
    outcome: set[str],
):
    fault(code, profile)
    started = time.monotonic()
    outcomes = compare(_ask(gateway, oracle), oracle)
    assert time.monotonic() - started < LATEST
    assert outcomes[code] <= outcome
    assert all(told <= GAVE for other, told in outcomes.items() if other != code)


def test_ten_at_once(gateway: Demo, oracle: Oracle, fault: Misbehave):
    for code, profile in TEN.items():
        fault(code, profile)
    started = time.monotonic()
    nodes = _ask(gateway, oracle)
    assert time.monotonic() - started < LATEST
    outcomes = compare(nodes, oracle)
    assert all(told <= GAVE for code, told in outcomes.items() if code not in TEN)
    assert all(outcomes[code].isdisjoint(GAVE) for code in TEN.keys() - {"QH-XN"})
    assert set(_statuses(nodes)) == {"PARTIAL"}


@pytest.mark.parametrize("profile", ["hang", "down"])
def test_all_at_once(gateway: Demo, oracle: Oracle, fault: Misbehave, profile: str):
    for code, kind in KIND_OF.items():
        if kind not in UNTOUCHED:
            fault(code, "down" if kind == "files" or code == "QH-AMR" else profile)
    started = time.monotonic()
    nodes = _ask(gateway, oracle, **{"X-Creditnet-Deadline": "1500ms"})
    assert time.monotonic() - started < 1.5 * 1.1
    outcomes = compare(nodes, oracle)
    for code, told in outcomes.items():
        assert told.isdisjoint(GAVE) or KIND_OF[code] in UNTOUCHED
    assert "COMPLETE" not in _statuses(nodes)


def test_a_department_that_keeps_failing_is_left_alone_and_comes_back(
    breaking: Demo, oracle: Oracle, fault: Misbehave
):
    fault("QH-EPD", "errors")
    for _ in range(3):
        compare(_ask(breaking, oracle), oracle)
    told: set[str] = set()
    while "CIRCUIT_OPEN" not in told:
        told |= compare(_ask(breaking, oracle), oracle)["QH-EPD"]
    assert _health(breaking, "QH-EPD")["breaker"] in {"OPEN", "HALF_OPEN"}
    fault("QH-EPD", "healthy")
    _until_complete(breaking, oracle)
    health = _health(breaking, "QH-EPD")
    assert health["breaker"] == "CLOSED"
    assert health["errorRate"] > 0
    assert health["latencyP50Ms"] <= health["latencyP95Ms"]
    assert health["lastSuccess"]
    assert health["freshness"] == 7200
    assert health["quarantined"] >= 0
    assert health["unresolved"] >= 0
    assert {one["recordType"] for one in health["recordTypes"]} == {
        "LICENCE",
        "PENALTY",
    }


def _health(gateway: Demo, code: str) -> dict[str, Any]:
    data = gateway.data_of(
        "query($c: ID!) { department(code: $c) { health { breaker asks errorRate "
        "latencyP50Ms latencyP95Ms lastSuccess freshness presenceSize quarantined "
        "unresolved recordTypes { recordType breaker retriedAt } } } }",
        {"c": code},
    )
    health: dict[str, Any] = data["department"]["health"]
    return health


def test_flapping_under_load(breaking: Demo, oracle: Oracle, fault: Misbehave):
    flapping = ("QH-EPD", "QH-HRS", "QH-XN", "QH-FIN")
    profiles = itertools.cycle(("down", "healthy", "hang", "healthy", "garbage"))
    ended = threading.Event()

    def load() -> int:
        answered = 0
        while not ended.is_set():
            outcomes = compare(_ask(breaking, oracle), oracle)
            assert all(t <= GAVE for c, t in outcomes.items() if c not in flapping)
            answered += 1
        return answered

    with ThreadPoolExecutor(2) as pool:
        loads = [pool.submit(load) for _ in range(2)]
        ends = time.monotonic() + 6
        try:
            for code, profile in zip(itertools.cycle(flapping), profiles, strict=False):
                fault(code, profile)
                if ended.wait(0.1) or time.monotonic() > ends:
                    break
        finally:
            ended.set()
        assert all(one.result() for one in loads)
    for code in flapping:
        fault(code, "healthy")
    _until_complete(breaking, oracle)
