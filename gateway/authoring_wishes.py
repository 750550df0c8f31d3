"""Reads what a person said of a new declaration, and asks for what is missing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from adapters.authoring import Access, Address, CannotAuthor, Given, Questions, Wanted
from adapters.authoring.questions import UNITS, AskOne
from adapters.authoring.terms import KEYS
from adapters.faults import nearest
from gateway.directory import read_entries
from gateway.errors import OperationRefused
from schema.record_type import RecordType
from schema.records import RECORDS

_CODE = re.compile(r"[A-Z]{2}-[A-Z0-9]{2,12}")
_AUTH = ("bearer", "header", "query")


@dataclass(frozen=True, slots=True)
class Said:
    """The command's options as written."""

    department: str
    name: str
    sources: tuple[str, ...]
    types: tuple[str, ...]
    kind: str
    columns: Mapping[str, str]
    constants: Mapping[str, str]
    unit: str
    key: str
    sheet: str
    method: str
    body: str
    keys: str
    auth: str


def read(
    said: Said, ask: AskOne | None, environment: Mapping[str, str]
) -> tuple[Wanted, Questions]:
    """Make the wish; raises OperationRefused for an option that can't be read."""
    questions = Questions(ask)
    try:
        department = said.department or questions.text("部门代码，例如 QH-EPD（code）")
        if not _CODE.fullmatch(department):
            words = f"{department}: 部门代码应如 QH-EPD（letters, hyphen, letters）"
            raise OperationRefused(words)
        known = {entry.code: entry.name for entry in read_entries()}
        name = said.name or known.get(department) or questions.text("部门名称（name）")
        sources = said.sources or (
            questions.text("来源：文件、网址或数据库地址（source）"),
        )
    except CannotAuthor as error:
        raise OperationRefused(str(error)) from error
    access = _access(said, department, environment)
    addresses = tuple(Address(one, said.kind, said.sheet, access) for one in sources)
    types = tuple(map(_type, said.types))
    return Wanted(department, name, addresses, types, _given(said)), questions


def _access(said: Said, department: str, environment: Mapping[str, str]) -> Access:
    if said.method not in {"GET", "POST"}:
        raise OperationRefused(f"--method {said.method}: 应为 GET 或 POST")
    if not said.auth:
        return Access(said.method, said.body, said.keys)
    kind, _, name = said.auth.partition(":")
    if kind not in _AUTH or (kind != "bearer" and not name):
        raise OperationRefused(
            f"--auth {said.auth}: 应为 bearer、header:名称 或 query:名称（bad option）"
        )
    variable = f"{department.replace('-', '_')}_TOKEN"
    token = environment.get(variable, "")
    if not token and any(one.startswith("http") for one in said.sources):
        raise OperationRefused(
            f"缺少环境变量 {variable}（environment variable not set）"
        )
    words = {"kind": kind, **({"name": name} if name else {})}
    return Access(
        said.method,
        said.body,
        said.keys,
        {**words, "token": f"${{{variable}}}"},
        token,
    )


def _given(said: Said) -> Given:
    if said.unit and said.unit not in UNITS:
        raise OperationRefused(f"--unit {said.unit}: 应为 万元 或 元（unit）")
    if said.key and said.key not in KEYS:
        raise OperationRefused(f"--key {said.key}: {nearest(said.key, KEYS)}")
    return Given(
        columns=said.columns,
        constants=said.constants,
        unit=UNITS.get(said.unit, ""),
        key=next((one for one in KEYS if one == said.key), None),
    )


def _type(written: str) -> RecordType:
    known = {kind.value: kind for kind in RecordType}
    known |= {RECORDS[kind].term: kind for kind in RecordType}
    if written not in known:
        words = f"--type {written}: 没有这种记录，{nearest(written, known)}"
        raise OperationRefused(f"{words}（no such record type）")
    return known[written]
