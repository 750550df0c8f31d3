"""Compares what an answer says with what is true."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from benchmarks.soak.forms import FRAMED
from benchmarks.soak.learning import conflict_of, restriction_of, sources_in
from benchmarks.soak.truth import Known, Order, Truth, order_of

Json = Mapping[str, Any]
Faults = Iterator[str]
HEARD = frozenset({"LIVE", "CACHED", "MATERIALIZED", "NOTHING_HELD"})
"""Outcomes of who answered, as long as no reason is given."""
INTERNALS = (
    *("127.0.0.1", "localhost", "http:", "https:", "Traceback", "Exception"),
    *("Error", "SELECT", "sqlite", "aiohttp", "asyncpg", ".py", "/departments/"),
)


def silent_in(completeness: Json) -> frozenset[str]:
    """Give the departments that admit that they may lack something."""
    return frozenset(
        source["department"]["code"]
        for source in completeness["sources"]
        if source["outcome"] not in HEARD or source["reason"]
    )


def completeness_faults(completeness: Json, providers: Collection[str]) -> Faults:
    """Compare the verdict with the reports; `providers` must all have been heard of."""
    silent = silent_in(completeness)
    complete = completeness["status"] == "COMPLETE"
    if complete and silent:
        yield f"COMPLETE, although {sorted(silent)} did not answer"
    if not complete and not silent:
        yield f"{completeness['status']} without a reason"
    told = {source["department"]["code"] for source in completeness["sources"]}
    if unnamed := set(providers) - told:
        yield f"nothing is said of {sorted(unnamed)}"


def list_faults(
    listed: Json,
    known: Known,
    expected: Sequence[Truth],
    providers: Collection[str],
    after: Order | None = None,
) -> Faults:
    """Compare a page with the records that belong in the list.

    `after`: where the page before ended.
    """
    yield from completeness_faults(listed["completeness"], providers)
    yield from node_faults(listed["nodes"], known, {one.id for one in expected})
    orders = [order_of(node) for node in listed["nodes"]]
    if orders != sorted(orders):
        yield "not in order"
    if after and orders and orders[0] <= after:
        yield "a page begins before the last one ended"
    ends = orders[-1] if listed["pageInfo"]["hasNextPage"] and orders else None
    facts = _facts(expected)
    told = {_fact(node, known) for node in listed["nodes"]}
    due = {
        fact: {one.department for one in tellers}
        for fact, tellers in facts.items()
        if fact not in told and all(_lies(one.order, after, ends) for one in tellers)
    }
    yield from missing_faults(due, listed["completeness"])
    total = listed["totalCount"]
    if total is not None and total != len(facts):
        yield f"totalCount is {total}, true are {len(facts)}"


def missing_faults(
    missing: Mapping[str, Collection[str]], completeness: Json
) -> Faults:
    """Ask for the reason why facts are missing; `missing` names all who tell them."""
    silent = silent_in(completeness)
    for fact, departments in missing.items():
        if not set(departments) <= silent:
            yield f"lost: {fact} of {sorted(departments)}"
        elif completeness["status"] == "COMPLETE":
            yield f"COMPLETE without {fact}"


def node_faults(
    nodes: Sequence[Json], known: Known, allowed: Collection[str]
) -> Faults:
    """Compare each record with the truth."""
    true = known.by_id
    told: set[str] = set()
    for node in nodes:
        truth = true.get(node["id"])
        if truth is None:
            yield f"not true: {node['id']}"
            continue
        if node["id"] not in allowed:
            yield f"does not meet the condition: {node['id']}"
        if truth.fact in told:
            yield f"told twice: {node['id']}"
        told.add(truth.fact)
        for name, value in node.items():
            if name not in FRAMED and truth.told[name] != value:
                yield f"{node['id']}.{name} is {value!r}, true is {truth.told[name]!r}"


def made_faults(
    listed: Json,
    true: Mapping[str, Collection[str]],
    name_of: Callable[[Json], str],
) -> Faults:
    """Compare restrictions or conflicts, each named by `name_of`.

    `true`: the departments of whom each needs a record, all of them.
    """
    yield from completeness_faults(listed["completeness"], ())
    told = [name_of(node) for node in listed["nodes"]]
    if len(set(told)) != len(told):
        yield "told twice"
    for name in set(told) - set(true):
        yield f"not true: {name}"
    silent = silent_in(listed["completeness"])
    for name in set(true) - set(told):
        if not silent & set(true[name]):
            yield f"lost: {name} of {sorted(true[name])}"
        elif listed["completeness"]["status"] == "COMPLETE":
            yield f"COMPLETE without {name}"
    if listed["totalCount"] not in {None, len(true)}:
        yield f"totalCount is {listed['totalCount']}, true are {len(true)}"


def restriction_faults(listed: Json, known: Known) -> Faults:
    """Compare restrictions."""
    yield from made_faults(listed, known.restrictions, restriction_of)


def conflict_faults(listed: Json, known: Known) -> Faults:
    """Compare conflicts."""
    yield from made_faults(listed, known.conflicts, conflict_of)


def check_faults(told: Json, known: Known) -> Faults:
    """Compare a check of one enterprise."""
    yield from completeness_faults(told["completeness"], ())
    true = known.verdict
    found = {node["id"] for node in told["findings"]}
    for one in found - true.findings.keys():
        yield f"finding that is not true: {one}"
    missing = {one: {true.findings[one]} for one in true.findings.keys() - found}
    yield from missing_faults(missing, told["completeness"])
    complete = told["completeness"]["status"] == "COMPLETE"
    expected = False if found else True if complete else None
    if told["clear"] is not expected:
        yield f"clear is {told['clear']}, must be {expected}"
    if told["clear"] and true.clear is not True:
        yield f"clear, although in truth {true.clear}"


def wording_faults(body: object) -> Faults:
    """Look for what clients must not learn, in reasons and messages."""
    for source in sources_in(body):
        for word in INTERNALS:
            if source["reason"] and word in source["reason"]:
                yield f"an internal detail: {source['reason']}"


def statuses_in(answer: object) -> Iterator[str]:
    """Give all verdicts of an answer."""
    if isinstance(answer, list):
        for one in answer:
            yield from statuses_in(one)
    elif isinstance(answer, dict):
        if "sources" in answer:
            yield answer["status"]
        for one in answer.values():
            yield from statuses_in(one)


def _facts(records: Sequence[Truth]) -> Mapping[str, Sequence[Truth]]:
    facts: dict[str, list[Truth]] = {}
    for one in records:
        facts.setdefault(one.fact, []).append(one)
    return facts


def _fact(node: Json, known: Known) -> str:
    truth = known.by_id.get(node["id"])
    return truth.fact if truth else str(node["id"])


def _lies(order: Order, after: Order | None, ends: Order | None) -> bool:
    return (after is None or order > after) and (ends is None or order < ends)
