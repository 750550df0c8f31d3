"""Headers that tell browsers what not to do with our answers."""

from collections.abc import Mapping
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.replies import Header

NOTHING: Final = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
"""Content policy of answers that are no pages."""
PAGE: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""Content policy of our own pages: nothing inline, nothing from elsewhere."""
PLAYGROUND: Final = (
    "default-src 'none'; script-src 'self' 'unsafe-inline' https://unpkg.com; "
    "style-src 'self' 'unsafe-inline' https://unpkg.com; "
    "img-src 'self' data: https:; font-src 'self' data: https://unpkg.com; "
    "worker-src 'self' blob:; connect-src 'self' https://unpkg.com; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""Content policy of the page for writing queries, which is made by others."""
_ALWAYS: Final[tuple[Header, ...]] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
_POLICY: Final = b"content-security-policy"
_YEAR: Final = 31_536_000


class SecurityHeaders:
    """Adds them to every answer, also to those that nobody thought of."""

    def __init__(
        self, app: ASGIApp, *, encrypted: bool, policies: Mapping[str, str]
    ) -> None:
        """Give pages the content policy of their paths, all others NOTHING.

        `encrypted`: browsers shall not come back without TLS.
        """
        self._app = app
        hsts = (b"strict-transport-security", b"max-age=%d" % _YEAR)
        always = (*_ALWAYS, *((hsts,) if encrypted else ()))
        self._of_paths = {
            path: (*always, (_POLICY, words.encode()))
            for path, words in policies.items()
        }
        self._of_others = (*always, (_POLICY, NOTHING.encode()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, with the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        added = self._of_paths.get(scope["path"], self._of_others)

        async def send_with(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = message.get("headers", ())
                names = {name.lower() for name, _ in given}
                more = [one for one in added if one[0] not in names]
                message = {**message, "headers": [*given, *more]}
            await send(message)

        await self._app(scope, receive, send_with)
