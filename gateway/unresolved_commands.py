"""Commands about records that fit no single enterprise."""

from typing import Annotated

import typer

from gateway.command_line import run

app = typer.Typer(
    no_args_is_help=True,
    help="无法匹配的记录 Records that fit no single enterprise.",
)
By = Annotated[str, typer.Option(help="决定人的代号，不写姓名 (a sign, not a name)")]
Whose = Annotated[str | None, typer.Option(help="例如 QH-FOR")]


@app.command("list")
def list_(
    department: Whose = None,
    first: Annotated[int, typer.Option(min=1, max=1_000, help="至多几条")] = 50,
) -> None:
    """列出无法匹配的记录 List them, with whom each may be about."""
    from gateway import unresolved_operations as operations

    run(lambda settings: operations.list_unresolved(settings, department, first))


@app.command()
def resolve(
    handle: str,
    by: By,
    to: Annotated[str | None, typer.Option(help="统一社会信用代码 (a USCC)")] = None,
    nobody: Annotated[  # noqa: FBT002 - an option of the command line
        bool, typer.Option("--nobody", help="不属于任何登记企业 (about nobody)")
    ] = False,
    only: Annotated[  # noqa: FBT002 - an option of the command line
        bool,
        typer.Option("--only", help="只这一条，不及同样称呼的 (only this one)"),
    ] = False,
    why: Annotated[str, typer.Option(help="依据 (what it rests on)")] = "",
) -> None:
    """决定一条记录属于谁 Settle whom a record is about, and others called so."""
    from gateway import unresolved_operations as operations

    wanted = operations.Wanted(handle, to, by, why, nobody=nobody, only=only)
    run(lambda settings: operations.resolve(settings, wanted))


@app.command()
def settled(department: Whose = None) -> None:
    """列出有效的决定 List what is settled."""
    from gateway import unresolved_operations as operations

    run(lambda settings: operations.list_settled(settings, department))


@app.command()
def withdraw(number: int, by: By) -> None:
    """撤回一项决定 Withdraw what was settled."""
    from gateway import unresolved_operations as operations

    run(lambda settings: operations.withdraw(settings, number, by))
