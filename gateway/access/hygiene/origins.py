"""Which other sites' pages may read answers (CORS); none, unless they are named."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

_SENT: Final = (
    "Authorization",
    "Content-Type",
    "Apollo-Require-Preflight",
    "X-Creditnet-Case",
    "X-Creditnet-Client",
    "X-Creditnet-Deadline",
    "X-Creditnet-Explain",
    "X-Creditnet-Purpose",
    "X-Creditnet-Receipt",
    "X-Creditnet-Require",
)
_READ: Final = (
    "ETag",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "X-Creditnet-Receipt",
)
_REMEMBERED: Final = 600
"""Seconds for which a browser need not ask again."""


def read_origins(written: str) -> tuple[str, ...]:
    """Read origins, `https://portal.example,https://…`; raises ValueError."""
    found = tuple(one.strip() for one in written.split(",") if one.strip())
    for one in found:
        parts = urlsplit(one)
        whole = f"{parts.scheme}://{parts.netloc}"
        known = parts.scheme in {"http", "https"} and parts.hostname
        if not known or one != whole or "*" in one or "@" in one:
            raise ValueError(
                f"{one!r}: 应为来源，如 https://portal.example "
                "(an origin is needed: scheme and host, no path, no *)"
            )
    return found


def open_to(app: ASGIApp, origins: Sequence[str]) -> ASGIApp:
    """Let pages of `origins` ask and read; of nobody where there are none."""
    if not origins:
        return app
    return CORSMiddleware(
        app,
        allow_origins=list(origins),
        allow_methods=["GET", "POST"],
        allow_headers=list(_SENT),
        expose_headers=list(_READ),
        max_age=_REMEMBERED,
    )
