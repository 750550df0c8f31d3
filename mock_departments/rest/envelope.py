"""Wraps a page the way each department does."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from aiohttp import web

from mock_departments.rest.departments import RestDepartment
from mock_departments.rest.paging import Page

NEVER_RIGHT = frozenset({"QH-CUL"})
"""Whose total is wrong even in health."""


@dataclass(frozen=True, slots=True)
class Told:
    """What an answer says beside its rows."""

    as_of: datetime
    wrong_total: bool = False
    failed: bool = False


def envelope(
    page: Page, department: RestDepartment, told: Told, request: web.Request
) -> web.Response:
    """Give the answer with this page."""
    answer: dict[str, object] = {}
    put(answer, department.rows, page.rows)
    headers = _time(answer, department, told)
    if department.success:
        success = department.success
        put(answer, success.path, success.failed if told.failed else success.well)
    if department.total:
        wrong = told.wrong_total or department.code in NEVER_RIGHT
        put(answer, department.total, page.total + 7 if wrong else page.total)
    if page.next is not None and department.paging == "cursor":
        put(answer, f"{department.rows.rpartition('.')[0]}.next", page.next)
    if page.next is not None and department.paging == "link":
        target = request.url.update_query(page=page.next)
        headers["Link"] = f'<{target}>; rel="next"'
    response = web.json_response(answer, headers=headers)
    if department.gzip:
        response.enable_compression(web.ContentCoding.gzip)
    return tagged(response, request) if department.model else response


def _time(
    answer: dict[str, object], department: RestDepartment, told: Told
) -> dict[str, str]:
    """Put the time of the data into the answer, or into the headers it gives."""
    moment = told.as_of.isoformat()
    if department.as_of.startswith("header:"):
        return {department.as_of.removeprefix("header:"): moment}
    put(answer, department.as_of, moment)
    return {}


def tagged(response: web.Response, request: web.Request) -> web.Response:
    """Add an ETag, or say that nothing changed since the one asked with."""
    tag = sha256((response.text or "").encode()).hexdigest()[:16]
    if any(known.value == tag for known in request.if_none_match or ()):
        return web.Response(status=304, headers={"ETag": f'"{tag}"'})
    response.etag = tag
    return response


def put(answer: dict[str, object], path: str, value: object) -> None:
    """Put a value at a dotted path."""
    *parents, name = [part for part in path.split(".") if part]
    for parent in parents:
        inner = answer.setdefault(parent, {})
        if isinstance(inner, dict):
            answer = inner
    answer[name] = value


def nest(row: Mapping[str, object], nested: Mapping[str, str]) -> dict[str, object]:
    """Move columns into inner objects."""
    moved = {column for columns in nested.values() for column in columns.split()}
    outer = {column: value for column, value in row.items() if column not in moved}
    inner = {
        name: {column: row[column] for column in columns.split() if column in row}
        for name, columns in nested.items()
    }
    return {**inner, **outer}
