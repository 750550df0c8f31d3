"""A clock that goes when it is told to."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

START = datetime(2016, 10, 20, 1, tzinfo=UTC)


@dataclass
class Clock:
    """Seconds since it was made."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def go(self, seconds: float) -> None:
        self.seconds += seconds


def always() -> float:
    """The longest wait that chance can bring."""
    return 1.0
