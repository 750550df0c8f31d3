"""The messages that a client sends by graphql-transport-ws."""

from typing import Final

import msgspec

from gateway.measuring import more_json


class ConnectionInit(msgspec.Struct, tag_field="type", tag="connection_init"):
    """The client introduces itself."""

    payload: dict[str, object] | None = None


class Ping(msgspec.Struct, tag_field="type", tag="ping"):
    """The client asks for a sign of life."""

    payload: dict[str, object] | None = None


class Pong(msgspec.Struct, tag_field="type", tag="pong"):
    """The client gives a sign of life."""

    payload: dict[str, object] | None = None


class Request(msgspec.Struct, rename="camel"):
    """An operation, as in GraphQL over HTTP."""

    query: str
    operation_name: str | None = None
    variables: dict[str, object] | None = None
    extensions: dict[str, object] | None = None


class Subscribe(msgspec.Struct, tag_field="type", tag="subscribe"):
    """The client asks for the results of an operation under a name of its own."""

    id: str
    payload: Request


class Complete(msgspec.Struct, tag_field="type", tag="complete"):
    """The client wants no more results of an operation."""

    id: str


Message = ConnectionInit | Ping | Pong | Subscribe | Complete
_ENVELOPE: Final = 8
"""Values of a message beside those that the client chooses."""
_DECODER = msgspec.json.Decoder(Message)


def read_message(text: str | None, most: int) -> Message:
    """Read a text message of at most so many values.

    Raises ValueError saying what is wrong with it.
    """
    if text is None:
        raise ValueError("Only text messages are understood")
    if more_json(text.encode(errors="surrogatepass"), most + _ENVELOPE):
        raise ValueError(f"Invalid message: more than {most} values (max_values)")
    try:
        message: Message = _DECODER.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(f"Invalid message: {error}") from error
    if isinstance(message, Subscribe | Complete) and not message.id:
        raise ValueError("Invalid message: the id is empty")
    return message


def pong(asked: Ping) -> str:
    """Answer a ping with what it brought."""
    brought = {} if asked.payload is None else {"payload": asked.payload}
    return msgspec.json.encode({"type": "pong", **brought}).decode()
