"""How fast and how luckily a department answers."""

import asyncio
import math
from pathlib import Path
from random import Random

NINETY_FIFTH = 1.645


class Pace:
    """Latency like a department's: log-normal through its p50 and p95."""

    def __init__(self, directory: Path, code: str, p50: float, p95: float) -> None:
        """Read the factor (1 as in the table, 0 none) from `directory/pace`."""
        file = directory / "pace"
        self._factor = float(file.read_text()) if file.exists() else 1.0
        self._p50, self._p95 = p50, max(p95, p50)
        self._sigma = math.log(self._p95 / p50) / NINETY_FIFTH if p50 else 0.0
        self._random = Random(code)

    async def wait(self, *, slow: bool = False) -> None:
        """Take the time an answer takes; ten times the p95 when `slow`."""
        if slow:
            await asyncio.sleep(max(self._p95, 300.0) * 10 / 1000)
        elif self._factor and self._p50:
            seconds = self._p50 / 1000 * math.exp(self._random.gauss(0, self._sigma))
            await asyncio.sleep(seconds * self._factor)

    def unlucky(self, percent: float) -> bool:
        """Say whether this answer is one of those that fail by themselves."""
        return self._random.random() * 100 < percent * self._factor
