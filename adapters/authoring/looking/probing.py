"""Tries how a REST interface is asked: by which parameter, how many, in which pages."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import orjson

from adapters.authoring.errors import CannotAuthor
from adapters.authoring.looking.access import Access
from adapters.authoring.looking.shapes import Shape, shape_of
from adapters.authoring.sample import Doubt
from adapters.contract import Row
from adapters.errors import SourceError
from adapters.kinds.exact_json import read_json
from adapters.kinds.web import Call, Reply, Session
from adapters.paths import found as found_at
from schema.codes import uscc

KEYS = "$keys"
_PARAMETERS = (
    *("codes", "uscc", "uscc_list", "usccs", "code", "keys", "tyshxydm", "shxydm"),
    *("tyshxydms", "creditCode", "creditCodes", "xydm", "ids"),
)
_NUMBERED = ("page", "pageNo", "pageNum")
_PAGE = frozenset({"page", "pageno", "pagenum", "pageindex", "p"})
_OFFSET = frozenset({"offset", "start", "skip"})
_SIZE = frozenset({"size", "pagesize", "per_page", "perpage", "limit"})
_CODES = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}(,[0-9A-HJ-NPQRTUWXY]{18})*")
_MOST_ROWS = 1_000
_MOST_PAGES = 10
_BATCH = 50


@dataclass(frozen=True, slots=True)
class Found:
    """What came of trying."""

    rows: Sequence[Row]
    section: Mapping[str, object]
    """`request`, `scan`, `page`."""
    batch: int
    doubts: tuple[Doubt, ...] = ()
    general: tuple[Doubt, ...] = ()


class Probe:
    """Requests to one path; a request that fails says that it is not asked so."""

    def __init__(self, session: Session, path: str, access: Access) -> None:
        """Ask by `session`, which has the deadline of a request."""
        self._session, self._path, self._access = session, path, access
        self._body, self._codes = _with_keys(access.body_words())

    async def send(
        self, params: Mapping[str, object], keys: Sequence[str] = ()
    ) -> Reply:
        """Put one question; raises SourceError."""
        if self._access.method == "POST":
            body = orjson.dumps(
                _filled({**self._body, **params}, [*(keys or self._codes)])
            )
            headers = {"Content-Type": "application/json"}
            return await self._session.send(Call("POST", self._path, {}, body, headers))
        texts = {
            name: ",".join(keys) if value == KEYS else str(value)
            for name, value in params.items()
        }
        return await self._session.send(Call("GET", self._path, texts))

    async def explore(self, asked: Mapping[str, str], shape: Shape) -> Found:
        """Find the request by code, the listing and its pages."""
        plain = {
            name: value for name, value in asked.items() if not _CODES.fullmatch(value)
        }
        page, moving = _paging_said(plain)
        listed = {name: value for name, value in plain.items() if name not in moving}
        codes = _codes_in(shape.found)
        key = self._access.keys or _key_in(asked) or _key_in_body(self._body)
        key, batch = await self._by_code(key, listed, codes)
        whole = not any(_CODES.fullmatch(value) for value in asked.values())
        lists = whole and self._access.method == "GET"
        rows: Sequence[Row] = shape.found
        if lists:
            page, rows = await self._pages(listed, page, shape)
        section: dict[str, object] = {"request": self._request(key, listed)}
        doubts = []
        if key is None:
            doubts.append(Doubt("request", _NO_KEY))
        if lists:
            scan: dict[str, object] = {"path": self._path}
            section["scan"] = {**scan, "params": listed} if listed else scan
        if page:
            section["page"] = page
        general = [Doubt("batch", "一次可查几户？（how many at once?）")]
        if not lists:
            general.append(Doubt("scan", "有列出全部的接口吗？（can it list all?）"))
        return Found(rows, section, batch, tuple(doubts), tuple(general))

    def _request(self, key: str | None, listed: Mapping[str, str]) -> dict[str, object]:
        words: dict[str, object] = {"path": self._path}
        if self._access.method == "POST":
            body = self._body or {key or "codes": KEYS}
            return {"method": "POST", **words, "body": {**listed, **body}}
        return {**words, "params": {**listed, key or "codes": KEYS}}

    async def _by_code(
        self, key: str | None, listed: Mapping[str, str], codes: Sequence[str]
    ) -> tuple[str | None, int]:
        """Find the parameter that takes codes, and whether it takes several."""
        if len(codes) < 2:
            return key, 1
        for name in (key,) if key else _PARAMETERS:
            one = await self._told(name, listed, codes[:1])
            if one is None or not one <= {codes[0]} or not one:
                continue
            two = await self._told(name, listed, codes[:2])
            return name, _BATCH if two == set(codes[:2]) else 1
        return key, 1

    async def _told(
        self, name: str, listed: Mapping[str, str], codes: Sequence[str]
    ) -> set[str] | None:
        """Give the codes that an answer is about; None where it is refused."""
        try:
            reply = await self.send({**listed, name: KEYS}, codes)
            return set(_codes_in(shape_of(read_json(reply.body), self._path).found))
        except (SourceError, CannotAuthor):
            return None

    async def _pages(
        self, listed: Mapping[str, str], page: dict[str, object] | None, shape: Shape
    ) -> tuple[dict[str, object] | None, Sequence[Row]]:
        """Find how further pages are asked for, and read some."""
        first = await self.send({**listed, **_first(page)})
        if "next" in first.links:
            return {"kind": "link"}, shape.found
        if shape.next:
            return {"kind": "cursor", "send": _last(shape.next), "next": shape.next}, (
                await self._cursor_rows(listed, shape)
            )
        if page is None:
            page = await self._tried(listed, shape)
        if page is None:
            return None, shape.found
        return page, await self._numbered_rows(listed, page, shape)

    async def _tried(
        self, listed: Mapping[str, str], shape: Shape
    ) -> dict[str, object] | None:
        """See whether page two holds other rows."""
        for name in _NUMBERED:
            other = await self._rows({**listed, name: 2}, shape)
            if other and other[0] not in shape.found:
                begun = await self._rows({**listed, name: 1}, shape)
                first = 1 if begun and begun[0] == shape.found[0] else 0
                words = {"kind": "page", "send": name, "first": first}
                return {**words, "per": len(shape.found)}
        other = await self._rows({**listed, "offset": len(shape.found)}, shape)
        if other and other[0] not in shape.found:
            return {"kind": "offset", "send": "offset", "per": len(shape.found)}
        return None

    async def _rows(self, params: Mapping[str, object], shape: Shape) -> Sequence[Row]:
        try:
            body = read_json((await self.send(params)).body)
        except SourceError:
            return ()
        rows = found_at(shape.rows, body)
        return (
            [one for one in rows if isinstance(one, dict)]
            if isinstance(rows, list)
            else ()
        )

    async def _numbered_rows(
        self, listed: Mapping[str, str], page: Mapping[str, object], shape: Shape
    ) -> Sequence[Row]:
        rows = list(shape.found)
        per = int(str(page["per"]))
        begun = int(str(page.get("first", 1)))
        size = {str(page["size"]): per} if page.get("size") else {}
        for number in range(1, _MOST_PAGES):
            place = number * per if page["kind"] == "offset" else begun + number
            more = await self._rows({**listed, **size, str(page["send"]): place}, shape)
            if not more or more[0] in rows:
                break
            rows += more
            if len(rows) >= _MOST_ROWS:
                break
        return rows

    async def _cursor_rows(
        self, listed: Mapping[str, str], shape: Shape
    ) -> Sequence[Row]:
        rows: list[Row] = []
        params: dict[str, object] = dict(listed)
        for _ in range(_MOST_PAGES):
            body = read_json((await self.send(params)).body)
            told = found_at(shape.rows, body)
            rows += told if isinstance(told, list) else []
            cursor = found_at(shape.next, body)
            if not cursor or len(rows) >= _MOST_ROWS:
                break
            params[_last(shape.next)] = cursor
        return rows or shape.found


_NO_KEY = (
    "没有找到按代码查询的参数，请写明哪个参数取 $keys，"
    "或用 --keys 参数名 重做（which parameter takes the codes?）"
)


def _first(page: Mapping[str, object] | None) -> dict[str, object]:
    if page is None:
        return {}
    size = {str(page["size"]): page["per"]} if page.get("size") else {}
    begun = 0 if page["kind"] == "offset" else page.get("first", 1)
    return {**size, str(page["send"]): begun}


def _paging_said(
    params: Mapping[str, str],
) -> tuple[dict[str, object] | None, frozenset[str]]:
    """Read the paging out of the address's own parameters."""
    found: dict[str, object] = {}
    names = set()
    for name, value in params.items():
        plain = name.lower().replace("_", "")
        if not value.isdecimal():
            continue
        if plain in _PAGE:
            found |= {"kind": "page", "send": name, "first": int(value)}
        elif plain in _OFFSET:
            found |= {"kind": "offset", "send": name}
        elif plain in _SIZE:
            found |= {"size": name, "per": max(int(value), 1)}
        else:
            continue
        names.add(name)
    return ({"per": 200, **found} if "kind" in found else None), frozenset(names)


def _last(path: str) -> str:
    return path.rsplit(".", 1)[-1].strip('"')


def _key_in(asked: Mapping[str, str]) -> str | None:
    return next((name for name, text in asked.items() if _CODES.fullmatch(text)), None)


def _key_in_body(body: Mapping[str, object]) -> str | None:
    return next((name for name, value in body.items() if value == KEYS), None)


def _with_keys(
    body: Mapping[str, object],
) -> tuple[Mapping[str, object], Sequence[str]]:
    """Put `$keys` where codes stand in an example of a request, and give these."""
    for name, value in body.items():
        codes = value if isinstance(value, list) else [value]
        if codes and all(
            isinstance(one, str) and _CODES.fullmatch(one) for one in codes
        ):
            return {**body, name: KEYS}, [str(one) for one in codes]
    return body, ()


def _codes_in(rows: Iterable[Row]) -> Sequence[str]:
    """Give the enterprises' codes that stand in rows; those of authorities are none."""
    found: dict[str, None] = {}
    for text in (text for row in rows for text in _texts(row)):
        if len(text) == 18 and not text.startswith("1") and uscc.is_valid(text):
            found[text] = None
    return tuple(found)


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)


def _filled(value: object, keys: list[str]) -> object:
    """Put the keys where `$keys` stands."""
    if value == KEYS:
        return keys
    if isinstance(value, dict):
        return {name: _filled(part, keys) for name, part in value.items()}
    return value
