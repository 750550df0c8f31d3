"""Makes errors fit for the client: ours in full, others by a number in the log."""

from collections.abc import Sequence
from uuid import uuid4

import structlog
from graphql import GraphQLError, VariableDefinitionNode

from schema.errors import RequestError

_log = structlog.get_logger(__name__)


def presented(errors: Sequence[GraphQLError] | None) -> list[GraphQLError] | None:
    """Give what the client may know of errors; None when there are none.

    What failed for a whole set is one line of the log, and one number.
    """
    numbers: dict[int, str] = {}
    return [_presentable(error, numbers) for error in errors or ()] or None


def _presentable(error: GraphQLError, numbers: dict[int, str]) -> GraphQLError:
    """Give what the client may know of an error: ours in full, others by an id."""
    original = error.original_error
    while isinstance(original, GraphQLError) and original.original_error:
        original = original.original_error
    if isinstance(original, RequestError):
        return _again(error, str(original), original.extensions)
    if error.path is None:
        return _again(error, error.message, _of_input(error))
    if original is None or isinstance(original, GraphQLError):
        return _again(error, error.message, {"code": "BAD_USER_INPUT"})
    number = numbers.get(id(original))
    if number is None:
        number = numbers[id(original)] = uuid4().hex
        _log.error("field failed", error_id=number, path=error.path, exc_info=original)
    words = f"内部错误，编号 {number} (internal error, quote this number)"
    return _again(error, words, {"code": "INTERNAL_SERVER_ERROR", "id": number})


def _of_input(error: GraphQLError) -> dict[str, object]:
    extensions: dict[str, object] = {"code": "BAD_USER_INPUT"}
    for node in error.nodes or ():
        if isinstance(node, VariableDefinitionNode):
            extensions["argument"] = f"${node.variable.name.value}"
    return extensions


def _again(
    error: GraphQLError, message: str, extensions: dict[str, object]
) -> GraphQLError:
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=extensions,
    )
