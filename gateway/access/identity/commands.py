"""What an operator can do about identities: give tokens, make and end API keys."""

import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from gateway.access.identity.api_keys import (
    ApiKey,
    ApiKeyTable,
    Kind,
    Wanted,
)
from gateway.access.identity.issuer import issue, open_issuer
from gateway.access.viewer import Viewer
from gateway.core.database import open_database
from gateway.errors import OperationRefused
from gateway.settings import SHANGHAI, Settings

LISTED = 200
"""Keys shown at the most."""


async def show_token(settings: Settings, viewer: Viewer, hours: float) -> None:
    """Write a token of the embedded issuer; raises OperationRefused."""
    issuer = open_issuer(settings.data)
    token = issue(issuer, viewer, hours, _departments(settings))
    sys.stdout.write(f"{token}\n")


async def create_key(settings: Settings, wanted: Wanted) -> None:
    """Make an API key and write it, this once; raises OperationRefused."""
    if wanted.department is not None and wanted.department not in _departments(
        settings
    ):
        raise OperationRefused(f"没有部门 {wanted.department} (no such department)")
    async with _table(settings) as table:
        key = await table.create(wanted)
    if wanted.certificate is not None:
        Console().print(
            f"证书已登记，编号 {key} (the certificate is registered)", highlight=False
        )
        return
    sys.stdout.write(f"{key}\n")
    Console(stderr=True).print(
        "密钥只显示这一次，请妥善保存 (shown only this once; keep it safe)",
        highlight=False,
    )


async def list_keys(settings: Settings) -> None:
    """List the newest API keys."""
    async with _table(settings) as table:
        keys = await table.newest(LISTED)
    shown = Table(
        *("编号", "名称", "方式", "角色", "部门", "创建", "到期", "最近使用", "状态")
    )
    for key in keys:
        shown.add_row(
            key.id,
            escape(key.name),
            "证书" if key.kind is Kind.CERTIFICATE else "密钥",
            key.role.value,
            key.department or "",
            f"{key.created.astimezone(SHANGHAI):%Y-%m-%d}",
            f"{key.expires.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
            "" if key.last_used_day is None else key.last_used_day.isoformat(),
            _state(key),
        )
    Console().print(shown)


async def revoke_key(settings: Settings, one: str) -> None:
    """End an API key, which gateways know within 30 s; raises OperationRefused."""
    async with _table(settings) as table:
        await table.revoke(one)
    Console().print(
        f"{one} 已吊销，30 秒内生效 (revoked, for all gateways within 30 s)",
        highlight=False,
    )


@asynccontextmanager
async def _table(settings: Settings) -> AsyncIterator[ApiKeyTable]:
    engine = await open_database(settings.core_url())
    try:
        yield ApiKeyTable(engine, time.time)
    finally:
        await engine.dispose()


def _departments(settings: Settings) -> frozenset[str]:
    return frozenset(path.stem for path in settings.departments.glob("*.toml"))


def _state(key: ApiKey) -> str:
    if key.revoked is not None:
        return "已吊销 revoked"
    return "已过期 expired" if key.expires.timestamp() <= time.time() else "有效 good"
