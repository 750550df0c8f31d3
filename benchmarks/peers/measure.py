"""One run: every contestant in turn, on the same departments and the same core."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks import machine
from benchmarks.machine import NotRunnable
from benchmarks.peers import core
from benchmarks.peers.contestants import CONTESTANTS, HANDWRITTEN, Contestant, Place
from benchmarks.peers.questions import QUESTIONS, Question, same
from benchmarks.peers.started import WHOLE, departments_of, started
from benchmarks.peers.target import Figures, Target

KEPT = Path("data") / "benchmarks"
_Ask = Callable[[Question], Target]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be measured."""

    contestants: Sequence[str] = tuple(CONTESTANTS)
    questions: Sequence[str] = tuple(QUESTIONS)
    connections: Sequence[int] = (1, 16, 50, 64)
    seconds: float = 5.0
    """Of each measurement."""
    warm: float = 4.0
    """Seconds of load on each question before it is measured."""
    postgresql: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a run showed."""

    figures: dict[tuple[str, str, int], Figures] = field(default_factory=dict)
    """By contestant, question and connections."""
    reasons: dict[tuple[str, str], str] = field(default_factory=dict)
    """By contestant and question, why there are none."""
    calls: dict[tuple[str, str], int] = field(default_factory=dict)
    """Of departments, for one request, by contestant and question."""
    sizes: dict[str, int] = field(default_factory=dict)
    """Bytes of an answer, by question."""


def measure(wish: Wish) -> Found:
    """Measure what is wished; what can't run here is named with its reason."""
    found = Found()
    server_core, other_core = machine.cores()
    data = core.filled(KEPT.absolute(), other_core)
    with tempfile.TemporaryDirectory() as directory:
        work = Path(directory)
        with departments_of(data, work, other_core) as departments:
            place = Place(data, departments, wish.postgresql, work, 0)
            run = _Run(wish, place, (server_core, other_core), found)
            run.prepare()
            for name in wish.contestants:
                if CONTESTANTS[name].asked.intersection(wish.questions):
                    run.contestant(CONTESTANTS[name])
    return found


class _Run:
    """Measures one contestant after the other."""

    def __init__(
        self, wish: Wish, place: Place, cores: tuple[int, int], found: Found
    ) -> None:
        self._wish = wish
        self._place = place
        self._cores = cores
        self._found = found
        self._right: dict[str, object] = {}
        self._questions = [QUESTIONS[name] for name in wish.questions]

    def prepare(self) -> None:
        """Learn the right answers from the hand-written endpoint."""
        with self._running(CONTESTANTS[HANDWRITTEN]) as ask:
            for question in self._questions:
                target = ask(question)
                answer = target.ask(_first(CONTESTANTS[HANDWRITTEN], question))
                self._right[question.name] = same(answer)
                self._found.sizes[question.name] = len(answer)
                (self._place.work / f"{question.name}.json").write_bytes(answer)

    def contestant(self, one: Contestant) -> None:
        """Measure one, question by question."""
        try:
            with self._running(one) as ask:
                for question in self._questions:
                    if question.name in one.asked:
                        self._question(one, question, ask(question))
        except NotRunnable as reason:
            for question in self._questions:
                self._found.reasons[one.name, question.name] = str(reason)
            print(f"{one.name}: {reason}", flush=True)

    def _question(self, one: Contestant, question: Question, target: Target) -> None:
        fault = self._fault(one, question, target)
        if fault:
            self._found.reasons[one.name, question.name] = fault
            print(f"{one.name} {question.name}: {fault}", flush=True)
            return
        bodies = self._place.work / f"{one.name}-{question.name}.txt"
        texts = [one.body(question, codes) for codes in question.codes()]
        bodies.write_bytes(b"\n".join(texts) + b"\n")
        target.burden(bodies, 16, self._wish.warm * one.warming)
        self._found.calls[one.name, question.name] = target.calls(texts[0])
        for connections in self._wish.connections:
            figures = target.burden(bodies, connections, self._wish.seconds)
            self._found.figures[one.name, question.name, connections] = figures
            print(_line(one, question, connections, figures), flush=True)

    def _fault(self, one: Contestant, question: Question, target: Target) -> str:
        """Compare an answer with the right one."""
        if not one.answers:
            return ""
        try:
            told = same(target.ask(_first(one, question)))
        except (OSError, ValueError) as error:
            return f"no answer: {error}"[:200]
        return "" if told == self._right[question.name] else "another answer"

    @contextmanager
    def _running(self, one: Contestant) -> Iterator[_Ask]:
        with started(one, self._place, self._cores) as target:

            def ask(question: Question) -> Target:
                least = self._found.sizes.get(question.name, 0) * WHOLE // 100
                return replace(target, path=one.path(question), least=least)

            yield ask


def _first(one: Contestant, question: Question) -> bytes:
    return one.body(question, question.codes()[0])


def _line(
    one: Contestant, question: Question, connections: int, figures: Figures
) -> str:
    return (
        f"{one.name:12} {question.name} c={connections:<3}"
        f"{figures.per_second:10.1f}/s  p50 {figures.p50:8.2f} ms  "
        f"p99 {figures.p99:8.2f} ms  cpu {figures.cpu:7.3f} ms  "
        f"failed {figures.failed}"
    )
