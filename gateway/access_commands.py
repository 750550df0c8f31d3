"""Commands about who may see what: tokens, keys, policy, audit, receipts, documents."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gateway.command_line import run
from gateway.settings import Settings

token = typer.Typer(invoke_without_command=True, help="访问令牌 Tokens: give, revoke.")
key = typer.Typer(no_args_is_help=True, help="接口密钥 API keys.")
policy = typer.Typer(no_args_is_help=True, help="权限策略 Who may see what.")
audit = typer.Typer(no_args_is_help=True, help="查询审计 Who looked at what.")
receipt = typer.Typer(no_args_is_help=True, help="查询回执 What was said.")
schemas = typer.Typer(no_args_is_help=True, help="模式 The schemas.")
documents = typer.Typer(no_args_is_help=True, help="登记的操作 Registered operations.")
TIMES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
KeyFile = Annotated[
    Path | None, typer.Option("--key", help="公钥文件；默认本机的 (another key)")
]


def add_to(all_: typer.Typer) -> None:
    """Add these commands to `creditnet`."""
    groups = {
        "token": token,
        "key": key,
        "policy": policy,
        "audit": audit,
        "receipt": receipt,
    }
    for name, group in {**groups, "documents": documents, "schema": schemas}.items():
        all_.add_typer(group, name=name)


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


@token.callback()
def token_give(  # noqa: PLR0913, PLR0917 - all that a token can say
    context: typer.Context,
    role: Annotated[TokenRole | None, typer.Option(help="角色（必填 needed）")] = None,
    department: Annotated[str | None, typer.Option(help="例如 QH-EPD")] = None,
    region: Annotated[str | None, typer.Option(help="行政区划代码 (division)")] = None,
    uscc: Annotated[str | None, typer.Option(help="企业自己的代码 (its own)")] = None,
    hours: Annotated[float, typer.Option(help="有效小时数")] = 12.0,
    subject: Annotated[str, typer.Option(help="使用者代号 (not a name)")] = "demo",
) -> None:
    """签发演示令牌 Give a token of the embedded issuer; or revoke tokens."""
    if context.invoked_subcommand is not None:
        return
    if role is None:
        raise typer.BadParameter("请注明角色 (say which role)", param_hint="--role")
    from gateway.access.identity import commands
    from gateway.access.viewer import Role, Viewer

    viewer = Viewer(subject, Role(role), department, region, uscc)
    run(lambda settings: commands.show_token(settings, viewer, hours))


@token.command("revoke")
def token_revoke(
    jti: Annotated[
        str | None,
        typer.Argument(metavar="JTI", help="令牌编号，或令牌本身 (or whole)"),
    ] = None,
    subject: Annotated[
        str | None, typer.Option(help="此主体的全部令牌 (all of its tokens)")
    ] = None,
    before: Annotated[
        datetime | None,
        typer.Option(formats=TIMES, help="此刻（青海）及以前签发的；默认现在 (now)"),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=TIMES, help="最迟到期时刻，此后不再记录 (forgotten then)"),
    ] = None,
) -> None:
    """吊销令牌 End a token, or all of a subject issued up to a moment."""
    from gateway.access.identity import revoking_commands as commands

    wanted = commands.Wanted(jti, subject, before, until)
    run(lambda settings: commands.revoke(settings, wanted))


@token.command("revoked")
def token_revoked() -> None:
    """列出吊销 List the revocations that stand, the newest first."""
    from gateway.access.identity import revoking_commands as commands

    run(commands.show)


@token.command("restore")
def token_restore(
    number: Annotated[int, typer.Argument(help="token revoked 所列序号")],
) -> None:
    """撤去吊销 Take a revocation back."""
    from gateway.access.identity import revoking_commands as commands

    run(lambda settings: commands.restore(settings, number))


@key.command("create")
def key_create(
    name: str,
    role: Annotated[KeyRole, typer.Option(help="角色")],
    department: Annotated[str | None, typer.Option(help="例如 QH-EPD")] = None,
    days: Annotated[int, typer.Option(help="有效天数")] = 365,
    certificate: Annotated[
        Path | None, typer.Option(help="登记此客户端证书，代替密钥 (PEM, no secret)")
    ] = None,
) -> None:
    """新建密钥 Make an API key, shown this once; or register a certificate."""
    from gateway.access.identity import commands
    from gateway.access.identity.api_keys import Wanted
    from gateway.access.identity.certificates import read_certificate
    from gateway.access.viewer import Role

    async def work(settings: Settings) -> None:
        shown = None if certificate is None else read_certificate(certificate)
        wanted = Wanted(name, Role(role), department, days, shown)
        await commands.create_key(settings, wanted)

    run(work)


@key.command("list")
def key_list() -> None:
    """列出密钥 List API keys, the newest first."""
    from gateway.access.identity import commands

    run(commands.list_keys)


@key.command("revoke")
def key_revoke(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="key list 所列编号")],
) -> None:
    """吊销密钥 End an API key."""
    from gateway.access.identity import commands

    run(lambda settings: commands.revoke_key(settings, key_id))


@policy.command("check")
def policy_check(file: Path) -> None:
    """检查策略文件 Name every fault of a policy's file."""
    from gateway import access_operations

    run(lambda settings: access_operations.check_policy(settings, file))


@policy.command("explain")
def policy_explain(  # noqa: PLR0913, PLR0917 - all that a policy may go by
    role: Annotated[TokenRole, typer.Option(help="角色")],
    field: Annotated[str, typer.Option(help="例如 Penalty.fine、Penalty、Query.check")],
    department: Annotated[str | None, typer.Option(help="例如 QH-EPD")] = None,
    region: Annotated[str | None, typer.Option(help="行政区划代码 (division)")] = None,
    uscc: Annotated[str | None, typer.Option(help="企业自己的代码 (its own)")] = None,
    purpose: Annotated[str | None, typer.Option(help="查询目的")] = None,
    case: Annotated[str | None, typer.Option(help="案号")] = None,
) -> None:
    """说明策略的结果 Tell what somebody may see, and by which rule."""
    from gateway import access_operations
    from gateway.access.viewer import Caller, Role, Viewer

    viewer = Viewer("cli", Role(role), department, region, uscc)
    caller = Caller(viewer, purpose, case)
    run(lambda settings: access_operations.explain(settings, caller, field))


@audit.command("verify")
def audit_verify(
    checkpoint: Annotated[
        Path | None, typer.Option(help="另存的检查点 (kept elsewhere)")
    ] = None,
    key_file: KeyFile = None,
) -> None:
    """核验审计记录 Find any change, gap or cut; 1: something was found."""
    from gateway.access.audit import commands

    async def work(settings: Settings) -> None:
        if not commands.verify_all(settings.audit_place(), checkpoint, key_file):
            raise typer.Exit(1)

    run(work)


@audit.command("export")
def audit_export(
    began: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="起始日")
    ] = None,
    ended: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="截止日")
    ] = None,
    form: Annotated[str, typer.Option("--format", help="ndjson / csv")] = "ndjson",
) -> None:
    """导出审计记录 Write the entries of some days, both included."""
    from gateway.access.audit import commands
    from gateway.access.audit.export import Form

    days = [None if one is None else one.date() for one in (began, ended)]

    async def work(settings: Settings) -> None:
        commands.export(settings.audit_place(), days[0], days[1], Form(form))

    run(work)


@audit.command("prune")
def audit_prune(
    before: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="此日之前")],
) -> None:
    """清除旧记录 Remove whole files from before a day, under a signature."""
    from gateway.access.audit import commands

    async def work(settings: Settings) -> None:
        commands.prune_all(settings.audit_place(), before.date())

    run(work)


@audit.command("about")
def audit_about(uscc: str) -> None:
    """告知企业 Tell which offices looked at an enterprise's data, and what for."""
    from gateway.access.audit import commands

    async def work(settings: Settings) -> None:
        commands.tell_about(settings.audit_place(), uscc)

    run(work)


@audit.command("checkpoint")
def audit_checkpoint() -> None:
    """输出最新检查点 Write the newest checkpoints, to be kept elsewhere."""
    from gateway.access.audit import commands

    async def work(settings: Settings) -> None:
        commands.show_checkpoint(settings.audit_place())

    run(work)


@receipt.command("verify")
def receipt_verify(
    file: Annotated[Path, typer.Argument(help="答复或回执 (what was saved)")],
    key_file: KeyFile = None,
    document: Annotated[Path | None, typer.Option(help="查询文本")] = None,
    variables: Annotated[Path | None, typer.Option(help="变量 JSON")] = None,
) -> None:
    """核验回执 Check offline what was said; 1: it does not hold."""
    from gateway.access.receipts import commands

    async def work(settings: Settings) -> None:
        root = settings.receipts_place()
        if not commands.verify(root, file, key_file, document, variables):
            raise typer.Exit(1)

    run(work)


@receipt.command("key")
def receipt_key() -> None:
    """输出公钥 Write the public key by which receipts are checked."""
    from gateway.access.receipts import commands

    async def work(settings: Settings) -> None:
        commands.show_key(settings.receipts_place())

    run(work)


@documents.command("register")
def documents_register(
    directory: Path,
    manifest: Annotated[Path, typer.Option(help="清单文件")] = Path("manifest.json"),
    yes: Annotated[  # noqa: FBT002 - an option of the command line
        bool, typer.Option("--yes", help="不再询问 (don't ask)")
    ] = False,
) -> None:
    """登记目录中的操作 Register a directory's operations for the public endpoint."""
    from gateway.access.documents.command import register_documents
    from schema.build import build
    from schema.visibility import Audience

    async def work(_: Settings) -> None:
        schema = build(Audience.PUBLIC)
        register_documents(
            directory,
            manifest,
            schema,
            lambda: yes or typer.confirm("登记 register?"),
        )

    run(work)


@schemas.command("print")
def schema_print(
    public: Annotated[  # noqa: FBT002 - an option of the command line
        bool, typer.Option("--public", help="公示端点的 (the public endpoint's)")
    ] = False,
    costs: Annotated[  # noqa: FBT002 - an option of the command line
        bool, typer.Option("--costs", help="附 @cost 和 @listSize (with weights)")
    ] = False,
) -> None:
    """输出模式 Write a schema as text, also with what its fields cost."""
    from gateway import access_operations
    from schema.visibility import Audience

    audience = Audience.PUBLIC if public else Audience.GOVERNMENT
    run(lambda _: access_operations.print_schema(audience, costs=costs))
