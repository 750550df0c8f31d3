"""What audit, policy and limits cost: the gateway with and without, in turns.

All contestants run at the same time and are put under load one after the other, in
short rounds, so that whatever else the machine does falls on all alike. What is told of
two of them is the median of the ratios within a round.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from benchmarks import machine
from benchmarks.peers import core
from benchmarks.peers.contestants import (
    CONTESTANTS,
    HANDWRITTEN,
    STATIC,
    WARM,
    Contestant,
    Place,
    Start,
)
from benchmarks.peers.measure import KEPT
from benchmarks.peers.questions import QUESTIONS
from benchmarks.peers.started import WHOLE, departments_of, started
from benchmarks.peers.target import Figures, Target

ROUNDS = 9
_CONNECTIONS = 50
_ALL = (WARM, "unrecorded", "unguarded", STATIC)
_FRESH: Mapping[str, str] = {
    "CREDITNET_CACHE_SECONDS": "36000",
    "CREDITNET_LAG": "60",
}
"""All records stay cached as long as a run lasts; nobody is refused."""
WAYS: Mapping[str, Mapping[str, str]] = {
    "whole answers are given again": {"CREDITNET_REPEAT_SECONDS": "36000"},
    "each answer is put together from cached records": {
        "CREDITNET_REPEAT_SECONDS": "0.000001"
    },
}
Round = Mapping[str, Figures]
"""Figures by contestant."""


@dataclass(frozen=True, slots=True)
class Share:
    """How one contestant compares with another, in the median of all rounds."""

    rate: float
    """Requests per second ÷ those of the other."""
    cpu: float
    """Processor time for a request ÷ that of the other."""


def share(rounds: Sequence[Round], one: str, other: str) -> Share:
    """Compare two contestants round by round."""
    pairs = [(found[one], found[other]) for found in rounds]
    return Share(
        median(ours.per_second / theirs.per_second for ours, theirs in pairs),
        median(ours.cpu / theirs.cpu for ours, theirs in pairs),
    )


def report(seconds: float) -> str:
    """Measure in rounds of so many seconds, and write the tables in Markdown."""
    cores = machine.cores()
    data = core.filled(KEPT.absolute(), cores[1])
    lines = [_INTRODUCTION.format(machine=machine.described(), rounds=ROUNDS)]
    with tempfile.TemporaryDirectory() as directory:
        work = Path(directory)
        with departments_of(data, work, cores[1]) as departments:
            place = Place(data, departments, "", work, 0)
            for way, settings in WAYS.items():
                rounds = _rounds(place, cores, settings, seconds)
                lines += ["", f"### Warm Q3: {way}", "", *_table(rounds)]
    return "\n".join(lines)


def _rounds(
    place: Place, cores: tuple[int, int], settings: Mapping[str, str], seconds: float
) -> Sequence[Round]:
    question = QUESTIONS["Q3"]
    texts = [CONTESTANTS[WARM].body(question, codes) for codes in question.codes()]
    bodies = place.work / "Q3.txt"
    bodies.write_bytes(b"\n".join(texts) + b"\n")
    with started(CONTESTANTS[HANDWRITTEN], place, cores) as target:
        answer = target.ask(texts[0])
    (place.work / "Q3.json").write_bytes(answer)
    least = len(answer) * WHOLE // 100
    found: list[Round] = []
    with ExitStack() as stack:
        targets: dict[str, Target] = {}
        for name in _ALL:
            one = _with(CONTESTANTS[name], settings)
            target = stack.enter_context(started(one, place, cores))
            targets[name] = replace(target, path=one.path(question), least=least)
            _warm(targets[name], bodies, 2 * len(texts))
        for number in range(ROUNDS):
            turns = [*_ALL[number % len(_ALL) :], *_ALL[: number % len(_ALL)]]
            found.append(
                {
                    name: targets[name].burden(bodies, _CONNECTIONS, seconds)
                    for name in turns
                }
            )
            print(" ".join(map(_told, found[-1].items())), flush=True)
    return found


def _with(one: Contestant, settings: Mapping[str, str]) -> Contestant:
    def start(place: Place) -> Start:
        begun = one.start(place)
        environment = {**begun.environment, **_FRESH, **settings}
        return replace(begun, environment=environment)

    return replace(one, start=start)


def _warm(target: Target, bodies: Path, requests: int) -> None:
    """Ask until all records are cached."""
    asked, seconds = 0.0, 2.0
    while asked < requests:
        asked += target.burden(bodies, 16, seconds).per_second * seconds
        seconds *= 2  # each time it begins with the first body


def _table(rounds: Sequence[Round]) -> Iterator[str]:
    yield "| | req/s | CPU ms | failed | requests per second | processor time |"
    yield "|---|--:|--:|--:|--:|--:|"
    for name in _ALL:
        figures = [found[name] for found in rounds]
        compared = share(rounds, WARM, name)
        yield (
            f"| {CONTESTANTS[name].label} "
            f"| {median(one.per_second for one in figures):,.0f} "
            f"| {median(one.cpu for one in figures):.3f} "
            f"| {sum(one.failed for one in figures)} "
            f"| {compared.rate:.2f} × | {compared.cpu:.2f} × |"
        )


def _told(pair: tuple[str, Figures]) -> str:
    name, figures = pair
    return f"{name} {figures.per_second:.0f}/s {figures.cpu:.3f} ms;"


_INTRODUCTION = """\
{machine}. Q3 at c = 50 over 400 sets of 50 enterprises, all records cached. All servers
run at once on one core, load and departments on the other; {rounds} rounds, in each of
which every server is under load once, the first another one each time. The last two
columns: this gateway with everything ÷ the one of the row, median of the rounds. Goals:
at least 0.95 × the requests of the one without audit, policy and limits; at least
0.35 × those of static bytes.
"""
