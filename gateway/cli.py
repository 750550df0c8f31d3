"""The command `creditnet`."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gateway import authoring_commands, demo as demonstration, unresolved_commands
from gateway.access_commands import add_to
from gateway.command_line import environment_of, run
from gateway.conformance_commands import add_to as add_conformance_to
from gateway.mocks import MockControl
from gateway.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="信用一张网：一次查询，四十五个部门。One connected view of every enterprise.",
)
core = typer.Typer(no_args_is_help=True, help="基础登记数据 The materialized core.")
mock = typer.Typer(no_args_is_help=True, help="模拟部门 The invented departments.")
adapter = typer.Typer(no_args_is_help=True, help="部门适配器 Departments' adapters.")
presence = typer.Typer(no_args_is_help=True, help="存量索引 Who is held where.")
record = typer.Typer(no_args_is_help=True, help="记录溯源 Where records come from.")
app.add_typer(core, name="core")
app.add_typer(record, name="record")
app.add_typer(presence, name="presence")
add_to(app)
app.add_typer(mock, name="mock")
app.add_typer(adapter, name="adapter")
app.add_typer(unresolved_commands.app, name="unresolved")
authoring_commands.add_to(adapter)
add_conformance_to(adapter)

Register = Annotated[
    list[Path],
    typer.Option(help="另外载入的登记册 CSV (a register to load beside QH-AMR)"),
]


class CoreType(StrEnum):
    """What the core holds."""

    REGISTRATION = "REGISTRATION"
    ANNUAL_REPORT = "ANNUAL_REPORT"


@app.command()
def demo(
    register: Register = [],  # noqa: B006 - typer copies it
    enterprises: Annotated[
        int, typer.Option(min=100, help="虚构企业数 how many firms")
    ] = 66_800,
    pace: Annotated[
        float, typer.Option(min=0, help="部门延迟的倍数 0: no delays")
    ] = 1.0,
) -> None:
    """启动 45 个模拟部门和网关 Start the departments and the gateway on them."""
    wanted = demonstration.Demonstration(enterprises, register, pace)
    run(lambda settings: demonstration.run(settings, wanted))


@app.command()
def serve() -> None:
    """启动网关 Start the gateway on the departments that the environment names."""
    from gateway import operations

    run(lambda settings: operations.serve(settings, dict(os.environ)))


@core.command("sync")
def core_sync(
    register: Register = [],  # noqa: B006 - typer copies it
    only: Annotated[
        CoreType | None, typer.Option(help="只同步一类 (one kind only)")
    ] = None,
    lines: Annotated[  # noqa: FBT002 - an option of the command line
        bool, typer.Option("--lines", help="以 JSON 行报告进度 progress as JSON lines")
    ] = False,
) -> None:
    """同步登记信息和年报 Read registration data and annual reports into the core."""
    from gateway import operations
    from gateway.core import OF_THE_CORE
    from schema.record_type import RecordType

    run(
        lambda settings: operations.sync(
            settings,
            environment_of(settings),
            register,
            {RecordType(only)} if only else OF_THE_CORE,
            lines=lines,
        )
    )


@app.command()
def reconcile() -> None:
    """核对无法匹配的记录 Find the records that fit no single enterprise."""
    from gateway import operations

    run(lambda settings: operations.reconcile(settings, environment_of(settings)))


@presence.command("build")
def presence_build(
    departments: Annotated[
        list[str] | None, typer.Argument(help="例如 QH-EPD；默认全部 (all)")
    ] = None,
) -> None:
    """重建存量索引 Read departments anew, and note whom they hold records about."""
    from gateway import operations

    run(
        lambda settings: operations.reconcile(
            settings, environment_of(settings), departments or ()
        )
    )


@presence.command("keep")
def presence_keep() -> None:
    """补充存量索引 Read files anew, and build what was lost."""
    from gateway import operations

    run(lambda settings: operations.keep_presence(settings, environment_of(settings)))


@presence.command("show")
def presence_show() -> None:
    """列出存量索引 List presence with its age, and who is always asked."""
    from gateway import operations

    run(lambda settings: operations.show_presence(settings, environment_of(settings)))


@record.command("verify")
def record_verify(
    record_id: Annotated[
        str, typer.Argument(metavar="ID", help="记录的 id (as answers give it)")
    ],
    uscc: Annotated[
        str | None,
        typer.Option(help="企业代码；否则通查该部门 (without, all it holds is read)"),
    ] = None,
    digest: Annotated[
        str | None, typer.Option(help="要核对的摘要 (to compare with)")
    ] = None,
) -> None:
    """核对记录摘要 Ask the department anew for a record, and compare its digest.

    0: equal, or no digest was given; 1: different; 2: not found, or no answer.
    """
    from gateway import verification

    claim = verification.Claim(record_id, uscc, digest)

    async def work(settings: Settings) -> None:
        if not await verification.verify(settings, environment_of(settings), claim):
            raise typer.Exit(1)

    run(work)


@adapter.command("list")
def adapter_list() -> None:
    """列出部门适配器 List all adapters with kind, key and record types."""
    from gateway import operations

    run(lambda settings: operations.list_adapters(settings, environment_of(settings)))


@app.command()
def refused(
    message: Annotated[
        int | None, typer.Option(help="输出一条报文的原文 write one as it came")
    ] = None,
) -> None:
    """列出被拒绝的推送报文 List pushed messages that could not be taken."""
    from gateway import operations

    run(
        lambda settings: operations.show_refused(
            settings, environment_of(settings), message
        )
    )


@mock.command("fault")
def mock_fault(department: str, profile: str) -> None:
    """让一个部门出故障 Let a department play a fault profile."""
    run(lambda settings: MockControl(settings.data).misbehave(department, profile))


@mock.command("amend")
def mock_amend(
    department: str,
    record_type: str,
    uscc: str,
    facts: Annotated[list[str], typer.Argument(help="例如 fine=5000.00")],
) -> None:
    """改动或新增一条记录 Let a department change its last record about somebody."""
    changed = {name: value for name, _, value in (one.partition("=") for one in facts)}
    run(
        lambda settings: MockControl(settings.data).amend(
            department, record_type, uscc, changed
        )
    )


@mock.command("reset")
def mock_reset() -> None:
    """全部恢复正常 Let all departments behave again."""
    run(lambda settings: MockControl(settings.data).reset())


@mock.command("list")
def mock_list() -> None:
    """列出模拟部门 List the departments that run and the faults they can play."""
    run(_show_mocks)


async def _show_mocks(settings: Settings) -> None:
    table = Table("部门", "类型", "状态", "可模拟的故障")
    for row in await MockControl(settings.data).departments():
        profiles = row["profiles"]
        words = " ".join(profiles) if isinstance(profiles, list) else ""
        table.add_row(str(row["code"]), str(row["kind"]), str(row["profile"]), words)
    Console().print(table)
