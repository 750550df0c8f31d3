"""Looks at a REST interface with JSON: at an answer in a file, or live."""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, urlsplit

from adapters.authoring.errors import CannotAuthor
from adapters.authoring.looking.access import Access
from adapters.authoring.looking.probing import Found, Probe
from adapters.authoring.looking.shapes import Shape, columns_of, shape_of
from adapters.authoring.sample import MOST_ROWS, Doubt, Look, Sample
from adapters.errors import SourceDenied, SourceError
from adapters.kinds.exact_json import read_json
from adapters.kinds.web import Reply

_CREDENTIALS = (
    "请把令牌放进环境变量（如 QH_EPD_TOKEN），并用 --auth bearer、header:名称 或 "
    "query:名称 指明它放在请求的哪里（say where the token goes）"
)


def look_at_answer(text: bytes, name: str, variable: str) -> Look:
    """Look at an answer that was saved; how it is asked for is left to a person."""
    shape = shape_of(_json(text, name), name)
    section = {
        "request": {"path": "/", "params": {"codes": "$keys"}},
        **_read_words(shape),
    }
    doubts = (
        Doubt(
            "request",
            "请改为实际的路径和参数，$keys 代表所查的代码（path, parameter?）",
        ),
        *_shape_doubts(shape),
    )
    sample = Sample(
        name.rsplit(".", 1)[0],
        shape.found[:MOST_ROWS],
        columns_of(shape.found),
        section,
        doubts=doubts,
        answer=read_json(text),
    )
    return Look(
        kind="rest",
        connection={"base_url": f"${{{variable}}}"},
        samples=(sample,),
        capabilities={"batch": 1, "scan": False},
        doubts=(
            Doubt("batch", "一次可查几户？（how many at once?）"),
            Doubt(
                "scan", "有列出全部的接口时写 scan 一节并改为 true（can it list all?）"
            ),
        ),
    )


async def look_at_web(address: str, access: Access, variable: str) -> Look:
    """Ask an address, then try how it is asked by code, in sets, page by page.

    Raises CannotAuthor with what to change where. Sends at most a few dozen requests.
    """
    parts = urlsplit(address)
    base = f"{parts.scheme}://{parts.netloc}"
    session = access.open(base)
    asked = dict(parse_qsl(parts.query, keep_blank_values=True))
    try:
        probe = Probe(session, parts.path or "/", access)
        reply = await _first(probe, asked, address)
        body = _json(reply.body, address)
        shape = shape_of(body, address)
        found = await probe.explore(asked, shape)
    except SourceError as error:
        raise CannotAuthor(f"{base}{parts.path}: {error.reason}") from error
    finally:
        await session.close()
    sample = _sample(found, shape, body, _name(parts.path))
    return Look(
        kind="rest",
        connection={"base_url": f"${{{variable}}}", **access.connection()},
        samples=(sample,),
        capabilities={"batch": found.batch, "scan": "scan" in sample.section},
        variables={variable: base},
        doubts=found.general,
    )


async def _first(probe: Probe, asked: Mapping[str, str], address: str) -> Reply:
    try:
        return await probe.send(asked)
    except SourceDenied as error:
        raise CannotAuthor(f"{address}: {error.reason}；{_CREDENTIALS}") from error


def _sample(found: Found, shape: Shape, body: object, name: str) -> Sample:
    return Sample(
        name=name,
        rows=found.rows[:MOST_ROWS],
        columns=columns_of(found.rows),
        section={**found.section, **_read_words(shape)},
        doubts=(*found.doubts, *_shape_doubts(shape)),
        answer=body,
    )


def _read_words(shape: Shape) -> dict[str, object]:
    words: dict[str, object] = {"rows": shape.rows}
    if shape.as_of:
        words["as_of"] = shape.as_of
    if shape.success:
        words["success"] = {"path": shape.success, "one_of": [shape.succeeded]}
    return words


def _shape_doubts(shape: Shape) -> Sequence[Doubt]:
    doubts = []
    if shape.as_of:
        doubts.append(Doubt("as_of", "这是数据截至的时间吗？（time of the data?）"))
    if shape.success:
        doubts.append(Doubt("success", "除此之外还有哪些值表示成功？（others?）"))
    return doubts


def _json(text: bytes, name: str) -> object:
    if not text.strip():
        raise CannotAuthor(f"{name}: 空的，请换一份有记录的样本（empty）")
    try:
        return read_json(text)
    except SourceError as error:
        raise CannotAuthor(f"{name}: {error.reason}") from error


def _name(path: str) -> str:
    """Name what an address is about: the last words of its path."""
    return "_".join(part for part in path.split("/") if part)[-60:]
