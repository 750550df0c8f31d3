"""Looks at a GraphQL schema: which field lists records, and how it is asked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import orjson
from graphql import (
    GraphQLError,
    GraphQLField,
    GraphQLList,
    GraphQLObjectType,
    GraphQLSchema,
    build_client_schema,
    build_schema,
    get_introspection_query,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_required_argument,
)

from adapters.authoring.errors import CannotAuthor
from adapters.authoring.looking.access import Access
from adapters.authoring.sample import MOST_ROWS, Doubt, Look, Sample
from adapters.contract import Row
from adapters.errors import SourceError
from adapters.kinds.exact_json import read_json
from adapters.kinds.web import Call, Session
from adapters.paths import found as found_at

_KEYS = ("codes", "usccs", "creditcodes", "uscc", "keys", "code", "ids", "tyshxydm")
_AFTER = ("after", "cursor")
_FIRST = ("first", "limit", "size", "pagesize")
_NEXT = ("next", "endcursor", "nextcursor", "cursor")
_AS_OF = ("asof", "time", "datatime", "updatedat")
_PER_PAGE = 200


@dataclass(frozen=True, slots=True)
class _Listing:
    """A field of the root that lists objects, and the way to them."""

    name: str
    field: GraphQLField
    steps: tuple[str, ...]
    """From the field's object to the list."""
    item: GraphQLObjectType


def look_at_schema(text: bytes, name: str, variable: str) -> Look:
    """Look at a schema that was saved: SDL, or the answer of an introspection."""
    return _look(_schema(text, name), {}, variable, {}, {})


async def look_at_graph(address: str, access: Access, variable: str) -> Look:
    """Ask an endpoint for its schema and for some rows; raises CannotAuthor."""
    parts = urlsplit(address)
    base = f"{parts.scheme}://{parts.netloc}"
    session = access.open(base)
    path = parts.path or "/graphql"
    try:
        reply = await _send(session, path, get_introspection_query(), {})
        schema = _schema(orjson.dumps(reply), address)
        rows = {
            listing.name: await _rows(session, path, listing)
            for listing in _listings(schema)
        }
    except SourceError as error:
        raise CannotAuthor(f"{address}: {error.reason}") from error
    finally:
        await session.close()
    connection: dict[str, object] = {"path": path} if path != "/graphql" else {}
    connection |= access.connection()
    return _look(schema, connection, variable, {variable: base}, rows)


def _look(
    schema: GraphQLSchema,
    connection: Mapping[str, object],
    variable: str,
    variables: Mapping[str, str],
    rows: Mapping[str, Sequence[Row]],
) -> Look:
    samples = tuple(
        _sample(listing, rows.get(listing.name, ())) for listing in _listings(schema)
    )
    if not samples:
        raise CannotAuthor(
            "Query 中没有返回列表的字段（no field of Query lists objects）"
        )
    return Look(
        kind="graphql",
        connection={"base_url": f"${{{variable}}}", **connection},
        samples=samples,
        capabilities={"batch": 100},
        variables=variables,
        doubts=(Doubt("batch", "一次可查几户？（how many at once?）"),),
    )


def _schema(text: bytes, name: str) -> GraphQLSchema:
    try:
        if text.lstrip().startswith(b"{"):
            body = orjson.loads(text)
            told = body.get("data", body)
            return build_client_schema(told)
        return build_schema(text.decode("utf-8"), assume_valid_sdl=True)
    except (GraphQLError, ValueError, TypeError, KeyError, AttributeError) as error:
        first = str(error).splitlines()[0][:200]
        words = f"{name}: 不是 GraphQL 模式：{first}（not a schema）"
        raise CannotAuthor(words) from error


def _listings(schema: GraphQLSchema) -> Iterator[_Listing]:
    if schema.query_type is None:
        return
    for name, field in schema.query_type.fields.items():
        found = _way(field.type)
        if found is not None and not name.startswith("_"):
            yield _Listing(name, field, *found)


def _way(kind: object) -> tuple[tuple[str, ...], GraphQLObjectType] | None:
    """Find the list of objects in what a field gives, at most two steps down."""
    item = _item(kind)
    if item is not None:
        return (), item
    inner = get_nullable_type(kind)  # type: ignore[call-overload]
    if not isinstance(inner, GraphQLObjectType):
        return None
    for name, field in inner.fields.items():
        item = _item(field.type)
        if item is None:
            continue
        node = item.fields.get("node")
        if node is not None and name == "edges":
            return None  # such lists have `nodes` beside, or need a path of their own
        return (name,), item
    return None


def _item(kind: object) -> GraphQLObjectType | None:
    """Give what a list holds, where these are objects."""
    listed = get_nullable_type(kind)  # type: ignore[call-overload]
    if not isinstance(listed, GraphQLList):
        return None
    item = get_named_type(listed)
    return item if isinstance(item, GraphQLObjectType) else None


def _columns(item: GraphQLObjectType) -> Mapping[str, str]:
    """Name the plain fields, each with its description."""
    return {
        name: (field.description or "").strip()
        for name, field in item.fields.items()
        if is_leaf_type(get_named_type(field.type))
        and not any(map(is_required_argument, field.args.values()))
    }


def _sample(listing: _Listing, rows: Sequence[Row]) -> Sample:
    columns = _columns(listing.item)
    key, rows_at = _argument(listing, _KEYS), _path(listing, listing.steps)
    section: dict[str, object] = {
        "document": _document(listing),
        "variables": {"codes": "$keys"},
        "rows": rows_at,
    }
    following, as_of = _beside(listing, _NEXT), _beside(listing, _AS_OF)
    if following and _argument(listing, _AFTER):
        section["next"] = _path(listing, (following,))
    if as_of:
        section["as_of"] = _path(listing, (as_of,))
    words = "哪个参数取所查的代码？（which argument takes the codes?）"
    doubts = () if key else (Doubt("document", words),)
    titles = {
        name: title for name, title in columns.items() if title and len(title) < 30
    }
    return Sample(listing.name, rows, tuple(columns), section, titles, doubts)


def _document(listing: _Listing) -> str:
    """Write the operation that the declaration needs."""
    given: list[str] = []
    taken: list[str] = []
    for names, variable in ((_KEYS, "codes"), (_AFTER, "after")):
        argument = _argument(listing, names)
        if argument:
            given.append(f"${variable}: {listing.field.args[argument].type}")
            taken.append(f"{argument}: ${variable}")
    size = _argument(listing, _FIRST)
    if size:
        taken.append(f"{size}: {_PER_PAGE}")
    head = f"query({', '.join(given)})" if given else "query"
    call = f"{listing.name}({', '.join(taken)})" if taken else listing.name
    inner = " ".join(_columns(listing.item))
    for step in reversed(listing.steps):
        beside = [_beside(listing, names) for names in (_AS_OF, _NEXT)]
        inner = " ".join((*filter(None, beside), f"{step} {{ {inner} }}"))
    return f"{head} {{\n  {call} {{\n    {inner}\n  }}\n}}"


def _argument(listing: _Listing, names: Sequence[str]) -> str:
    plain = {name.replace("_", "").lower(): name for name in listing.field.args}
    return next((plain[name] for name in names if name in plain), "")


def _beside(listing: _Listing, names: Sequence[str]) -> str:
    """Find a plain field beside the list."""
    inner = get_nullable_type(listing.field.type)
    if not listing.steps or not isinstance(inner, GraphQLObjectType):
        return ""
    plain = {name.replace("_", "").lower(): name for name in _columns(inner)}
    return next((plain[name] for name in names if name in plain), "")


def _path(listing: _Listing, steps: Sequence[str]) -> str:
    return ".".join(("data", listing.name, *steps))


async def _rows(session: Session, path: str, listing: _Listing) -> Sequence[Row]:
    """Read a first page; a field that does not answer so is judged by its names."""
    try:
        body = await _send(session, path, _document(listing), {"codes": None})
    except SourceError:
        return ()
    rows = found_at(_path(listing, listing.steps), body)
    return [one for one in rows if isinstance(one, dict)][:MOST_ROWS] if rows else ()  # type: ignore[attr-defined]


async def _send(
    session: Session, path: str, document: str, variables: Mapping[str, object]
) -> object:
    text = orjson.dumps({"query": document, "variables": variables})
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    return read_json((await session.send(Call("POST", path, {}, text, headers))).body)
