"""What an operator can do about tokens that were given: end them."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
from joserfc.util import urlsafe_b64decode
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from gateway.access.identity.revocations import LEEWAY, Revocation, RevocationTable
from gateway.core.database import open_database
from gateway.errors import OperationRefused
from gateway.settings import SHANGHAI, Settings

LISTED = 200
"""Revocations shown at the most."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be revoked; moments without an offset are Qinghai's."""

    token: str | None = None
    """Its `jti`, or the whole token."""
    subject: str | None = None
    before: datetime | None = None
    """None: now."""
    until: datetime | None = None


class _Claims(msgspec.Struct):
    """What is read of a token that is to end, signed by whomever."""

    jti: str | None = None
    exp: float | None = None


async def revoke(settings: Settings, wanted: Wanted) -> None:
    """End tokens, which gateways know within 10 s; raises OperationRefused."""
    if (wanted.token is None) == (wanted.subject is None):
        raise OperationRefused(
            "请给出令牌编号 (JTI)，或 --subject，二者取一 (one of the two)"
        )
    if wanted.token is not None and wanted.before is not None:
        raise OperationRefused("--before 只用于 --subject (goes with --subject only)")
    async with _table(settings) as table:
        if wanted.subject is not None:
            now = datetime.now(SHANGHAI)
            moment = _dated(wanted.before) or now
            await table.revoke_subject(wanted.subject, moment, _dated(wanted.until))
        else:
            jti, ends = _named(wanted.token or "")
            await table.revoke_token(jti, _dated(wanted.until) or ends)
    Console().print(
        "已吊销，10 秒内生效 (revoked, for all gateways within 10 s)", highlight=False
    )


async def show(settings: Settings) -> None:
    """List the revocations that stand."""
    async with _table(settings) as table:
        found = await table.newest(LISTED)
    shown = Table("序号", "令牌", "主体", "签发不晚于", "吊销", "记录至")
    for one in found:
        shown.add_row(*_row(one))
    Console().print(shown)


async def restore(settings: Settings, number: int) -> None:
    """Take a revocation back; raises OperationRefused."""
    async with _table(settings) as table:
        await table.restore(number)
    Console().print(f"已撤去第 {number} 号吊销 (taken back)", highlight=False)


@asynccontextmanager
async def _table(settings: Settings) -> AsyncIterator[RevocationTable]:
    engine = await open_database(settings.core_url())
    try:
        yield RevocationTable(engine, time.time)
    finally:
        await engine.dispose()


def _named(given: str) -> tuple[str, datetime | None]:
    """Give the `jti` of a token and when it ends; a `jti` stands for itself."""
    given = given.strip()
    if given.count(".") != 2:
        return given, None
    try:
        payload = urlsafe_b64decode(given.split(".")[1].encode())
        claims = msgspec.json.decode(payload, type=_Claims)
        ends = claims.exp and datetime.fromtimestamp(claims.exp + LEEWAY + 1, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise OperationRefused("不是令牌，也不是编号 (no token, and no jti)") from error
    if claims.jti is None:
        raise OperationRefused(
            "令牌没有编号，请用 --subject (it has no jti; revoke by --subject)"
        )
    return claims.jti, ends or None


def _dated(moment: datetime | None) -> datetime | None:
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=SHANGHAI)


def _row(one: Revocation) -> tuple[str, ...]:
    moments = [
        "" if moment is None else f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
        for moment in (one.issued, one.created, one.until)
    ]
    return (str(one.number), escape(one.jti or ""), escape(one.subject or ""), *moments)
