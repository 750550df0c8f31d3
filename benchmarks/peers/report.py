"""The tables of a run."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from benchmarks.machine import described
from benchmarks.peers.contestants import CONTESTANTS, GATEWAY, HANDWRITTEN, WARM
from benchmarks.peers.measure import Found, Wish
from benchmarks.peers.questions import QUESTIONS, Question
from benchmarks.peers.target import Figures

_AT = 50
"""Connections at which ratios are taken."""
_INTRODUCTION = """\
{machine}. One core for the server, another for load and departments. A bench province
of 100,000 enterprises with 3 annual reports each: one core file, one department server
for all (answers ready as bytes, at most 200 enterprises in a call), no caches of
records but where a warm cache is named: there all records have been asked for before,
and the cache has room for them. Every contestant's answer was compared with the
hand-written endpoint's before it was measured. {seconds:g} s a measurement; requests on
their way at its end are waited for. PostgreSQL, which works for PostGraphile, is not
held to a core. Hive Gateway's subgraphs answer ready bytes too, from the other core; it
asks each about all enterprises at once.
"""


def report(found: Found, wish: Wish) -> str:
    """Write all tables in Markdown."""
    at = _AT if _AT in wish.connections else max(wish.connections)
    questions = [QUESTIONS[name] for name in wish.questions]
    lines = [_INTRODUCTION.format(machine=described(), seconds=wish.seconds)]
    lines += _ratios(found, wish, questions, at)
    for question in questions:
        lines += ["", *_table(found, wish, question, at)]
    return "\n".join(lines)


def _ratios(
    found: Found, wish: Wish, questions: Sequence[Question], at: int
) -> Iterator[str]:
    """Compare this gateway, and then its warm cache, with each of the others."""
    for ours in (GATEWAY, WARM):
        if ours in wish.contestants:
            asked = [one for one in questions if one.name in CONTESTANTS[ours].asked]
            yield from _ratios_of(ours, found, wish, asked, at)


def _ratios_of(
    name: str, found: Found, wish: Wish, questions: Sequence[Question], at: int
) -> Iterator[str]:
    others = [one for one in wish.contestants if one not in {GATEWAY, WARM}]
    us = _NAMES[name]
    for words, ratio in _RATIOS.items():
        yield f"{words.format(us=us)}, c = {at}:"
        yield ""
        yield "| | " + " | ".join(CONTESTANTS[name].label for name in others) + " |"
        yield "|---" + "|--:" * len(others) + "|"
        for question in questions:
            ours = found.figures.get((name, question.name, at))
            theirs = (found.figures.get((one, question.name, at)) for one in others)
            cells = [_ratio(ratio, ours, one) for one in theirs]
            yield f"| {question.name} | " + " | ".join(cells) + " |"
        yield ""


def _ratio(
    ratio: Callable[[Figures, Figures], float],
    ours: Figures | None,
    other: Figures | None,
) -> str:
    """Compare two; where requests failed there is nothing to compare."""
    if ours is None or other is None or ours.failed or other.failed:
        return "–"
    return f"{ratio(ours, other):.2f} ×"


def _rate(ours: Figures, other: Figures) -> float:
    return ours.per_second / (other.per_second or 1.0)


def _cpu(ours: Figures, other: Figures) -> float:
    return other.cpu / (ours.cpu or 1.0)


_RATIOS: Mapping[str, Callable[[Figures, Figures], float]] = {
    "{us}'s requests per second ÷ those of the others": _rate,
    "The others' processor time for a request ÷ {us}'s": _cpu,
}
_NAMES = {GATEWAY: "this gateway", WARM: "this gateway with a warm cache"}


def _table(found: Found, wish: Wish, question: Question, at: int) -> Iterator[str]:
    size = found.sizes.get(question.name, 0)
    yield f"### {question.name}: {question.about}"
    yield ""
    yield f"An answer has {size:,} bytes; figures without a «c» are of c = {at}."
    yield ""
    rates = [f"req/s c={number}" for number in wish.connections]
    heads = ["", *rates, "share", "p50 ms", "p99 ms", "CPU ms", "calls", "failed"]
    yield "| " + " | ".join(heads) + " |"
    yield "|---" + "|--:" * (len(heads) - 1) + "|"
    whole = found.figures.get((HANDWRITTEN, question.name, at))
    for name in wish.contestants:
        yield _row(found, wish, question, name, (at, whole))


def _row(
    found: Found,
    wish: Wish,
    question: Question,
    name: str,
    compared: tuple[int, Figures | None],
) -> str:
    at, whole = compared
    label = CONTESTANTS[name].label
    reason = found.reasons.get((name, question.name))
    figures = found.figures.get((name, question.name, at))
    if reason or figures is None:
        return f"| {label} | {reason or 'is not asked this'} |"
    rates = [
        f"{found.figures[name, question.name, number].per_second:,.1f}"
        for number in wish.connections
    ]
    share = f"{figures.per_second / whole.per_second:.0%}" if whole else "–"
    calls = found.calls.get((name, question.name), 0)
    failed = sum(
        found.figures[name, question.name, number].failed for number in wish.connections
    )
    cells = [
        *rates,
        share,
        f"{figures.p50:.2f}",
        f"{figures.p99:.2f}",
        f"{figures.cpu:.3f}",
        str(calls),
        str(failed),
    ]
    return f"| {label} | " + " | ".join(cells) + " |"
