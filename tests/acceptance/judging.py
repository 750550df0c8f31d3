"""What must hold of every answer, whatever was asked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.access.demand.limits import PACKAGED, RoleLimits

INTERNALS = ("Traceback", "site-packages", "sqlite", "File ", "INTERNAL_SERVER_ERROR")
RATES = r"(?m)^(requests|points|address_requests|address_points) = .*"


def unhurried(folder: Path) -> Path:
    """Write the packaged limits, but for how much may be asked in a minute."""
    path = folder / "limits.toml"
    path.write_text(re.sub(RATES, r"\1 = 100_000_000_000", PACKAGED.read_text()))
    return path


@dataclass
class Judge:
    """Looks at answers of one endpoint; counts them, and those with data."""

    limits: RoleLimits
    judged: int = 0
    answered: int = 0

    def look(self, status: int, text: str, body: Mapping[str, Any], asked: str) -> None:
        """Fail for a fault of ours, for anything internal, and above the limits."""
        said = f"{asked}\n{status} {text[:2000]}"
        assert status < 500, said
        assert not [word for word in INTERNALS if word in text], said
        self.judged += 1
        if body.get("data") is None:
            return
        self.answered += 1
        cost = (body.get("extensions") or {}).get("cost", {})
        for kind, most in (
            ("cost", self.limits.cost),
            ("sourceCalls", self.limits.source_calls),
        ):
            assert cost.get("estimated", {}).get(kind, 0) <= most, said
        calls = cost.get("actual", {}).get("sourceCalls", 0)
        assert calls <= self.limits.source_calls, said
