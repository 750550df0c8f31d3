"""What an Accept header asks for."""

from dataclasses import dataclass
from typing import Final

from gateway.recent import Recent

GRAPHQL_RESPONSE: Final = "application/graphql-response+json"
JSON: Final = "application/json"
MULTIPART: Final = "multipart/mixed"
EVENT_STREAM: Final = "text/event-stream"


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a client takes."""

    media: str | None
    """Media type of an answer in one piece; None when ours are not accepted."""
    parts: bool
    """Whether an answer may come in parts."""
    events: bool
    """Whether an event stream is preferred to JSON."""


class Negotiation:
    """Reads Accept headers; most clients send the same few."""

    def __init__(self, most: int = 256, characters: int = 65_536) -> None:
        """Remember at most so many headers, of so many characters together."""
        self._read: Recent[Accepted] = Recent(most, characters)

    def accepted(self, header: str) -> Accepted:
        """Say what a header asks for; an empty one stands for none."""
        accepted = self._read.get(header)
        if accepted is None:
            parts, others = split(header)
            accepted = Accepted(media_of(others), parts, wants_events(header))
            self._read.keep(header, accepted)
        return accepted


def split(accept: str) -> tuple[bool, str]:
    """Say whether an Accept header takes parts, and what else it takes.

    Clients that ask for an earlier form of parts (`deferSpec`) are answered whole.
    """
    offers = [offer.strip() for offer in accept.split(",") if offer.strip()]
    mine = [one for one in offers if one.split(";")[0].strip().lower() == MULTIPART]
    takes = any("deferspec" not in one.lower() for one in mine)
    return takes, ", ".join(one for one in offers if one not in mine)


def media_of(header: str) -> str | None:
    """Choose the media type of the answer; None when neither of ours is accepted.

    Without a header the answer is `application/json`, as the specification asks for
    older clients.
    """
    offers: dict[str, float] = {}
    for part in header.split(",") if header.strip() else [JSON]:
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if any(p.startswith("charset=") and "utf-8" not in p for p in parameters):
            continue
        offers[name] = max(offers.get(name, 0.0), _quality(parameters))

    def weight(media: str) -> float:
        group = media.split("/", maxsplit=1)[0] + "/*"
        return next((offers[n] for n in (media, group, "*/*") if n in offers), 0.0)

    if weight(GRAPHQL_RESPONSE) > 0 and (
        weight(GRAPHQL_RESPONSE) >= weight(JSON) and header != "*/*"
    ):
        return GRAPHQL_RESPONSE
    return JSON if weight(JSON) > 0 else None


def wants_events(header: str) -> bool:
    """Say whether an Accept header prefers an event stream to JSON."""
    offers: dict[str, float] = {}
    for part in header.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        offers[name] = _quality(parameters)
    json = max(offers.get(GRAPHQL_RESPONSE, 0.0), offers.get(JSON, 0.0))
    return offers.get(EVENT_STREAM, 0.0) > json


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return float(parameter.removeprefix("q="))
            except ValueError:
                return 0.0
    return 1.0
