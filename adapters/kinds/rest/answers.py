"""Reads one page of an answer, strictly as declared."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.contract import Row
from adapters.errors import SourceContractBroken
from adapters.kinds.exact_json import read_json
from adapters.kinds.moments import read_moment
from adapters.kinds.rest.options import Section
from adapters.kinds.web import Reply
from adapters.paths import found

_HEADER = "header:"
_OK = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """One page."""

    rows: Sequence[Row]
    as_of: datetime | None
    total: int | None
    """Rows on all pages, as told."""
    next: str | None
    """The cursor or path of the next page, where the answer gives one."""


def read_answer(section: Section, reply: Reply) -> Answer:
    """Read a page; raises SourceContractBroken."""
    if reply.status != _OK:
        return _nothing(section, reply)
    body = read_json(reply.body)
    _refuse_error(section, body)
    return Answer(
        _rows(section, body),
        _as_of(section, body, reply),
        _total(section, body),
        _following(section, body, reply),
    )


def _nothing(section: Section, reply: Reply) -> Answer:
    """Read an answer that says by its status that nothing is held, as declared."""
    said, path = section.none_when, section.none_when.path if section.none_when else ""
    if said is None or said.status != reply.status:
        words = f"意外的状态 {reply.status} (unexpected status)"
        raise SourceContractBroken(words)
    if reply.body[:64].lstrip().startswith(b"<"):
        raise SourceContractBroken("答复是网页，不是数据 (a web page, not data)")
    if path and found(path, read_json(reply.body)) not in said.one_of:
        words = f"状态 {reply.status} 的答复没有说“没有” (it does not say «none»)"
        raise SourceContractBroken(words)
    return Answer((), None, None, None)


def _refuse_error(section: Section, body: object) -> None:
    success = section.success
    if success and found(success.path, body) not in success.one_of:
        raise SourceContractBroken(
            "部门以成功状态答复了错误 (an error that came as a success)"
        )


def _rows(section: Section, body: object) -> Sequence[Row]:
    rows = found(section.rows, body)
    if not isinstance(rows, list) or set(map(type, rows)) - {dict}:
        raise SourceContractBroken("答复中没有约定的记录列表 (no list of rows in it)")
    return rows


def _as_of(section: Section, body: object, reply: Reply) -> datetime | None:
    if not section.as_of:
        return None
    if section.as_of.startswith(_HEADER):
        written: object = reply.headers.get(section.as_of.removeprefix(_HEADER))
    else:
        written = found(section.as_of, body)
    moment = read_moment(written)
    if moment is None:
        raise SourceContractBroken("答复中没有约定的数据时间 (no time of the data)")
    return moment


def _total(section: Section, body: object) -> int | None:
    if not section.total:
        return None
    total = found(section.total, body)
    try:
        return int(str(total))
    except ValueError as error:
        raise SourceContractBroken("答复中没有约定的总数 (no total in it)") from error


def _following(section: Section, body: object, reply: Reply) -> str | None:
    if section.page.kind == "cursor":
        following = found(section.page.next, body)
        return str(following) if following else None
    if section.page.kind != "link":
        return None
    address = reply.links.get("next")
    if address and not address.startswith("/"):
        raise SourceContractBroken("下一页指向别处 (the next page lies elsewhere)")
    return address
