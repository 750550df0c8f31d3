"""Whom a REST department lets in, and how often."""

import asyncio
from hashlib import sha256

from aiohttp import web

LIFETIME = 1800.0
"""Seconds that a token is good for."""
_ANSWERS_OF_SHORT_TOKENS = 5


class Access:
    """Checks credentials; grants tokens where they are needed."""

    def __init__(self, auth: str, secret: str) -> None:
        """Let in who shows `secret` the way `auth` says."""
        self._auth = auth
        self._secret = secret
        self._token = ""
        self._granted = 0
        self._ends = 0.0
        self._left: int | None = None
        self._short = False

    def shorten(self, *, short: bool) -> None:
        """Let tokens expire after a few answers, the present one at once."""
        self._short = short
        self._left = 0 if short else None

    def allowed(self, request: web.Request) -> bool:
        """Say whether a request shows the right credentials."""
        match self._auth:
            case "header":
                return request.headers.get("X-API-Key") == self._secret
            case "query":
                return request.query.get("appkey") == self._secret
            case "oauth":
                return self._has_token(request)
            case _:
                return request.headers.get("Authorization") == f"Bearer {self._secret}"

    async def grant(self, request: web.Request) -> web.Response:
        """Give a token to who knows the client's secret."""
        form = await request.post()
        if form.get("client_secret") != self._secret:
            return web.json_response({"error": "invalid_client"}, status=401)
        self._granted += 1
        self._token = sha256(f"{self._secret}{self._granted}".encode()).hexdigest()
        self._ends = asyncio.get_running_loop().time() + LIFETIME
        self._left = _ANSWERS_OF_SHORT_TOKENS if self._short else None
        answer = {"access_token": self._token, "token_type": "Bearer"}
        return web.json_response({**answer, "expires_in": int(LIFETIME)})

    def _has_token(self, request: web.Request) -> bool:
        shown = request.headers.get("Authorization") == f"Bearer {self._token}"
        late = asyncio.get_running_loop().time() > self._ends
        if not self._token or not shown or late or self._left == 0:
            return False
        if self._left is not None:
            self._left -= 1
        return True


class Rate:
    """At most so many requests in a second."""

    def __init__(self, most: int) -> None:
        """Allow `most` requests a second; 0 allows all."""
        self._most = most
        self._began = 0.0
        self._count = 0

    def exceeded(self) -> bool:
        """Count a request; say whether it is one too many."""
        now = asyncio.get_running_loop().time()
        if now - self._began >= 1:
            self._began, self._count = now, 0
        self._count += 1
        return 0 < self._most < self._count
