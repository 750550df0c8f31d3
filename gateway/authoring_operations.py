"""Writes, tidies and describes departments' declarations."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
from rich.console import Console
from rich.markup import escape

from adapters.authoring import Authored, CannotAuthor, Questions, Wanted, author
from adapters.authoring.formatting import formatted
from adapters.authoring.guess import SectionGuess
from adapters.authoring.page import page_of
from adapters.authoring.vocabulary import vocabulary
from adapters.declaration import load
from adapters.errors import DeclarationError
from adapters.source_table import VARIABLE
from gateway.errors import OperationRefused
from schema.records import RECORDS


@dataclass(frozen=True, slots=True)
class Place:
    """Where files are written."""

    directory: Path
    force: bool
    """Whether a declaration that is there may be replaced."""

    def declaration(self, department: str) -> Path:
        """Give the file of a department; raises OperationRefused if one is there."""
        path = self.directory / f"{department}.toml"
        if path.exists() and not self.force:
            words = f"{path} 已存在，改写请加 --force（already there）"
            raise OperationRefused(words)
        return path


async def new(wanted: Wanted, questions: Questions, place: Place) -> None:
    """Write `QH-XXX.toml` and cases; raises OperationRefused with what to change."""
    path = place.declaration(wanted.department)
    try:
        made = await author(wanted, questions)
    except CannotAuthor as error:
        raise OperationRefused(str(error)) from error
    cases = place.directory / "cases" / wanted.department
    for name, text in made.cases.items():
        _write(cases / name, text)
    _write(path, made.text.encode())
    _tell(made, Console(), path, cases)


def tidy(files: Sequence[Path], *, check_only: bool) -> Sequence[Path]:
    """Put declarations into order; gives those that were not.

    Raises OperationRefused for a file that is no declaration; it stays as it is.
    """
    changed = []
    for path in files:
        try:
            before = path.read_text(encoding="utf-8")
            after = formatted(before, path.name)
        except (OSError, UnicodeDecodeError) as error:
            raise OperationRefused(f"{path}: 读不了（cannot be read）") from error
        except CannotAuthor as error:
            raise OperationRefused(str(error)) from error
        if after != before:
            changed.append(path)
            if not check_only:
                _write(path, after.encode())
            Console().print(f"{path}", highlight=False)
    return changed


def tell_page(path: Path, into: Path | None) -> None:
    """Write a department's page; raises OperationRefused for a bad declaration."""
    try:
        page = page_of(load(path))
    except DeclarationError as error:
        raise OperationRefused(str(error)) from error
    _give(page.encode(), into)


def tell_schema(into: Path | None) -> None:
    """Write the JSON Schema of declarations."""
    _give(orjson.dumps(vocabulary(), option=orjson.OPT_INDENT_2) + b"\n", into)


def _give(content: bytes, into: Path | None) -> None:
    if into is None:
        Console().out(content.decode(), end="", highlight=False)
    else:
        _write(into, content)


def _write(path: Path, content: bytes) -> None:
    """Write a file whole, or leave the one that is there."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(content)
        unfinished.replace(path)
    except OSError as error:
        words = f"{path}: 写不了：{error.strerror}（cannot be written）"
        raise OperationRefused(words) from error


def _tell(made: Authored, console: Console, path: Path, cases: Path) -> None:
    for section in made.sections:
        for line in _lines(section):
            console.print(line, highlight=False, soft_wrap=True)
        trial = made.trials.get(section.record_type)
        if trial is not None:
            counts = f"{trial.read:,} 条可读 read，{trial.set_aside:,} 条搁置 set aside"
            console.print(f"试读 trial: {counts}", highlight=False)
            for reason, count in trial.reasons:
                console.print(f"  {count:,} × {escape(reason)}", highlight=False)
    todo = made.text.count("TODO/待定：") - 1
    console.print(
        f"\n已写入 written: {path}（{todo} 处待定 to decide）", highlight=False
    )
    if made.cases:
        console.print(f"案例 cases: {cases}/", highlight=False)
    for line in _exports(made.declaration.connection, made.look.variables):
        console.out(line, highlight=False)


def _lines(section: SectionGuess) -> Iterator[str]:
    """Tell each guess with its confidence and evidence; doubts stand out."""
    declared = RECORDS[section.record_type]
    title = f"{section.record_type.value} {declared.term} ← {section.sample.name}"
    yield f"\n[bold]{escape(title)}[/bold]"
    for kind, column in section.key.items():
        score, evidence = section.key_evidence[kind]
        mark = "按此查询 key" if kind == section.key_kind else "主体 subject"
        words = "; ".join((mark, *evidence))
        yield escape(f"{kind} ← {column}  {score:.2f}  {words}")
    for name, guess in section.fields.items():
        column = "、".join(guess.columns) or _constant(guess.words)
        words = "; ".join(guess.evidence)
        told = escape(f"{name} ← {column}  {guess.confidence:.2f}  {words}".rstrip())
        doubts = escape("; ".join(guess.doubts))
        yield f"{told}  [yellow]{doubts}[/yellow]" if doubts else told


def _constant(words: object) -> str:
    value = words.get("value") if isinstance(words, Mapping) else words
    return f"= {value}"


def _exports(
    connection: Mapping[str, object], known: Mapping[str, str]
) -> Iterator[str]:
    """Name the environment's words that the declaration needs."""
    for name in dict.fromkeys(VARIABLE.findall(str(connection))):
        yield f"export {name}={known.get(name, '…')}"
