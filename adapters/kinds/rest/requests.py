"""Fills a declared request in: keys, and the page that is wanted."""

from collections.abc import Mapping
from urllib.parse import quote

import orjson

from adapters.kinds.rest.options import Paging, Request
from adapters.kinds.web import Call

_KEYS = ("$keys", "$key")


def make_call(
    request: Request, keys: list[str], page: Paging, start: str | None
) -> Call:
    """Ask for the first page, or for the one that `start` says."""
    path, moving = _path(request.path, keys), _moving(page, start)
    if page.kind == "link" and start:
        return Call(request.method, start, {}, *_body(request, keys, {}))
    if request.method == "POST":
        params = _texts(request.params, keys)
        return Call("POST", path, params, *_body(request, keys, moving))
    return Call("GET", path, _texts({**request.params, **moving}, keys))


def _path(path: str, keys: list[str]) -> str:
    """Put the only key, percent-encoded, where `$key` is a part of the path."""
    if "$key" not in path:
        return path
    parts = (quote(keys[0], safe="") if p == "$key" else p for p in path.split("/"))
    return "/".join(parts)


def _moving(page: Paging, start: str | None) -> dict[str, object]:
    moving: dict[str, object] = {page.size: page.per} if page.size else {}
    if page.kind in {"page", "offset"}:
        initial = page.first if page.kind == "page" else 0
        moving[page.send] = int(start) if start else initial
    elif page.kind == "cursor" and start:
        moving[page.send] = start
    return moving


def _body(
    request: Request, keys: list[str], moving: Mapping[str, object]
) -> tuple[bytes | None, Mapping[str, str]]:
    if request.method == "GET":
        return None, {}
    body = _filled({**(request.body or {}), **moving}, keys)
    return orjson.dumps(body), {"Content-Type": "application/json"}


def _filled(value: object, keys: list[str]) -> object:
    """Put the keys where `$keys` stands, and the only one where `$key` does."""
    if value == "$keys":
        return keys
    if value == "$key":
        return keys[0]
    if isinstance(value, dict):
        return {name: _filled(part, keys) for name, part in value.items()}
    return [_filled(part, keys) for part in value] if isinstance(value, list) else value


def _texts(params: Mapping[str, object], keys: list[str]) -> dict[str, str]:
    return {
        name: ",".join(keys) if value in _KEYS else str(value)
        for name, value in params.items()
    }
