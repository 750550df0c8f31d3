"""GraphQL over HTTP: what a request asks for and how an answer is sent.

The rules are those of the GraphQL-over-HTTP specification (stage 2): POST with a JSON
body or GET for queries; `application/graphql-response+json` with telling status codes,
or `application/json` with 200 for every well-formed request.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Protocol, TypeVar

import orjson
from graphql import ExecutionResult
from starlette.datastructures import QueryParams
from starlette.types import Receive, Scope

from gateway.leaving import ClientLeft
from gateway.measuring import more_json
from gateway.negotiation import GRAPHQL_RESPONSE, JSON
from gateway.replies import Header, Reply
from schema.scalars import write_decimal

Kind = TypeVar("Kind")
DEADLINE: Final = b"x-creditnet-deadline"
REQUIRE: Final = b"x-creditnet-require"
_DURATION: Final = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(ms|s|)")
_NAMES_OF_IDS: Final = ("documentId", "doc_id", "id")
"""Under which clients send the identifier of a document that is known here."""
_ENVELOPE: Final = 100
"""Values of a request beside its variables; many more than there are."""


class RequestRefused(Exception):
    """A request that is not well formed, with the status to answer it by."""

    def __init__(
        self,
        status: int,
        message: str,
        code: str = "BAD_REQUEST",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Keep what the client is told."""
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.headers = dict(headers or {})


@dataclass(frozen=True, slots=True)
class Operation:
    """One GraphQL request."""

    query: str
    name: str | None = None
    variables: dict[str, object] = field(default_factory=dict)
    by_get: bool = False
    deadline: float | None = None
    """Seconds that the client waits, where it says so."""
    require: str | None = None
    """What the answer must be, as the header says it."""


class Finds(Protocol):
    """Finds the document of a request that may only name it."""

    def find(self, query: str | None, identifier: str | None) -> str:
        """Give the document; raises RequestRefused when there is none."""


class Withheld(ExecutionResult):
    """An answer that was made, but is less than was required: only errors are given."""


def not_acceptable() -> RequestRefused:
    """Say that no media type the client accepts can be given."""
    words = f"只能以 {GRAPHQL_RESPONSE} 或 {JSON} 答复 (not an acceptable media type)"
    return RequestRefused(406, words)


def _no_query() -> RequestRefused:
    return RequestRefused(400, "query: 缺少查询文本 (a non-empty string is needed)")


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much a request may hold."""

    body: int
    """Bytes."""
    values: int = 10_000
    """Values in variables."""


def headers_of(scope: Scope) -> Mapping[bytes, bytes]:
    """Give the headers of a request; the first of those that bear the same name."""
    return dict(reversed(scope["headers"]))


async def read_operation(
    scope: Scope,
    headers: Mapping[bytes, bytes],
    receive: Receive,
    most: Sizes,
    documents: Finds | None = None,
) -> Operation:
    """Read the operation from a request, with what its headers ask.

    Raises RequestRefused with 400, 405, 413 or 415, what `documents` refuses, and
    ClientLeft.
    """
    text = await read_text(scope, headers, receive, most)
    return operation_of(scope, headers, text, most, documents)


async def read_text(
    scope: Scope, headers: Mapping[bytes, bytes], receive: Receive, most: Sizes
) -> bytes:
    """Give what a request says, not looked into yet: its body, or a query string.

    Raises RequestRefused with 405, 413 or 415, and ClientLeft.
    """
    if scope["method"] == "GET":
        query: bytes = scope["query_string"]
        return query
    _check_head(scope["method"], headers)
    return await _body(receive, most.body)


def operation_of(
    scope: Scope,
    headers: Mapping[bytes, bytes],
    text: bytes,
    most: Sizes,
    documents: Finds | None = None,
) -> Operation:
    """Read the operation that a text says; raises RequestRefused (400, 413).

    A document that is only named is looked up in `documents`, which may also refuse
    one that is not.
    """
    deadline = read_deadline(headers.get(DEADLINE))
    by_get = scope["method"] == "GET"
    given = _from_query(QueryParams(text)) if by_get else _from_body(text, most)
    operation = _operation(given, documents, by_get=by_get)
    require = headers.get(REQUIRE)
    if deadline is None and require is None:
        return operation
    required = None if require is None else require.decode("latin-1")
    return replace(operation, deadline=deadline, require=required)


def read_deadline(written: bytes | None) -> float | None:
    """Read milliseconds (`1500`) or seconds (`1.5s`); gives seconds.

    Raises RequestRefused (400).
    """
    if written is None:
        return None
    match = _DURATION.fullmatch(written.decode("latin-1").strip())
    seconds = float(match[1]) / (1 if match[2] == "s" else 1000) if match else 0.0
    if seconds <= 0:
        raise RequestRefused(
            400,
            "X-Creditnet-Deadline: 应为毫秒数或秒数，如 1500、1500ms、1.5s "
            "(milliseconds or seconds above 0 are needed)",
        )
    return seconds


def _check_head(method: str, headers: Mapping[bytes, bytes]) -> None:
    if method != "POST":
        raise RequestRefused(
            405,
            "只接受 POST 和 GET (POST and GET only)",
            headers={"Allow": "GET, POST"},
        )
    content = headers.get(b"content-type", b"").decode("latin-1")
    media, *parameters = content.lower().split(";")
    if media.strip() != JSON:
        raise RequestRefused(
            415,
            f"请求体应为 {JSON} (the body must be {JSON})",
            "UNSUPPORTED_MEDIA_TYPE",
        )
    if any("charset=" in p and "utf-8" not in p for p in parameters):
        raise RequestRefused(
            415, "字符集应为 UTF-8 (UTF-8 only)", "UNSUPPORTED_MEDIA_TYPE"
        )


def _from_body(body: bytes, most: Sizes) -> object:
    if more_json(body, most.values + _ENVELOPE):
        raise RequestRefused(
            413,
            f"变量值过多，上限 {most.values} "
            f"(max_values: too many values, {most.values} are allowed)",
            "LIMIT_EXCEEDED",
        )
    return _json(body, "body")


async def _body(receive: Receive, max_body: int) -> bytes:
    chunks, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientLeft
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > max_body:
            raise RequestRefused(
                413,
                f"请求体过大，上限 {max_body} 字节 "
                f"(max_body: too large, {max_body} bytes are allowed)",
                "LIMIT_EXCEEDED",
            )
        chunks.append(chunk)
        more = message.get("more_body", False)
    return b"".join(chunks)


def _from_query(parameters: QueryParams) -> object:
    given: dict[str, object] = {
        name: parameters[name]
        for name in ("query", "operationName", *_NAMES_OF_IDS)
        if name in parameters
    }
    for name in ("variables", "extensions"):
        if parameters.get(name):
            given[name] = _json(parameters[name].encode(), name)
    return given


def _json(text: bytes, where: str) -> object:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise RequestRefused(400, f"{where}: 不是 JSON (not JSON): {error}") from error


def _operation(given: object, documents: Finds | None, *, by_get: bool) -> Operation:
    if isinstance(given, list):
        raise RequestRefused(
            400,
            "不接受批量请求，每次一个操作 (no batches: send one operation at a time)",
        )
    if not isinstance(given, dict):
        raise RequestRefused(
            400, "请求体应为 JSON 对象 (the body must be a JSON object)"
        )
    name = _typed_value(given, "operationName", str)
    variables = _typed_value(given, "variables", dict)
    extensions = _typed_value(given, "extensions", dict)
    query = _document(given, extensions or {}, documents)
    return Operation(query, name or None, variables or {}, by_get)


def _document(
    given: Mapping[str, object],
    extensions: Mapping[str, object],
    documents: Finds | None,
) -> str:
    query = given.get("query") or None
    if query is not None and not isinstance(query, str):
        raise _no_query()
    if documents is not None:
        return documents.find(query, _identifier(given, extensions))
    if query is None:
        raise _no_query()
    return query


def _identifier(
    given: Mapping[str, object], extensions: Mapping[str, object]
) -> str | None:
    """Give the document's identifier: Apollo's, or Relay's under one of its names."""
    persisted = extensions.get("persistedQuery")
    if isinstance(persisted, dict):
        digest = persisted.get("sha256Hash")
        if persisted.get("version") != 1 or not isinstance(digest, str):
            raise RequestRefused(
                400, "persistedQuery: 版本应为 1 (version 1 and sha256Hash are needed)"
            )
        return digest
    named = [given[name] for name in _NAMES_OF_IDS if name in given]
    if any(not isinstance(one, str) for one in named) or len(named) > 1:
        raise RequestRefused(400, "documentId: 应为一个字符串 (one string is needed)")
    return str(named[0]) if named else None


def _typed_value(
    given: Mapping[str, object], name: str, kind: type[Kind]
) -> Kind | None:
    value = given.get(name)
    if value is None or isinstance(value, kind):
        return value
    words = "字符串 (must be a string)"
    if kind is dict:
        words = " JSON 对象 (must be a JSON object)"
    raise RequestRefused(400, f"{name}: 应为{words}")


def answered(result: ExecutionResult, media: str) -> Reply:
    """Answer by the outcome of a well-formed request."""
    body = dict(result.formatted)
    if was_not_executed(result):
        del body["data"]
    bad = "data" not in body and media == GRAPHQL_RESPONSE
    return Reply(
        400 if bad else 200,
        (_typed(media), _VARY),
        orjson.dumps(body, write_decimal, orjson.OPT_NON_STR_KEYS),
    )


def was_not_executed(result: ExecutionResult) -> bool:
    """Say whether a result tells only why nothing was executed."""
    if result.data is not None or not result.errors or isinstance(result, Withheld):
        return False
    return all(error.path is None for error in result.errors)


def refused(refusal: RequestRefused, media: str = JSON) -> Reply:
    """Answer by a refusal, as a GraphQL error."""
    error = {"message": refusal.message, "extensions": {"code": refusal.code}}
    headers = [(n.lower().encode(), v.encode()) for n, v in refusal.headers.items()]
    return Reply(
        refusal.status, (_typed(media), *headers), orjson.dumps({"errors": [error]})
    )


def _typed(media: str) -> Header:
    return b"content-type", f"{media}; charset=utf-8".encode()


_VARY: Final = (b"vary", b"Accept, X-Creditnet-Require")
