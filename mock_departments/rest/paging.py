"""Cuts pages the way each department does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mock_departments.rest.departments import RestDepartment

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Page:
    """One page, and what asks for the next."""

    rows: Sequence[Row]
    total: int
    next: str | None


def cut(
    rows: Sequence[Row],
    department: RestDepartment,
    asked: Mapping[str, object],
    *,
    repeat: bool,
) -> Page:
    """Cut the page that was asked for; `repeat` gives the first one again."""
    per = min(_number(asked, "size", department.per), department.per)
    start = 0 if repeat else _start(department.paging, asked, per)
    end = start + per
    following = None
    if end < len(rows) or repeat:
        following = str(_number(asked, "page", 1) + 1)
        if department.paging == "cursor":
            following = f"c{end}"
    return Page(rows[start:end], len(rows), following)


def _start(paging: str, asked: Mapping[str, object], per: int) -> int:
    match paging:
        case "page" | "link":
            return (_number(asked, "page", 1) - 1) * per
        case "page0":
            return _number(asked, "page", 0) * per
        case "offset":
            return _number(asked, "offset", 0)
        case _:
            return int(str(asked.get("cursor") or "c0").removeprefix("c"))


def _number(asked: Mapping[str, object], name: str, default: int) -> int:
    return int(str(asked.get(name, default)))
