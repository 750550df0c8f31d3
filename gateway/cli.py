"""The command `creditnet`."""

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from gateway import demo as demonstration
from gateway.errors import CoreUnusable, OperationRefused
from gateway.mocks import MockControl, MocksError, demo_environment
from gateway.settings import Settings, SettingsError, read_settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="信用一张网：一次查询，四十五个部门。One connected view of every enterprise.",
)
core = typer.Typer(no_args_is_help=True, help="基础登记数据 The materialized core.")
mock = typer.Typer(no_args_is_help=True, help="模拟部门 The invented departments.")
adapter = typer.Typer(no_args_is_help=True, help="部门适配器 Departments' adapters.")
presence = typer.Typer(no_args_is_help=True, help="存量索引 Who is held where.")
key = typer.Typer(no_args_is_help=True, help="接口密钥 API keys.")
record = typer.Typer(no_args_is_help=True, help="记录溯源 Where records come from.")
app.add_typer(core, name="core")
app.add_typer(record, name="record")
app.add_typer(presence, name="presence")
app.add_typer(key, name="key")
app.add_typer(mock, name="mock")
app.add_typer(adapter, name="adapter")

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
    _run(lambda settings: demonstration.run(settings, wanted))


@app.command()
def serve() -> None:
    """启动网关 Start the gateway on the departments that the environment names."""
    from gateway import operations

    _run(lambda settings: operations.serve(settings, dict(os.environ)))


class TokenRole(StrEnum):
    """What a token can make somebody."""

    ANALYST = "analyst"
    OFFICER = "officer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    ENTERPRISE = "enterprise"
    PORTAL = "portal"


class KeyRole(StrEnum):
    """What an API key can make its holder."""

    PORTAL = "portal"
    OFFICER = "officer"


@app.command()
def token(
    role: Annotated[TokenRole, typer.Option(help="角色")],
    department: Annotated[str | None, typer.Option(help="例如 QH-EPD")] = None,
    region: Annotated[str | None, typer.Option(help="行政区划代码 (division)")] = None,
    uscc: Annotated[str | None, typer.Option(help="企业自己的代码 (its own)")] = None,
    hours: Annotated[float, typer.Option(help="有效小时数")] = 12.0,
    subject: Annotated[str, typer.Option(help="使用者代号 (not a name)")] = "demo",
) -> None:
    """签发演示令牌 Give a token of the embedded issuer."""
    from gateway.access.identity import commands
    from gateway.access.viewer import Role, Viewer

    viewer = Viewer(subject, Role(role), department, region, uscc)
    _run(lambda settings: commands.show_token(settings, viewer, hours))


@key.command("create")
def key_create(
    name: str,
    role: Annotated[KeyRole, typer.Option(help="角色")],
    department: Annotated[str | None, typer.Option(help="例如 QH-EPD")] = None,
    days: Annotated[int, typer.Option(help="有效天数")] = 365,
) -> None:
    """新建密钥 Make an API key, shown this once."""
    from gateway.access.identity import commands
    from gateway.access.identity.api_keys import Wanted
    from gateway.access.viewer import Role

    wanted = Wanted(name, Role(role), department, days)
    _run(lambda settings: commands.create_key(settings, wanted))


@key.command("list")
def key_list() -> None:
    """列出密钥 List API keys, the newest first."""
    from gateway.access.identity import commands

    _run(commands.list_keys)


@key.command("revoke")
def key_revoke(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="key list 所列编号")],
) -> None:
    """吊销密钥 End an API key."""
    from gateway.access.identity import commands

    _run(lambda settings: commands.revoke_key(settings, key_id))


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

    _run(
        lambda settings: operations.sync(
            settings,
            _environment(settings),
            register,
            {RecordType(only)} if only else OF_THE_CORE,
            lines=lines,
        )
    )


@app.command()
def reconcile() -> None:
    """核对无法匹配的记录 Find the records that fit no single enterprise."""
    from gateway import operations

    _run(lambda settings: operations.reconcile(settings, _environment(settings)))


@presence.command("build")
def presence_build(
    departments: Annotated[
        list[str] | None, typer.Argument(help="例如 QH-EPD；默认全部 (all)")
    ] = None,
) -> None:
    """重建存量索引 Read departments anew, and note whom they hold records about."""
    from gateway import operations

    _run(
        lambda settings: operations.reconcile(
            settings, _environment(settings), departments or ()
        )
    )


@presence.command("keep")
def presence_keep() -> None:
    """补充存量索引 Read files anew, and build what was lost."""
    from gateway import operations

    _run(lambda settings: operations.keep_presence(settings, _environment(settings)))


@presence.command("show")
def presence_show() -> None:
    """列出存量索引 List presence with its age, and who is always asked."""
    from gateway import operations

    _run(lambda settings: operations.show_presence(settings, _environment(settings)))


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
        if not await verification.verify(settings, _environment(settings), claim):
            raise typer.Exit(1)

    _run(work)


@adapter.command("list")
def adapter_list() -> None:
    """列出部门适配器 List all adapters with kind, key and record types."""
    from gateway import operations

    _run(lambda settings: operations.list_adapters(settings, _environment(settings)))


@adapter.command("check")
def adapter_check(
    department: Annotated[str, typer.Argument(help="例如 QH-EPD")] = "",
) -> None:
    """检查部门连接 Ask one department, or all, whether they can be reached."""
    from gateway import operations

    _run(
        lambda settings: operations.check_adapters(
            settings, _environment(settings), department
        )
    )


@app.command()
def refused(
    message: Annotated[
        int | None, typer.Option(help="输出一条报文的原文 write one as it came")
    ] = None,
) -> None:
    """列出被拒绝的推送报文 List pushed messages that could not be taken."""
    from gateway import operations

    _run(
        lambda settings: operations.show_refused(
            settings, _environment(settings), message
        )
    )


@mock.command("fault")
def mock_fault(department: str, profile: str) -> None:
    """让一个部门出故障 Let a department play a fault profile."""
    _run(lambda settings: MockControl(settings.data).misbehave(department, profile))


@mock.command("amend")
def mock_amend(
    department: str,
    record_type: str,
    uscc: str,
    facts: Annotated[list[str], typer.Argument(help="例如 fine=5000.00")],
) -> None:
    """改动或新增一条记录 Let a department change its last record about somebody."""
    changed = {name: value for name, _, value in (one.partition("=") for one in facts)}
    _run(
        lambda settings: MockControl(settings.data).amend(
            department, record_type, uscc, changed
        )
    )


@mock.command("reset")
def mock_reset() -> None:
    """全部恢复正常 Let all departments behave again."""
    _run(lambda settings: MockControl(settings.data).reset())


@mock.command("list")
def mock_list() -> None:
    """列出模拟部门 List the departments that run and the faults they can play."""
    _run(_show_mocks)


async def _show_mocks(settings: Settings) -> None:
    table = Table("部门", "类型", "状态", "可模拟的故障")
    for row in await MockControl(settings.data).departments():
        profiles = row["profiles"]
        words = " ".join(profiles) if isinstance(profiles, list) else ""
        table.add_row(str(row["code"]), str(row["kind"]), str(row["profile"]), words)
    Console().print(table)


def _environment(settings: Settings) -> dict[str, str]:
    """Give the operator's environment, over what a demo on the same data wrote."""
    return {**demo_environment(settings.data), **os.environ}


def _fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Give the faster event loop, where the platform has one."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def _run(work: Callable[[Settings], Coroutine[Any, Any, None]]) -> None:
    """Run a command; what an operator can mend ends in a sentence and exit code 2.

    SIGTERM ends it as Ctrl-C does: everything is closed.
    """
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        with asyncio.Runner(loop_factory=_fast_loop()) as runner:
            runner.run(_until_interrupted(work(read_settings(os.environ))))
    except (SettingsError, OperationRefused, MocksError, CoreUnusable) as error:
        Console(stderr=True).print(str(error), style="bold red", highlight=False)
        raise typer.Exit(2) from error
    except (KeyboardInterrupt, asyncio.CancelledError):
        raise typer.Exit(130) from None


async def _until_interrupted(work: Coroutine[Any, Any, None]) -> None:
    """Let the first Ctrl-C cancel work, and no other disturb its closing."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def interrupt(*_: object) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if task is not None:
            loop.call_soon_threadsafe(task.cancel)

    signal.signal(signal.SIGINT, interrupt)
    await work
