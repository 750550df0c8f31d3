"""How to ask a web interface, as far as the person said."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson

from adapters.authoring.errors import CannotAuthor
from adapters.kinds.credentials import Auth
from adapters.kinds.web import Connection, Session

SECONDS = 20.0
"""In which one request must be answered."""


@dataclass(frozen=True, slots=True)
class Access:
    """How to ask, as far as the person said."""

    method: str = "GET"
    body: str = ""
    """JSON of a POST that is answered: real codes stand where keys will."""
    keys: str = ""
    """Name of the parameter that takes the keys."""
    auth: Mapping[str, str] = field(default_factory=dict)
    """As in `[connection]`, its token a `${NAME}`."""
    token: str = field(default="", repr=False)

    def open(self, base: str) -> Session:
        """Open a session with the credentials."""
        auth = {**self.auth, **({"token": self.token} if self.token else {})}
        return Session(Connection(base, Auth(**auth)), SECONDS)  # type: ignore[arg-type]

    def connection(self) -> Mapping[str, object]:
        """Give what `[connection]` says of the credentials."""
        return {"auth": dict(self.auth)} if self.auth else {}

    def body_words(self) -> dict[str, object]:
        """Read the body; raises CannotAuthor where it is none."""
        if not self.body:
            return {}
        try:
            body = orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            words = (
                f'--body 不是 JSON：{error}，应如 {{"codes": ["9163…"]}}（not JSON）'
            )
            raise CannotAuthor(words) from error
        if not isinstance(body, dict):
            raise CannotAuthor("--body 应为 JSON 对象（an object is wanted）")
        return body
