"""The breaker opens by what failed, and closes when a probe is answered."""

from hypothesis import given, strategies as st

from gateway.loading.breaker import Breaker, BreakerPolicy
from schema.health import BreakerState
from tests.gateway.loading.clock import Clock, always

POLICY = BreakerPolicy(failures=3, share=0.5, window=6, wait=5, longest_wait=12)


def ask(breaker: Breaker, *, failed: bool | None) -> bool:
    """Ask once; say whether it was let through."""
    admitted = breaker.admit()
    if admitted is None:
        return False
    breaker.settle(admitted, failed=failed)
    return True


def state(breaker: Breaker) -> BreakerState:
    return breaker.state


def opened(clock: Clock, chance: float = 1.0) -> Breaker:
    breaker = Breaker(POLICY, clock, lambda: chance)
    for _ in range(3):
        ask(breaker, failed=True)
    return breaker


def test_failures_in_a_row_open_it_and_a_success_between_them_does_not():
    breaker = Breaker(POLICY, Clock(), always)
    for failed in (True, True, False, True):
        assert ask(breaker, failed=failed)
    assert state(breaker) is BreakerState.CLOSED
    ask(breaker, failed=True)
    ask(breaker, failed=True)
    assert state(breaker) is BreakerState.OPEN
    assert not ask(breaker, failed=False)


def test_more_than_a_share_of_the_window_opens_it():
    breaker = Breaker(POLICY, Clock(), always)
    for failed in (True, True, False, True, False):
        ask(breaker, failed=failed)
    assert state(breaker) is BreakerState.CLOSED
    ask(breaker, failed=True)
    assert state(breaker) is BreakerState.OPEN


def test_what_tells_nothing_changes_nothing():
    breaker = Breaker(POLICY, Clock(), always)
    for failed in (True, True, None, None, True):
        ask(breaker, failed=failed)
    assert state(breaker) is BreakerState.OPEN


def test_half_open_lets_one_probe_through_which_closes_it():
    clock = Clock()
    breaker = opened(clock)
    clock.go(4.9)
    assert breaker.admit() is None
    clock.go(0.1)
    assert state(breaker) is BreakerState.HALF_OPEN
    probe = breaker.admit()
    assert probe is not None
    assert breaker.admit() is None
    breaker.settle(probe, failed=False)
    assert state(breaker) is BreakerState.CLOSED
    assert breaker.pause is None


def test_a_probe_that_tells_nothing_lets_another_through():
    clock = Clock()
    breaker = opened(clock)
    clock.go(5)
    assert ask(breaker, failed=None)
    assert state(breaker) is BreakerState.HALF_OPEN
    assert ask(breaker, failed=False)
    assert state(breaker) is BreakerState.CLOSED


def test_waits_grow_up_to_a_bound_and_the_beginning_stays():
    clock = Clock()
    breaker = opened(clock)
    waits = []
    for _ in range(4):
        pause = breaker.pause
        assert pause
        assert pause.since == 0
        waits.append(pause.until - clock())
        clock.go(waits[-1])
        ask(breaker, failed=True)
    assert waits == [5, 10, 12, 12]


def test_waits_are_spread():
    pause = opened(Clock(), chance=0.0).pause
    assert pause
    assert pause.until == 2.5


def test_what_was_let_through_before_it_opened_does_not_close_it():
    clock = Clock()
    breaker = Breaker(POLICY, clock, always)
    early = breaker.admit()
    assert early is not None
    for _ in range(3):
        ask(breaker, failed=True)
    breaker.settle(early, failed=False)
    assert state(breaker) is BreakerState.OPEN
    clock.go(5)
    breaker.settle(early, failed=False)
    assert state(breaker) is BreakerState.HALF_OPEN


@given(st.lists(st.tuples(st.floats(0, 30), st.sampled_from([True, False, None]))))
def test_it_always_comes_to_ask_again(steps: list[tuple[float, bool | None]]):
    clock = Clock()
    breaker = Breaker(POLICY, clock, always)
    for seconds, failed in steps:
        clock.go(seconds)
        ask(breaker, failed=failed)
    clock.go(POLICY.longest_wait)
    assert ask(breaker, failed=False)
    assert state(breaker) is BreakerState.CLOSED
