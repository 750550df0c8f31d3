"""What time it is, for each of those who want to know."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Clocks:
    """What time it is: for who reads answers, for ages, and between gateways."""

    now: Callable[[], datetime]
    """May stand still."""
    ages: Callable[[], float] = time.monotonic
    """Seconds, of this process."""
    wall: Callable[[], float] = time.time
    """Unix seconds, which all gateways count alike."""
