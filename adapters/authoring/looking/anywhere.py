"""Chooses how an address is looked at: file, database, web interface, its schema."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from adapters.authoring.errors import CannotAuthor
from adapters.authoring.looking.access import Access
from adapters.authoring.looking.database import look_at_database
from adapters.authoring.looking.files import look_at_file
from adapters.authoring.looking.graphs import look_at_graph, look_at_schema
from adapters.authoring.looking.messages import look_at_message
from adapters.authoring.looking.web import look_at_answer, look_at_web
from adapters.authoring.sample import Look
from adapters.kinds.files.options import ENDINGS

_WEB = ("http://", "https://")
_URL = re.compile(r"[a-z][a-z0-9+]*://")
_SCHEMAS = (".graphql", ".graphqls", ".gql")
_MESSAGES = (".wsdl", ".xml")
_LARGEST = 33_554_432
"""Bytes of a saved answer at the most."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where to look, and how."""

    written: str
    kind: str = ""
    """`rest`, `graphql` …; empty: by the address."""
    sheet: str = ""
    access: Access = field(default_factory=Access)


async def look_at(address: Address, department: str) -> Look:
    """Look at one address; raises CannotAuthor with what to change where."""
    written, prefix = address.written.strip(), department.replace("-", "_")
    if written.startswith(_WEB):
        return await _on_the_web(address, written, prefix)
    if _URL.match(written):
        return await look_at_database(written, f"{prefix}_DATABASE_URL")
    path = Path(written)
    ending = path.suffix.lower()
    if ending in ENDINGS:
        return look_at_file(path, f"{prefix}_DIRECTORY", address.sheet)
    look = _SAVED.get(ending)
    if look is None:
        known = "、".join((*ENDINGS, *_SAVED))
        raise CannotAuthor(
            f"{written}: 认不出是什么来源，应为数据库地址、http(s) 网址，或以 {known} "
            "结尾的文件；压缩包请先解开（unknown kind of source）"
        )
    return look(_read(path), path.name, f"{prefix}_URL")


async def _on_the_web(address: Address, written: str, prefix: str) -> Look:
    variable, plain = f"{prefix}_URL", written.lower()
    if address.kind == "graphql" or plain.split("?")[0].endswith("/graphql"):
        return await look_at_graph(written, address.access, variable)
    return await look_at_web(written, address.access, variable)


def _answer(text: bytes, name: str, variable: str) -> Look:
    if b'"__schema"' in text:
        return look_at_schema(text, name, variable)
    return look_at_answer(text, name, variable)


_SAVED: dict[str, Callable[[bytes, str, str], Look]] = {
    ".json": _answer,
    **dict.fromkeys(_SCHEMAS, look_at_schema),
    **dict.fromkeys(_MESSAGES, look_at_message),
}


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            text = stream.read(_LARGEST + 1)
    except OSError as error:
        words = f"{path}: 打不开：{error.strerror}，请核对路径（cannot be opened）"
        raise CannotAuthor(words) from error
    if len(text) > _LARGEST:
        words = f"{path}: 超过 {_LARGEST:,} 字节，请换一份较小的样本（too large）"
        raise CannotAuthor(words)
    if not text.strip():
        raise CannotAuthor(f"{path.name}: 空文件，请换一份有记录的样本（empty file）")
    return text
