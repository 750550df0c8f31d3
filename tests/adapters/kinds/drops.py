"""Drop folders for tests, and a department that reads them."""

import io
import os
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import xlsxwriter

from adapters.contract import Rows
from adapters.declaration import load
from adapters.kinds.files import make
from adapters.kinds.files.transport import FilesTransport
from adapters.registry import with_environment
from schema.record_type import RecordType

TYPE = RecordType.COMMENDATION
HEADER = "代码,名称,荣誉,日期"
_DECLARATION = """\
[source]
department = "QH-TST"
name = "青海省试验厅"
provides = ["COMMENDATION"]

[connection]
kind = "files"
directory = "${QH_TST_DIRECTORY}"
%(connection)s

[capabilities]
key = "uscc"

[COMMENDATION]
%(section)s
key = { uscc = "代码", name = "名称" }

[COMMENDATION.fields]
title = "荣誉"
kind = { value = "HONOUR" }
level = { value = "PROVINCE" }
awardedBy = { value = "青海省试验厅" }
awardedOn = { from = "日期", read = "date" }
"""


def transport(
    folder: Path,
    section: str = 'pattern = "*.csv"',
    connection: str = "",
    *,
    grouped: bool = False,
) -> FilesTransport:
    path = folder.parent / "QH-TST.toml"
    said = {"section": section, "connection": connection}
    text = _DECLARATION % said
    if grouped:
        text = text.replace('"代码"', '"主体/代码"').replace('"名称"', '"主体/名称"')
    path.write_text(text, encoding="utf-8")
    environment = {"QH_TST_DIRECTORY": str(folder)}
    return make(with_environment(load(path), environment), environment)


def drop(folder: Path, name: str, content: bytes | str, written: str = "") -> Path:
    """Put a file there; `written` is its time as ISO 8601, else a minute ago."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    moment = time.time() - 60
    if written:
        moment = datetime.fromisoformat(f"{written}+08:00").timestamp()
    os.utime(path, (moment, moment))
    return path


def lines(*rows: str) -> str:
    return "".join(f"{row}\r\n" for row in (HEADER, *rows))


def row(number: int, title: str = "先进") -> str:
    return f"C{number},青海{number}号公司,{title},2016/3/{number % 28 + 1}"


def workbook(*rows: Sequence[object], sheet: str = "Sheet1") -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet)
        for number, cells in enumerate(rows):
            page.write_row(number, 0, cells)
    return content.getvalue()


async def read(
    transport: FilesTransport, since: str | None = None
) -> tuple[list[Rows], list[str]]:
    """Give all pages, and the titles in them."""
    pages = [page async for page in transport.scan(TYPE, since)]
    await transport.close()
    return pages, [str(one["荣誉"]) for page in pages for one in page.rows]


def said(pages: Sequence[Rows]) -> list[str]:
    """Word what could not be read."""
    return [f"{u.position}: {u.reason}" for page in pages for u in page.unreadable]
