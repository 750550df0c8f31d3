"""Learns what is true while every department is well, and proves it by the world.

The words of a record (units, masks, code names) are the gateway's own, so they are
taken from its answers in health; that these are the records which the world knows, all
of them and no others, is compared one by one.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from benchmarks.soak.asking import Asker
from benchmarks.soak.forms import COMPLETENESS, SOURCE, Form
from benchmarks.soak.truth import Known, Province, Truth, Verdict
from mock_departments.host import KIND_OF
from mock_departments.world.model import TrueRecord, World

SET = 50
"""Enterprises of one question."""
BESIDE = 2
"""Questions at the same time."""
FITS_NOBODY = frozenset(
    {"bad_check_digit", "unknown_code", "unknown_name", "ambiguous_name"}
)
"""Dirt that leaves a record with no single enterprise."""
NUMBERS = {
    "LICENCE": "documentNumber",
    "PENALTY": "decisionNumber",
    "JUDICIAL_ASSISTANCE": "noticeNumber",
    "CHATTEL_MORTGAGE": "registrationNumber",
    "EQUITY_PLEDGE": "registrationNumber",
    "JUDGMENT_DEFAULT": "caseNumber",
    "TAX_CREDIT": "year",
    "ANNUAL_REPORT": "year",
}
"""What tells records of a type apart; the others are counted."""
SECOND_TELLER = "QH-LTB"
ENDING = 'inForce: true, expiringFrom: "2016-10-20", expiringTo: "2016-11-19"'
"""The month in which licences end that are asked about."""
TODAY, A_YEAR_AGO = "2016-10-20", "2015-10-20"
TRIES = 10
ANSWERED = frozenset({"LIVE", "CACHED", "MATERIALIZED"})
Json = Mapping[str, Any]


class Untrue(Exception):
    """What the gateway says in health is not what the world knows."""


async def learn(
    asker: Asker,
    forms: tuple[Form, Form],
    world: World,
    usccs: Sequence[str],
    shown: Sequence[str],
) -> Province:
    """Ask about `usccs`, and as the public about `shown`; prove it by `world`.

    Raises Untrue with every difference.
    """
    government, public = forms
    known = await _government(asker, government, usccs)
    verdicts = await _verdicts(asker, usccs)
    for uscc, verdict in verdicts.items():
        known[uscc] = replace(known[uscc], verdict=verdict)
    seen = await _public(asker, public, shown)
    records, providers = _held(world)
    faults = [*_differences(known, records), *_shown(known, seen)]
    if faults:
        raise Untrue("\n".join(faults[:20]))
    return Province(len(known) == world.size, known, seen, providers, _counts(records))


# ---- asking --------------------------------------------------------------------


async def _government(
    asker: Asker, form: Form, usccs: Sequence[str]
) -> dict[str, Known]:
    query = (
        "query($u: [USCC!]) { enterprises(where: { usccIn: $u }, first: 100) "
        f"{{ nodes {{ uscc {_all(form)} }} }} }}"
    )
    found: dict[str, Known] = {}

    async def ask(some: Sequence[str]) -> None:
        data = await _heard(asker, form.path, query, {"u": some})
        for node in data["enterprises"]["nodes"]:
            found[node["uscc"]] = _known(node, form)

    await _beside(ask, usccs, SET)
    return found


async def _public(
    asker: Asker, form: Form, usccs: Sequence[str]
) -> Mapping[str, Known]:
    query = f"query($u: USCC) {{ enterprise(uscc: $u) {{ uscc {_all(form)} }} }}"
    found: dict[str, Known] = {}

    async def ask(some: Sequence[str]) -> None:
        for uscc in some:
            data = await _heard(asker, form.path, query, {"u": uscc})
            found[uscc] = _known(data["enterprise"], form)

    await _beside(ask, usccs, SET)
    return found


async def _verdicts(asker: Asker, usccs: Sequence[str]) -> Mapping[str, Verdict]:
    query = (
        'query($u: [USCC!]!) { check(usccs: $u, purpose: "核对") { uscc clear '
        f"findings {{ {SOURCE} }} {COMPLETENESS} }} }}"
    )
    found: dict[str, Verdict] = {}

    async def ask(some: Sequence[str]) -> None:
        data = await _heard(asker, "/graphql", query, {"u": some})
        for one in data["check"]:
            findings = {node["id"]: _giver(node) for node in one["findings"]}
            found[one["uscc"]] = Verdict(one["clear"], findings)

    await _beside(ask, usccs, SET)
    return found


async def _heard(
    asker: Asker, path: str, query: str, variables: Mapping[str, object]
) -> Json:
    """Ask until every department has answered."""
    silent: set[str] = set()
    for _ in range(TRIES):
        data = await asker.data(path, query, variables)
        silent = {
            f"{one['department']['code']}: {one['reason']}"
            for one in sources_in(data)
            if one["outcome"] not in ANSWERED
        }
        if not silent:
            return data
    raise Untrue(f"asked {TRIES} times, and still without an answer: {silent}")


def sources_in(answer: object) -> Iterator[Json]:
    """Give all source reports of an answer."""
    if isinstance(answer, list):
        for one in answer:
            yield from sources_in(one)
    elif isinstance(answer, dict):
        yield from answer.get("sources") or ()
        for one in answer.values():
            yield from sources_in(one)


async def _beside(ask: Any, usccs: Sequence[str], size: int) -> None:  # noqa: ANN401
    """Ask about sets of enterprises, some at the same time."""
    gate = asyncio.Semaphore(BESIDE)

    async def one(some: Sequence[str]) -> None:
        async with gate:
            await ask(some)

    starts = range(0, len(usccs), size)
    await asyncio.gather(*(one(usccs[start : start + size]) for start in starts))


def _all(form: Form) -> str:
    lists = [form.everything(name) for name in form.lists]
    forces = [
        f"force_{name}: {name}(first: 100, where: {{ inForce: true }}) "
        "{ nodes { id } }"
        for name in form.lists
        if _filters(name)
    ]
    more = [
        f"ending: licences(first: 100, where: {{ {ENDING} }}) {{ nodes {{ id }} }}",
        "restrictions(first: 100) { nodes { kind scope since cause "
        "{ id provenance { department { code } } } } "
        f"{COMPLETENESS} }}",
    ]
    if "conflicts" in form.composed:
        more += [
            f"second: {form.everything('taxCredit', _SECOND)}",
            "conflicts(first: 100) { nodes { severity "
            "commendation { id provenance { department { code } } } "
            "penalty { id provenance { department { code } } } } "
            f"{COMPLETENESS} }}",
        ]
    return " ".join([*lists, *forces, *more])


_SECOND = f', where: {{ departments: ["{SECOND_TELLER}"] }}'


def _filters(name: str) -> bool:
    """Say whether a list can be filtered."""
    return name not in {
        "annualReports",
        "shareholders",
        "keyPersonnel",
        "branches",
        "changes",
    }


def _known(node: Json, form: Form) -> Known:
    lists = {name: [_truth(n) for n in node[name]["nodes"]] for name in form.lists}
    if "second" in node:
        told = {one.id for one in lists["taxCredit"]}
        second = map(_truth, node["second"]["nodes"])
        lists["taxCredit"] += [one for one in second if one.id not in told]
    return Known(
        node["uscc"],
        lists,
        {
            name: frozenset(n["id"] for n in node[f"force_{name}"]["nodes"])
            for name in form.lists
            if _filters(name)
        },
        frozenset(n["id"] for n in node["ending"]["nodes"]),
        {
            restriction_of(n): frozenset({_giver(n["cause"])})
            for n in node["restrictions"]["nodes"]
        },
        {
            conflict_of(n): frozenset({_giver(n["penalty"]), _giver(n["commendation"])})
            for n in node.get("conflicts", {"nodes": ()})["nodes"]
        },
        {
            name: frozenset(
                source["department"]["code"]
                for source in node[name]["completeness"]["sources"]
                if source["reason"]
            )
            for name in form.lists
        },
    )


def _truth(node: Json) -> Truth:
    return Truth(node["id"], node["recordType"], _giver(node), node["occurredOn"], node)


def _giver(node: Json) -> str:
    return str(node["provenance"]["department"]["code"])


def restriction_of(node: Json) -> str:
    """Name a restriction by what it is and by its cause."""
    return f"{node['kind']}/{node['scope']}/{node['since']}/{node['cause']['id']}"


def conflict_of(node: Json) -> str:
    """Name a conflict by its two sides."""
    return f"{node['severity']}/{node['penalty']['id']}/{node['commendation']['id']}"


# ---- proving -------------------------------------------------------------------


def _held(
    world: World,
) -> tuple[Sequence[TrueRecord], Mapping[str, frozenset[str]]]:
    """Give all records about somebody, and who holds which types."""
    records, providers = [], defaultdict(set)
    for code in KIND_OF:
        for record_type in world.record_types(code):
            providers[record_type].add(code)
            records += [
                one
                for one in world.records(code, record_type)
                if one.usccs and not one.dirt & FITS_NOBODY
            ]
    return records, {kind: frozenset(codes) for kind, codes in providers.items()}


def _counts(records: Sequence[TrueRecord]) -> Mapping[str, Mapping[str, int]]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for one in records:
        counts[one.record_type][one.department] += 1
    return counts


def _differences(
    known: Mapping[str, Known], records: Sequence[TrueRecord]
) -> Iterator[str]:
    """Compare what was said of enterprises with the world, fact by fact."""
    expected: dict[str, Counter[tuple[str, str, str]]] = defaultdict(Counter)
    for record in records:
        number = str(record.facts.get(NUMBERS.get(record.record_type, ""), "")).strip()
        for uscc in record.usccs:
            expected[uscc][record.record_type, record.department, number] += 1
    for uscc, one in known.items():
        said = Counter(
            (truth.record_type, truth.department, _number(truth))
            for truth in one.records()
        )
        for what, times in (expected[uscc] - said).items():
            if what[1] not in frozenset().union(*one.doubts.values()):
                yield f"{uscc} lacks {what} ({times} times)"
        for what, times in (said - expected[uscc]).items():
            yield f"{uscc} has {what} too many ({times} times)"


def _number(truth: Truth) -> str:
    return str(truth.told.get(NUMBERS.get(truth.record_type, ""), "")).strip()


def _shown(known: Mapping[str, Known], seen: Mapping[str, Known]) -> Iterator[str]:
    """Compare what the public sees with what it may see."""
    for uscc, one in seen.items():
        for name, records in one.lists.items():
            public = {truth.id for truth in records}
            may = {t.id for t in known[uscc].lists[name] if _may_be_seen(t.told)}
            for missing in may - public:
                yield f"{uscc} {name}: the public does not see {missing}"
            for secret in public - may:
                yield f"{uscc} {name}: the public sees {secret}"


def _may_be_seen(told: Json) -> bool:
    if told.get("procedure") == "SIMPLE" or told.get("withdrawnOn"):
        return False
    if told["recordType"] == "LICENCE" and told["validTo"]:
        return str(told["validTo"]) >= A_YEAR_AGO
    return str(told.get("publishUntil") or TODAY) >= TODAY
