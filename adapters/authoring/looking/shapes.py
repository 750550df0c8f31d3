"""What an answer's envelope says: where its rows stand, how to go on, how fresh."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from adapters.authoring.errors import CannotAuthor
from adapters.contract import Row
from adapters.kinds.moments import read_moment

_DEEPEST = 6
_WORDS_OF_SUCCESS = frozenset(
    {"成功", "success", "ok", "true", "0", "200", "00", "0000"}
)
_SUCCESS = (
    "code",
    "status",
    "success",
    "state",
    "ret",
    "errcode",
    "result",
    "flag",
    "bz",
)
_TOTAL = (
    "total",
    "totalcount",
    "count",
    "zs",
    "totalelements",
    "totalrows",
    "recordcount",
)
_NEXT = ("next", "nextcursor", "cursor", "nextpagetoken", "continuation", "endcursor")
_AS_OF = (
    "asof",
    "time",
    "datatime",
    "updatetime",
    "updatedat",
    "sjsj",
    "gxsj",
    "timestamp",
)


@dataclass(frozen=True, slots=True)
class Shape:
    """One answer taken apart; paths are JMESPaths, empty where nothing was found."""

    rows: str
    found: Sequence[Row]
    total: str = ""
    next: str = ""
    as_of: str = ""
    success: str = ""
    succeeded: object = None
    """What stands at `success` in this answer, which was one."""


def shape_of(body: object, name: str) -> Shape:
    """Take an answer apart; raises CannotAuthor where no list of objects is in it."""
    lists = [one for one in _lists(body) if one[1]]
    if not lists:
        raise CannotAuthor(
            f"{name}: 答复中没有记录列表，请换一份有记录的样本（no list of rows in it）"
        )
    path, rows = max(lists, key=lambda one: (len(one[1]), -one[0].count(".")))
    scalars = dict(_scalars(body, path))
    success, value = _success(scalars)
    return Shape(
        rows=path or "@",
        found=rows,
        total=_named(scalars, _TOTAL, lambda value: _is_total(value, len(rows))),
        next=_named(scalars, _NEXT, lambda value: value is None or bool(value)),
        as_of=_named(scalars, _AS_OF, lambda value: read_moment(value) is not None),
        success=success,
        succeeded=value,
    )


def columns_of(rows: Sequence[Row]) -> tuple[str, ...]:
    """Name all columns; those of nested objects by path."""
    found: dict[str, None] = {}
    for row in rows:
        for path in _paths(row, ""):
            found[path] = None
    return tuple(found)


def _paths(row: Row, before: str) -> Iterator[str]:
    for name, value in row.items():
        path = f"{before}{name}"
        if isinstance(value, Mapping) and value:
            yield from _paths(value, f"{path}.")
        else:
            yield path


def _lists(
    body: object, path: str = "", deep: int = 0
) -> Iterator[tuple[str, list[Row]]]:
    if isinstance(body, list):
        if all(isinstance(one, dict) for one in body):
            yield path, body
    elif isinstance(body, Mapping) and deep < _DEEPEST:
        for name, inner in body.items():
            yield from _lists(inner, _joined(path, name), deep + 1)


def _scalars(body: object, rows: str, path: str = "") -> Iterator[tuple[str, object]]:
    """Give what stands beside the rows."""
    if isinstance(body, Mapping):
        for name, inner in body.items():
            inside = _joined(path, name)
            if inside != rows:
                yield from _scalars(inner, rows, inside)
    elif path and not isinstance(body, list):
        yield path, body


def _named(
    scalars: Mapping[str, object], names: Sequence[str], fits: Callable[[object], bool]
) -> str:
    for name in names:
        for path, value in scalars.items():
            if _plain(path) == name and fits(value):
                return path
    return ""


def _success(scalars: Mapping[str, object]) -> tuple[str, object]:
    for name in _SUCCESS:
        for path, value in scalars.items():
            if _plain(path) == name and str(value).lower() in _WORDS_OF_SUCCESS:
                return path, value
    return "", None


def _is_total(value: object, rows: int) -> bool:
    return type(value) is int and value >= rows


def _plain(path: str) -> str:
    return path.rsplit(".", 1)[-1].strip('"').replace("_", "").lower()


def _joined(path: str, name: str) -> str:
    return f"{path}.{_step(name)}" if path else _step(name)


def _step(name: str) -> str:
    """Write a name as a step of a JMESPath."""
    plain = (
        name.isascii() and name.replace("_", "a").isalnum() and not name[0].isdigit()
    )
    return name if plain else f'"{name}"'
