"""Tokens that count no more although they have not expired."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.access.identity.api_keys import wait_for_the_disk, written
from gateway.errors import OperationRefused

MOST: Final = 10_000
"""Revocations that stand at the same time at the most."""
LONGEST_ID: Final = 512
"""Characters of a token's `jti`, or of a subject, at the most."""
LEEWAY: Final = 30.0
"""Seconds that the issuer's clock may be ahead."""
_STANDS = "(until IS NULL OR until > :now)"
_FORGET = text("DELETE FROM revoked_token WHERE until <= :now")
_COUNT = text("SELECT count(*) FROM revoked_token")
_TOKEN = text(
    "INSERT INTO revoked_token (jti, created, until) VALUES (:jti, :now, :until) "
    "ON CONFLICT (jti) DO UPDATE SET until = excluded.until"
)
_SUBJECT = text(
    "INSERT INTO revoked_token (subject, issued, created, until) "
    "VALUES (:subject, :issued, :now, :until) ON CONFLICT (subject) DO UPDATE SET "
    "issued = CASE WHEN excluded.issued > revoked_token.issued THEN excluded.issued "
    "ELSE revoked_token.issued END, created = excluded.created, until = excluded.until"
)
_RESTORE = text("DELETE FROM revoked_token WHERE number = :number")
_NEWEST = text(
    "SELECT number, jti, subject, issued, created, until FROM revoked_token "  # noqa: S608
    f"WHERE {_STANDS} ORDER BY created DESC, number DESC LIMIT :most"
)
_STANDING = text(
    f"SELECT jti, subject, issued FROM revoked_token WHERE {_STANDS} LIMIT :most"  # noqa: S608
)


@dataclass(frozen=True, slots=True)
class Revocation:
    """One entry of the list: a token, or all of a subject up to a moment."""

    number: int
    jti: str | None
    subject: str | None
    issued: datetime | None
    """Up to when the subject's tokens were issued that count no more."""
    created: datetime
    until: datetime | None
    """From when on all of them have expired anyway; None: not known."""


@dataclass(frozen=True, slots=True)
class Revoked:
    """All that is revoked now."""

    tokens: frozenset[str] = frozenset()
    subjects: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """By subject, up to when (seconds since 1970) its tokens were issued."""

    def fault_of(self, jti: str | None, subject: str, issued: float | None) -> str:
        """Say why a token counts no more; nothing when it does.

        One that does not say when it was issued may be older than any moment.
        """
        if jti is not None and jti in self.tokens:
            return "token revoked"
        moment = self.subjects.get(subject)
        if moment is not None and (issued is None or issued <= moment + LEEWAY):
            return "all tokens of the subject revoked"
        return ""


class RevocationTable:
    """Keeps them in the gateway's own tables, for all gateways that share these."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], float]) -> None:
        """Use the tables of the gateway's migrations; `clock`: seconds since 1970."""
        self._engine = engine
        self._clock = clock

    async def revoke_token(self, jti: str, until: datetime | None = None) -> None:
        """End one token; raises OperationRefused."""
        _refuse_id(jti, "jti")
        await self._put(_TOKEN, {"jti": jti}, until)

    async def revoke_subject(
        self, subject: str, issued: datetime, until: datetime | None = None
    ) -> None:
        """End all tokens of a subject issued up to a moment; raises OperationRefused.

        The latest moment stands. It is not to come: tokens yet to be issued are the
        login service's matter.
        """
        _refuse_id(subject, "subject")
        if issued.timestamp() > self._clock():
            raise OperationRefused(
                "时刻不可在将来；要停用账号，请在登录服务中停用 "
                "(a moment to come; disable the account at the login service)"
            )
        upwards = datetime.fromtimestamp(math.ceil(issued.timestamp()), UTC)
        await self._put(
            _SUBJECT, {"subject": subject, "issued": written(upwards)}, until
        )

    async def restore(self, number: int) -> None:
        """Take a revocation back; raises OperationRefused for one there is not."""
        async with self._engine.begin() as connection:
            await wait_for_the_disk(connection)
            found = await connection.execute(_RESTORE, {"number": number})
        if not found.rowcount:
            raise OperationRefused(f"没有第 {number} 号吊销 (no such revocation)")

    async def newest(self, most: int) -> Sequence[Revocation]:
        """Give those that stand, the newest first."""
        values = {"now": self._now(), "most": most}
        async with self._engine.connect() as connection:
            rows = (await connection.execute(_NEWEST, values)).all()
        return [
            Revocation(
                row[0], row[1], row[2], _read(row[3]), _known(row[4]), _read(row[5])
            )
            for row in rows
        ]

    async def standing(self) -> Revoked:
        """Give all that is revoked now."""
        values = {"now": self._now(), "most": 2 * MOST}
        async with self._engine.connect() as connection:
            rows = (await connection.execute(_STANDING, values)).all()
        return Revoked(
            frozenset(jti for jti, _, _ in rows if jti is not None),
            {
                subject: _known(issued).timestamp()
                for _, subject, issued in rows
                if subject is not None
            },
        )

    async def _put(
        self, statement: TextClause, values: Mapping[str, Any], until: datetime | None
    ) -> None:
        now = self._now()
        last = None if until is None else written(until)
        if last is not None and last <= now:
            raise OperationRefused(
                "令牌已过期，不必吊销 (all of it has expired; nothing to revoke)"
            )
        async with self._engine.begin() as connection:
            await wait_for_the_disk(connection)
            await connection.execute(_FORGET, {"now": now})
            await connection.execute(statement, {**values, "now": now, "until": last})
            if (await connection.execute(_COUNT)).scalar_one() > MOST:
                raise OperationRefused(  # takes back what was just written
                    f"吊销已达 {MOST} 条，请先撤去令牌已过期的 "
                    "(too many; creditnet token restore those that have expired)"
                )

    def _now(self) -> str:
        return written(datetime.fromtimestamp(self._clock(), UTC))


def _refuse_id(given: str, name: str) -> None:
    if not (0 < len(given) <= LONGEST_ID and given.isprintable()):
        raise OperationRefused(
            f"{name} 应为 1 到 {LONGEST_ID} 个可见字符 (visible characters)"
        )


def _read(moment: str | None) -> datetime | None:
    return None if moment is None else datetime.fromisoformat(moment)


def _known(moment: str) -> datetime:
    return datetime.fromisoformat(moment)
