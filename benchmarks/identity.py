"""Who asks in benchmarks: an analyst, by a token of the embedded issuer."""

from pathlib import Path
from typing import Final
from urllib.parse import quote

from gateway.access.identity.issuer import open_issuer
from gateway.access.viewer import Role, Viewer

ROOMY: Final = Path(__file__).with_name("roomy.toml")
"""Limits under which nobody is refused."""


def headers(data: Path) -> dict[str, str]:
    """Give what requests to a gateway on a data directory carry."""
    token = open_issuer(data).token(Viewer("bench", Role.ANALYST), hours=12)
    return {
        "Authorization": f"Bearer {token}",
        "X-Creditnet-Purpose": quote("性能测量"),
    }
