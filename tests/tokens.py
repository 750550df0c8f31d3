"""What government requests carry: a token of the embedded issuer, and a purpose."""

from pathlib import Path
from urllib.parse import quote

from gateway.access.identity.issuer import open_issuer
from gateway.access.viewer import Role, Viewer

ANALYST = Viewer("test", Role.ANALYST)
PURPOSE = "核对"


def token(data: Path, viewer: Viewer = ANALYST) -> str:
    """Give a token that a gateway on a data directory believes."""
    return open_issuer(data).token(viewer, hours=1)


def headers(
    data: Path, viewer: Viewer = ANALYST, purpose: str | None = PURPOSE
) -> dict[str, str]:
    """Give the headers of a request to a gateway on a data directory."""
    stated = {} if purpose is None else {"X-Creditnet-Purpose": quote(purpose)}
    return {"Authorization": f"Bearer {token(data, viewer)}", **stated}
