"""Many clients ask random questions at the same time; every answer is judged."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from time import perf_counter
from typing import Any

import aiohttp

from benchmarks.soak.asking import Asker, Reply
from benchmarks.soak.forms import Form
from benchmarks.soak.judging import INTERNALS, statuses_in, wording_faults
from benchmarks.soak.learning import sources_in
from benchmarks.soak.questions import Question, Questions
from benchmarks.soak.tally import TOLERANCE, Tally
from benchmarks.soak.truth import Province

FOLLOWING = 0.6
"""Share of pages after which the next one is asked for."""
LISTENING = 0.05
"""Seconds between two trivial questions."""
HEARD = 4_000
WAITS = 2
"""How often a question waits for its turn: before it is read, and to be answered."""
Busy = Callable[[], float]
"""Gives the seconds of CPU that the gateway has used since the beginning."""
TRIVIAL = "{ __typename }"
GONE = "no longer in the list"
"""Said of a place in a list whose record was lost meanwhile: true, so not wrong."""


@dataclass(frozen=True, slots=True)
class Load:
    """How much is asked, and what is known."""

    province: Province
    forms: tuple[Form, Form]
    connections: int
    seed: int
    scans: float
    """Share of questions that read whole departments."""
    busy: Busy


class Probe:
    """Asks something trivial again and again: what it waits, every answer waits."""

    def __init__(self, asker: Asker) -> None:
        """Ask over `asker`."""
        self._asker = asker
        self._waits: deque[tuple[float, float]] = deque(maxlen=HEARD)
        self._since: float | None = None
        self.longest_lag = 0.0
        """Seconds for which the clients' own process did not get on."""

    async def run(self, over: asyncio.Event) -> None:
        """Go on until `over`."""
        while not over.is_set():
            self._since = perf_counter()
            await self._asker.ask("/graphql", TRIVIAL, {})
            now = perf_counter()
            self._waits.append((now, now - self._since))
            self._since = None
            await asyncio.sleep(LISTENING)
            lag = perf_counter() - now - LISTENING
            self.longest_lag = max(self.longest_lag, lag)

    def longest(self, started: float) -> float:
        """Give the longest wait, in seconds, that did not end before `started`."""
        waits = [wait for ended, wait in self._waits if ended >= started]
        if self._since is not None:
            waits.append(perf_counter() - self._since)
        return max(waits, default=0.0)


async def press(load: Load, asker: Asker, over: asyncio.Event) -> Tally:
    """Ask until `over`."""
    tally, probe = Tally(), Probe(asker)
    async with asyncio.TaskGroup() as group:
        group.create_task(probe.run(over))
        for number in range(load.connections):
            client = _Client(load, number, asker, probe, tally)
            group.create_task(client.run(over))
    tally.waits = probe.longest(0.0), probe.longest_lag
    return tally


class _Client:
    def __init__(
        self, load: Load, number: int, asker: Asker, probe: Probe, tally: Tally
    ) -> None:
        self._load = load
        self._seed = f"seed {load.seed}, client {number}"
        self._random = Random(f"{load.seed}/{number}")
        self._questions = Questions(load.province, load.forms, self._random)
        self._asker, self._probe, self._tally = asker, probe, tally

    async def run(self, over: asyncio.Event) -> None:
        following: Question | None = None
        while not over.is_set():
            question = following or self._questions.any(scans=self._load.scans)
            following = await self._put(question)

    async def _put(self, question: Question) -> Question | None:
        """Ask, and judge the answer; give the question for the next page."""
        try:
            reply = await self._asker.ask(
                question.form.path,
                question.text,
                question.variables,
                question.granted,
            )
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            self._tally.blame(question, [f"no answer: {error!r}"], self._seed)
            return None
        waited = self._probe.longest(reply.started)
        self._tally.count(question, reply.seconds)
        faults = [*self._late(question, reply, waited), *self._judged(question, reply)]
        if faults:
            self._tally.blame(question, faults, self._seed)
        if faults or "errors" in reply.body or question.next_page is None:
            return None
        more = self._random.random() < FOLLOWING
        return question.next_page(reply.body["data"]) if more else None

    def _late(self, question: Question, reply: Reply, waited: float) -> Iterator[str]:
        beyond = reply.seconds - question.allowed * TOLERANCE
        if beyond > 0:
            allowance = WAITS * waited + self._round()
            self._tally.excess.append((beyond, allowance))
            if beyond > allowance:
                yield (
                    f"took {reply.seconds:.2f} s of {question.allowed:g} s; the "
                    f"loaded machine explains {allowance:.2f} s"
                )

    def _round(self) -> float:
        """Give the seconds of CPU for an answer to every client: all may be due now."""
        answers = max(self._tally.kinds.total(), 1)
        return self._load.connections * self._load.busy() / answers

    def _judged(self, question: Question, reply: Reply) -> Iterator[str]:
        codes = {e["extensions"]["code"] for e in reply.body.get("errors", ())}
        if reply.status == 503 and codes == {"OVERLOADED"}:
            self._tally.verdicts["OVERLOADED"] += 1
            return
        if reply.status >= 500:
            yield f"HTTP {reply.status}"
        if errors := reply.body.get("errors"):
            yield from self._refused(errors)
            return
        data = reply.body["data"]
        self._tally.verdicts.update(statuses_in(data))
        self._tally.outcomes.update(one["outcome"] for one in sources_in(data))
        yield from wording_faults(data)
        yield from question.judge(data)

    def _refused(self, errors: list[Any]) -> Iterator[str]:
        for error in errors:
            code = error.get("extensions", {}).get("code")
            self._tally.verdicts[str(code)] += 1
            if GONE not in error["message"]:
                yield f"error {code}: {error['message']}"
            if any(word in error["message"] for word in INTERNALS):
                yield f"an internal detail: {error['message']}"
