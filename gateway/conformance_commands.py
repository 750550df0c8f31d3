"""Commands that prove an adapter: `adapter check` and `adapter try`."""

from pathlib import Path
from typing import Annotated

import typer

from gateway.command_line import environment_of, run
from gateway.settings import Settings


def add_to(adapter: typer.Typer) -> None:
    """Add these commands to `creditnet adapter`."""
    adapter.command("check")(check)
    adapter.command("try")(try_)


def check(  # noqa: PLR0913 - the options of a command
    adapters: Annotated[
        list[str] | None,
        typer.Argument(help="QH-EPD 或 QH-EPD.toml；默认全部 (codes or files, or all)"),
    ] = None,
    *,
    live: Annotated[
        bool, typer.Option("--live", help="连接来源检验 ask the departments themselves")
    ] = False,
    cases: Annotated[
        Path | None, typer.Option(help="案例文件夹 (a folder of recorded cases)")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(help="只做这些检查，例如 E7 (these checks)")
    ] = None,
    bypass: Annotated[
        list[str] | None, typer.Option(help="跳过并写明原因 D4=原因 (CHECK=REASON)")
    ] = None,
    about: Annotated[
        list[str] | None, typer.Option(help="另外询问的代码或名称 (codes or names)")
    ] = None,
    accepted: Annotated[
        Path | None, typer.Option(help="上次接受的声明 (the version accepted last)")
    ] = None,
    breaking: Annotated[
        str, typer.Option(help="不兼容的原因 (why the accepted version is broken with)")
    ] = "",
    snapshot: Annotated[
        Path | None, typer.Option(help="快照文件：结构和速度 (shape and pace)")
    ] = None,
    record: Annotated[
        bool, typer.Option("--record", help="写下快照 write the snapshot anew")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="不是 A 级即失败 fail below grade A")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="以 JSON 输出 write JSON")
    ] = False,
    junit: Annotated[
        Path | None, typer.Option(help="写 JUnit XML (write JUnit XML there)")
    ] = None,
) -> None:
    """检验适配器 Prove what adapters' declarations claim.

    0: nothing failed; 1: a check failed; 2: it could not be run. What to do about a
    check that fails stands in docs/conformance.md under its number.
    """
    from gateway import conformance_operations as operations

    wanted = operations.Wanted(
        tuple(adapters or ()),
        live=live,
        cases=cases,
        only=frozenset(only or ()),
        bypass=operations.read_bypass(bypass or ()),
        about=tuple(about or ()),
        accepted=accepted,
        breaking=breaking,
        snapshot=snapshot,
        record=record,
        strict=strict,
        output=operations.Output(json=json, junit=junit),
    )

    async def work(settings: Settings) -> None:
        if not await operations.check(settings, environment_of(settings), wanted):
            raise typer.Exit(1)

    run(work)


def try_(
    adapter: Annotated[str, typer.Argument(help="QH-EPD 或 QH-EPD.toml")],
    about: Annotated[
        list[str], typer.Argument(help="代码、注册号、名称 (whom to ask)")
    ],
    record_type: Annotated[
        str, typer.Option("--type", help="例如 PENALTY；默认第一类 (a record type)")
    ] = "",
    *,
    json: Annotated[
        bool, typer.Option("--json", help="以 JSON 输出 write JSON")
    ] = False,
) -> None:
    """试问一次 Ask once: request, raw answer, mapped records, what was set aside.

    Secrets and persons are masked.
    """
    from gateway import conformance_trials

    run(
        lambda settings: conformance_trials.show(
            settings,
            environment_of(settings),
            conformance_trials.Question(adapter, tuple(about), record_type),
            json=json,
        )
    )
