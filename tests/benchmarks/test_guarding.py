"""Two contestants are compared by the median of what they did in the same rounds."""

from benchmarks.guarding import share
from benchmarks.peers.target import Figures


def figures(per_second: float, cpu: float) -> Figures:
    return Figures(per_second, 1.0, 2.0, cpu, 0)


def test_a_round_in_which_the_machine_was_slow_decides_nothing() -> None:
    rounds = [
        {"a": figures(90, 1.1), "b": figures(100, 1.0)},
        {"a": figures(9, 11.0), "b": figures(10, 10.0)},
        {"a": figures(5, 20.0), "b": figures(100, 1.0)},
    ]
    found = share(rounds, "a", "b")
    assert round(found.rate, 3) == 0.9
    assert round(found.cpu, 3) == 1.1
