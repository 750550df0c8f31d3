"""Commands that write and tidy departments' declarations."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from gateway.command_line import run
from gateway.settings import Settings


def add_to(adapter: typer.Typer) -> None:
    """Add these commands to `creditnet adapter`."""
    adapter.command("new")(adapter_new)
    adapter.command("fmt")(adapter_fmt)
    adapter.command("docs")(adapter_docs)
    adapter.command("schema")(adapter_schema)


def adapter_new(  # noqa: PLR0913, PLR0917 - all that a person may say beforehand
    department: Annotated[str, typer.Argument(help="部门代码，例如 QH-EPD")] = "",
    sources: Annotated[
        list[str] | None,
        typer.Option(
            "--from",
            help="来源：CSV/XLSX、JSON 样本、网址、数据库地址[#表]、WSDL、GraphQL 模式",
        ),
    ] = None,
    types: Annotated[
        list[str] | None, typer.Option("--type", help="记录类型，例如 PENALTY")
    ] = None,
    name: Annotated[str, typer.Option(help="部门名称")] = "",
    kind: Annotated[str, typer.Option(help="rest、graphql …；默认按来源")] = "",
    into: Annotated[Path, typer.Option(help="写到哪个目录")] = Path(),
    columns: Annotated[
        list[str] | None, typer.Option("--map", help="字段=列名，例如 fine=FKJE")
    ] = None,
    constants: Annotated[
        list[str] | None, typer.Option("--set", help="字段=常数，例如 status=VALID")
    ] = None,
    unit: Annotated[str, typer.Option(help="金额单位：万元 或 元")] = "",
    key: Annotated[
        str, typer.Option(help="按什么查：uscc、registration_number、name")
    ] = "",
    sheet: Annotated[str, typer.Option(help="XLSX 的工作表")] = "",
    method: Annotated[str, typer.Option(help="REST：GET 或 POST")] = "GET",
    body: Annotated[
        str, typer.Option(help='POST 的一个实例，{"codes": ["9163…"]}')
    ] = "",
    keys: Annotated[str, typer.Option(help="REST：取代码的参数名")] = "",
    auth: Annotated[
        str, typer.Option(help="bearer、header:名称、query:名称；令牌取自 QH_XXX_TOKEN")
    ] = "",
    force: Annotated[  # noqa: FBT002 - an option of the command line
        bool, typer.Option("--force", help="改写已有的声明 (replace)")
    ] = False,
    yes: Annotated[  # noqa: FBT002 - an option of the command line
        bool, typer.Option("--yes", help="不提问，存疑处写待定 (don't ask)")
    ] = False,
) -> None:
    """看来源、写声明 Look at a department's source and write its declaration."""
    from gateway import authoring_operations, authoring_wishes

    said = authoring_wishes.Said(
        department=department,
        name=name,
        sources=tuple(sources or ()),
        types=tuple(types or ()),
        kind=kind,
        columns=_pairs("--map", columns),
        constants=_pairs("--set", constants),
        unit=unit,
        key=key,
        sheet=sheet,
        method=method,
        body=body,
        keys=keys,
        auth=auth,
    )

    async def work(_: Settings) -> None:
        ask = None if yes or not sys.stdin.isatty() else _ask
        wanted, questions = authoring_wishes.read(said, ask, os.environ)
        place = authoring_operations.Place(into, force)
        await authoring_operations.new(wanted, questions, place)

    run(work)


def adapter_fmt(
    files: Annotated[list[Path], typer.Argument(help="声明文件 QH-XXX.toml")],
    check: Annotated[  # noqa: FBT002 - an option of the command line
        bool, typer.Option("--check", help="只检查，不改写；1：有未整理的")
    ] = False,
) -> None:
    """整理声明 Put declarations into the usual order; comments are kept."""
    from gateway import authoring_operations

    async def work(_: Settings) -> None:
        changed = authoring_operations.tidy(files, check_only=check)
        if check and changed:
            raise typer.Exit(1)

    run(work)


def adapter_docs(
    department: Annotated[str, typer.Argument(help="部门代码，例如 QH-EPD")],
    into: Annotated[
        Path | None, typer.Option(help="写到哪个文件；默认输出到屏幕 (a file)")
    ] = None,
) -> None:
    """生成部门说明 Write a department's page out of its declaration."""
    from gateway import authoring_operations

    async def work(settings: Settings) -> None:
        path = settings.departments / f"{department}.toml"
        authoring_operations.tell_page(path, into)

    run(work)


def adapter_schema(
    into: Annotated[
        Path | None, typer.Option(help="写到哪个文件；默认输出到屏幕 (a file)")
    ] = None,
) -> None:
    """输出声明语言的 JSON Schema Write the JSON Schema of declarations for editors."""
    from gateway import authoring_operations

    async def work(_: Settings) -> None:
        authoring_operations.tell_schema(into)

    run(work)


def _ask(question: str, default: str) -> str:
    answer: str = typer.prompt(question, default=default, show_default=bool(default))
    return answer


def _pairs(option: str, written: Sequence[str] | None) -> dict[str, str]:
    found = {}
    for one in written or ():
        name, mark, value = one.partition("=")
        if not mark or not name:
            raise typer.BadParameter(f"{option} {one}: 应为 字段=值（field=value）")
        found[name.strip()] = value.strip()
    return found
