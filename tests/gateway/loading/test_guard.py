"""A guarded department always answers in time, and is left alone while it is ill."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pytest

from adapters.contract import Ask, EnterpriseKey, Fetched, Stale
from adapters.errors import (
    SourceBusy,
    SourceContractBroken,
    SourceCrowded,
    SourceDenied,
    SourceError,
    SourceTimedOut,
    SourceUnavailable,
)
from gateway.loading.answers import Answer, Note
from gateway.loading.breaker import BreakerPolicy
from gateway.loading.guard import GuardedSource, Guarding
from gateway.loading.watch import figures
from schema.departments import SourceOutcome
from schema.health import BreakerState
from schema.record_type import RecordType
from tests.gateway.core.fakes import NOW, FakeAdapter, code, record
from tests.gateway.loading.clock import Clock, always

pytestmark = pytest.mark.anyio

KIND = RecordType.PENALTY
KEYS = [EnterpriseKey(code(1)), EnterpriseKey(code(2))]


def nothing(ask: Ask, failed: Mapping[str, Exception] | None = None) -> Fetched:
    return Fetched({one.uscc: () for one in ask.enterprises}, NOW, failed=failed or {})


@dataclass
class Department(FakeAdapter):
    """Answers as told, and takes its time by a clock of the test."""

    answer: Callable[[Ask], Fetched] = nothing
    asks: int = 0
    clock: Clock = field(default_factory=Clock)

    async def fetch(self, ask: Ask) -> Fetched:
        self.asks += 1
        self.clock.go(0.1)
        return self.answer(ask)


def raising(fault: BaseException) -> Callable[[Ask], Fetched]:
    def answer(_: Ask) -> Fetched:
        raise fault

    return answer


def guarded(
    answer: Callable[[Ask], Fetched] = nothing,
) -> tuple[Department, GuardedSource]:
    department = Department([record(KIND, "1", code(1), {})], answer=answer)
    clock = department.clock
    policy = BreakerPolicy(failures=2, wait=5)
    return department, GuardedSource(
        department, Guarding(policy, clock, clock.now, always)
    )


async def ask(source: GuardedSource, keys: Sequence[EnterpriseKey] = KEYS) -> Answer:
    """Ask, and give the answer about the first."""
    answers = await source.ask(KIND, keys, Note())
    assert answers.keys() == {one.uscc for one in keys}
    return answers[keys[0].uscc]


@pytest.mark.parametrize(
    ("fault", "outcome", "opens"),
    [
        (SourceUnavailable("坏"), SourceOutcome.FAILED, True),
        (SourceTimedOut("晚"), SourceOutcome.TIMED_OUT, True),
        (SourceContractBroken("乱"), SourceOutcome.FAILED, True),
        (SourceCrowded("挤"), SourceOutcome.TIMED_OUT, False),
        (SourceBusy("忙"), SourceOutcome.FAILED, False),
        (SourceDenied("拒"), SourceOutcome.DENIED, False),
        (SourceError("误"), SourceOutcome.FAILED, False),
        (ZeroDivisionError("secret"), SourceOutcome.FAILED, False),
    ],
)
async def test_what_each_fault_comes_to(
    fault: Exception, outcome: SourceOutcome, *, opens: bool
):
    department, source = guarded(raising(fault))
    first = await ask(source)
    assert first.outcome is outcome
    assert first.reason
    assert "secret" not in first.reason
    assert not first.complete
    await ask(source)
    third = await ask(source)
    assert (third.outcome is SourceOutcome.CIRCUIT_OPEN) is opens
    assert department.asks == (2 if opens else 3)
    assert not third.complete


async def test_what_was_held_before_is_stale_and_says_why():
    stale = Stale("a.csv 第 1 行: 缺少列 文书", NOW)
    _, source = guarded(lambda ask: replace(nothing(ask), stale=stale))
    answer = await ask(source)
    assert answer.outcome is SourceOutcome.STALE
    assert answer.reason == stale.reason
    assert (answer.since, answer.complete) == (NOW, False)


async def test_an_open_breaker_says_since_when_until_when_and_why():
    department, source = guarded(raising(SourceUnavailable("部门系统出错")))
    await ask(source)
    await ask(source)
    department.clock.go(2)
    answer = await ask(source)
    assert answer.reason is not None
    for words in ("2 秒前起暂停访问", "3 秒后再试", "部门系统出错"):
        assert words in answer.reason
    department.clock.go(3)
    department.answer = nothing
    assert (await ask(source)).outcome is SourceOutcome.LIVE
    assert source.breakers[KIND].state is BreakerState.CLOSED


async def test_a_few_enterprises_without_answer_do_not_open_it():
    keys = [EnterpriseKey(code(n)) for n in range(1, 5)]
    _, source = guarded(lambda a: nothing(a, {code(1): SourceTimedOut("晚")}))
    for _ in range(5):
        assert (await ask(source, keys)).outcome is SourceOutcome.TIMED_OUT
    assert source.breakers[KIND].state is BreakerState.CLOSED


async def test_a_client_that_leaves_gives_the_probe_back():
    department, source = guarded(raising(SourceUnavailable("坏")))
    await ask(source)
    await ask(source)
    department.clock.go(5)
    department.answer = raising(asyncio.CancelledError())
    with pytest.raises(asyncio.CancelledError):
        await ask(source)
    department.answer = nothing
    assert (await ask(source)).outcome is SourceOutcome.LIVE


async def test_figures_are_those_of_the_last_asks():
    department, source = guarded()
    for _ in range(3):
        await ask(source)
    department.answer = raising(SourceDenied("拒"))
    await ask(source)
    watch = source.watches[KIND]
    seen = figures(watch.asks)
    assert (seen.asks, seen.error_rate) == (4, 0.25)
    assert seen.p50 == seen.p95 == 100
    assert watch.as_of == NOW
    assert watch.last_success
    assert (department.clock.now() - watch.last_success).total_seconds() == 0.1
