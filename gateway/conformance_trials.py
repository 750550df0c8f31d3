"""What `creditnet adapter try` does."""

import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text

from adapters.conformance.opening import load_whole, secrets_of
from adapters.conformance.trial import Trial, speaks_http, try_http, try_rows
from adapters.declaration import Declaration
from adapters.errors import DeclarationError
from adapters.faults import nearest
from gateway.conformance_sources import Sources
from gateway.errors import OperationRefused
from gateway.settings import Settings
from schema.record_type import RecordType

_SHOWN = 4_000
"""Characters of one column that are shown."""


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask whom."""

    adapter: str
    """Code of the department, or its declaration's file."""
    about: tuple[str, ...]
    record_type: str = ""


async def show(
    settings: Settings,
    environment: Mapping[str, str],
    question: Question,
    *,
    json: bool,
) -> None:
    """Ask once and show what was said; raises OperationRefused."""
    async with Sources(settings, environment) as sources:
        [path] = sources.paths([question.adapter])
        declared = await _load(path)
        record_type = _record_type(declared, question.record_type)
        secrets = secrets_of(declared, environment)
        firms = await sources.firms(question.about)
        filled = sources.filled(declared)
        try:
            if speaks_http(filled):
                trial = await try_http(filled, record_type, firms, secrets)
            else:
                transport = await sources.transport(filled)
                trial = await try_rows(filled, transport, record_type, firms, secrets)
        except DeclarationError as error:
            raise OperationRefused(str(error)) from error
    if json:
        sys.stdout.write(_json(trial))
    else:
        _print(declared, trial)


async def _load(path: Path) -> Declaration:
    try:
        return await load_whole(path)
    except DeclarationError as error:
        raise OperationRefused(str(error)) from error


def _record_type(declared: Declaration, wanted: str) -> RecordType:
    known = {one.value: one for one in declared.provides}
    if wanted and wanted not in known:
        words = f"{declared.department} 不提供 {wanted} (not provided)"
        raise OperationRefused(f"{words}，{nearest(wanted, known)}")
    return known[wanted] if wanted else declared.provides[0]


def _json(trial: Trial) -> str:
    value = {**asdict(trial), "record_type": trial.record_type.value}
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(value, option=options, default=str).decode()


def _print(declared: Declaration, trial: Trial) -> None:
    console = Console()
    title = f"{declared.department} {trial.record_type.value}"
    table = Table(title=title, show_lines=True)
    for head in (
        "请求 request",
        "原始答复 raw answer",
        "映射后 mapped",
        "搁置 set aside",
    ):
        table.add_column(head, overflow="fold")
    mapped = "\n\n".join(
        "\n".join(f"{name}: {value}" for name, value in record.items())
        for record in trial.records
    )
    aside = [*trial.set_aside, *(f"{code}: {w}" for code, w in trial.unsure.items())]
    if trial.failed:
        aside.insert(0, f"失败 failed: {trial.failed}")
    first = True
    for spoken in trial.spoken:
        table.add_row(
            _cell(spoken.request),
            _cell(spoken.answer),
            _cell(mapped or "没有 (none)") if first else "",
            _cell("\n".join(aside)) if first else "",
        )
        first = False
    if first:
        table.add_row("", "", _cell(mapped), _cell("\n".join(aside)))
    console.print(table)


def _cell(text: str) -> Text:
    """Cut what is too long for a screen; nothing in it is markup."""
    cut = text[:_SHOWN]
    return Text(cut if cut == text else f"{cut}\n… 共 {len(text):,} 字 (characters)")
