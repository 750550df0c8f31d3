"""Which other sites' pages may read answers (CORS); none, unless they are named."""

from collections.abc import Sequence
from typing import Final

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
