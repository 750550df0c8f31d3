"""API keys: of departments that push, and of the portal's server."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.access.identity.certificates import Certificate
from gateway.access.identity.profiles import faults_of
from gateway.access.viewer import Role, Viewer
from gateway.errors import OperationRefused
from gateway.settings import SHANGHAI

MOST: Final = 1_000
"""Keys that are good at the same time at the most."""
LONGEST: Final = 1_100
"""Days that a key is good at the most."""
ROLES: Final = frozenset({Role.OFFICER, Role.PORTAL})
_COLUMNS: Final = (
    "id, name, role, department, hash, created, expires, revoked, last_used_day, kind"
)
_GOOD = "revoked IS NULL AND expires > :now"
_COUNT = text(f"SELECT count(*) FROM api_key WHERE {_GOOD}")  # noqa: S608
_CREATE = text(
    "INSERT INTO api_key (id, name, role, department, hash, created, expires, kind) "
    "VALUES (:id, :name, :role, :department, :hash, :now, :expires, :kind)"
)
_NEWEST = text(
    f"SELECT {_COLUMNS} FROM api_key "  # noqa: S608
    "ORDER BY created DESC, id LIMIT :most"
)
_UNREVOKED = text(
    f"SELECT {_COLUMNS} FROM api_key WHERE revoked IS NULL "  # noqa: S608
    "ORDER BY expires DESC, id LIMIT :most"
)
_REGISTERED = text(
    f"SELECT id FROM api_key WHERE hash = :hash AND {_GOOD} LIMIT 1"  # noqa: S608
)
_REVOKE = text("UPDATE api_key SET revoked = :now WHERE id = :id AND revoked IS NULL")
_USED = text(
    "UPDATE api_key SET last_used_day = :day WHERE id = :id "
    "AND (last_used_day IS NULL OR last_used_day < :day)"
)


class Kind(StrEnum):
    """By what somebody is known."""

    SECRET = "secret"  # noqa: S105 - a word of the table
    CERTIFICATE = "certificate"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key, without its secret; or a certificate, whose holder has it."""

    id: str
    name: str
    role: Role
    department: str | None
    hash: str
    """SHA-256 of the secret, which is random: 256 bits; or of the certificate."""
    created: datetime
    expires: datetime
    revoked: datetime | None
    last_used_day: date | None
    """In Qinghai."""
    kind: Kind = Kind.SECRET

    @property
    def shown(self) -> str:
        """Give by what it is found when it is shown: its id, or the fingerprint."""
        return self.hash if self.kind is Kind.CERTIFICATE else self.id

    @property
    def viewer(self) -> Viewer:
        """Give who bears it."""
        return Viewer(self.name, self.role, self.department)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A key to make."""

    name: str
    role: Role
    department: str | None = None
    days: int = 365
    certificate: Certificate | None = None
    """What is shown in place of a secret; ends with it at the latest."""


class ApiKeyTable:
    """Keeps keys in the gateway's own tables."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], float]) -> None:
        """Use the tables of the gateway's migrations; `clock`: seconds since 1970."""
        self._engine = engine
        self._clock = clock

    async def create(self, wanted: Wanted) -> str:
        """Make a key and give it, once; raises OperationRefused.

        It is `cn_<id>_<secret>`; nobody can tell it again. Of a certificate, only the
        id is given.
        """
        _refuse(wanted)
        now, certificate = self._now(), wanted.certificate
        one, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        expires = now + timedelta(days=wanted.days)
        if certificate is not None:
            expires = min(expires, certificate.expires)
        values = {
            "id": one,
            "name": wanted.name,
            "role": wanted.role.value,
            "department": wanted.department,
            "hash": certificate.fingerprint if certificate else hash_of(secret),
            "now": written(now),
            "expires": written(expires),
            "kind": Kind.CERTIFICATE if certificate else Kind.SECRET,
        }
        async with self._engine.begin() as connection:
            await wait_for_the_disk(connection)
            count = await connection.execute(_COUNT, {"now": values["now"]})
            if count.scalar_one() >= MOST:
                raise OperationRefused(
                    f"有效密钥已达 {MOST} 个，请先吊销不用的 "
                    "(too many keys; revoke what is not used)"
                )
            known = (await connection.execute(_REGISTERED, values)).scalar()
            if known is not None:
                raise OperationRefused(
                    f"该证书已登记，编号 {known} (registered already; revoke it first)"
                )
            await connection.execute(_CREATE, values)
        return one if certificate else f"cn_{one}_{secret}"

    async def newest(self, most: int) -> Sequence[ApiKey]:
        """Give the newest keys, also those that are good no more."""
        async with self._engine.connect() as connection:
            rows = (await connection.execute(_NEWEST, {"most": most})).all()
        return [_key(row) for row in rows]

    async def unrevoked(self) -> Mapping[str, ApiKey]:
        """Give all that are good, with some that have expired, by what is shown."""
        async with self._engine.connect() as connection:
            rows = (await connection.execute(_UNREVOKED, {"most": 2 * MOST})).all()
        return {key.shown: key for key in map(_key, rows)}

    async def revoke(self, one: str) -> None:
        """End a key; raises OperationRefused for one that there is not."""
        values = {"id": one, "now": written(self._now())}
        async with self._engine.begin() as connection:
            await wait_for_the_disk(connection)
            revoked = (await connection.execute(_REVOKE, values)).rowcount
        if not revoked:
            raise OperationRefused(
                f"没有编号为 {one} 的有效密钥 (no such key, or revoked before)"
            )

    async def note(self, used: Mapping[str, date]) -> None:
        """Keep on which day keys were last used."""
        values = [{"id": one, "day": day.isoformat()} for one, day in used.items()]
        if values:
            async with self._engine.begin() as connection:
                await connection.execute(_USED, values)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)


def hash_of(secret: str) -> str:
    """Give what is kept of a secret."""
    return sha256(secret.encode()).hexdigest()


def _refuse(wanted: Wanted) -> None:
    faults = faults_of(Viewer(wanted.name, wanted.role, wanted.department))
    if wanted.role not in ROLES:
        names = " / ".join(sorted(role.value for role in ROLES))
        faults.append(f"密钥的角色应为 {names} (role: one of these)")
    if not 0 < wanted.days <= LONGEST:
        faults.append(f"有效期应为 1 到 {LONGEST} 天 (days: 1 up to that)")
    if faults:
        raise OperationRefused("\n".join(faults))


async def wait_for_the_disk(connection: AsyncConnection) -> None:
    """Let SQLite's commits outlive a power cut; servers' do."""
    if connection.dialect.name == "sqlite":
        await connection.exec_driver_sql("PRAGMA synchronous=FULL")


def written(moment: datetime) -> str:
    """Write a moment so that texts compare as moments do."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _key(row: Sequence[str | None]) -> ApiKey:
    one, name, role, department, hashed, created, expires, revoked, day, kind = row
    return ApiKey(
        one or "",
        name or "",
        Role(role),
        department,
        hashed or "",
        datetime.fromisoformat(created or ""),
        datetime.fromisoformat(expires or ""),
        datetime.fromisoformat(revoked) if revoked else None,
        date.fromisoformat(day) if day else None,
        Kind(kind or Kind.SECRET),
    )


def day_of(seconds: float) -> date:
    """Give the calendar day in Qinghai of a moment in seconds since 1970."""
    return datetime.fromtimestamp(seconds, SHANGHAI).date()
