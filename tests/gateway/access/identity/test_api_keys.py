"""API keys are made once, kept as hashes, end, and need no database at each request."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from gateway.access.identity.api_keys import ApiKeyTable, Wanted, hash_of
from gateway.access.identity.errors import IdentityUnavailable, Unauthenticated
from gateway.access.identity.key_ring import KeyRing
from gateway.access.viewer import Role, Viewer
from gateway.core import Core
from gateway.core.database import open_database
from gateway.errors import OperationRefused
from tests.gateway.access.identity.signing import NOW, Clock

pytestmark = pytest.mark.anyio
OFFICER = Wanted("税务推送", Role.OFFICER, "QH-TAX", 30)


@dataclass
class Case:
    """Keys in a database, and what a gateway knows of them."""

    engine: AsyncEngine
    clock: Clock = field(default_factory=Clock)
    statements: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.table = ApiKeyTable(self.engine, self.clock)
        self.ring = KeyRing(self.table, self.clock, self.clock)
        event.listen(self.engine.sync_engine, "before_cursor_execute", self._hear)

    def _hear(self, *words: object) -> None:
        self.statements.append(str(words[2]))

    async def refused(self, key: str) -> Unauthenticated:
        with pytest.raises(Unauthenticated) as caught:
            await self.ring.viewer_of(key)
        return caught.value

    async def only_row(self) -> dict[str, object]:
        async with self.engine.connect() as connection:
            found = await connection.execute(text("SELECT * FROM api_key"))
            return dict(found.mappings().one())


@pytest.fixture
def case(core: Core) -> Case:
    return Case(core.engine)


@pytest.fixture
async def local(tmp_path: Path) -> AsyncIterator[Case]:
    """A case for what no database has a part in."""
    engine = await open_database(f"sqlite:///{tmp_path / 'core.sqlite'}")
    yield Case(engine)
    await engine.dispose()


async def test_the_life_of_a_key(case: Case):
    key = await case.table.create(OFFICER)
    viewer = Viewer("税务推送", Role.OFFICER, "QH-TAX")
    assert await case.ring.viewer_of(key) == viewer
    (listed,) = await case.table.newest(10)
    assert (listed.name, listed.revoked, listed.last_used_day) == (
        *("税务推送", None, None),
    )
    assert listed.created == datetime.fromtimestamp(NOW, UTC)
    await case.table.revoke(listed.id)
    case.clock.seconds += 31
    assert "unknown or revoked" in (await case.refused(key)).reason
    (listed,) = await case.table.newest(10)
    assert listed.revoked == datetime.fromtimestamp(NOW, UTC)
    with pytest.raises(OperationRefused, match=listed.id):
        await case.table.revoke(listed.id)
    await case.ring.close()


async def test_a_key_expires_to_the_second(local: Case):
    key = await local.table.create(OFFICER)
    await local.ring.viewer_of(key)
    local.clock.seconds += 30 * 86_400 - 1
    await local.ring.viewer_of(key)
    local.clock.seconds += 1
    assert "已过期" in (await local.refused(key)).message
    await local.ring.close()


async def test_the_secret_is_kept_nowhere(case: Case):
    key = await case.table.create(OFFICER)
    _, one, secret = key.split("_", 2)
    row = await case.only_row()
    assert row["id"] == one
    assert row["hash"] == hash_of(secret)
    assert not any(secret in str(value) for value in row.values())


async def test_no_request_waits_for_the_database_again(local: Case):
    key = await local.table.create(OFFICER)
    await local.ring.viewer_of(key)
    local.statements.clear()
    for _ in range(100):
        await local.ring.viewer_of(key)
    assert local.statements == []


async def test_invented_keys_make_no_flood_of_reads(local: Case):
    await local.ring.viewer_of(await local.table.create(OFFICER))
    local.statements.clear()
    for number in range(50):
        await local.refused(f"cn_{number:012x}_{'x' * 43}")
        local.clock.seconds += 0.1
    reads = [one for one in local.statements if "SELECT" in one]
    assert 1 <= len(reads) <= 5
    await local.ring.close()


async def test_a_key_made_just_now_is_known(local: Case):
    await local.ring.viewer_of(await local.table.create(OFFICER))
    local.clock.seconds += 1
    viewer = await local.ring.viewer_of(
        await local.table.create(Wanted("portal", Role.PORTAL))
    )
    assert viewer == Viewer("portal", Role.PORTAL)


def bent(key: str) -> Iterator[str]:
    """Give what is almost a key."""
    secret = key.split("_", 2)[2]
    yield from (key[:-1], key + "A", key + "\n", key.upper(), secret, "", "cn__")
    yield key[:-1] + ("A" if key[-1] != "A" else "B")
    yield key.replace("cn_", "cn_0", 1)
    yield f"{key[:16]}' OR 1=1 --"
    yield "é" * 100_000


async def test_what_is_not_the_key_is_refused(local: Case):
    key = await local.table.create(OFFICER)
    for wrong in bent(key):
        error = await local.refused(wrong)
        assert "密钥无效" in error.message
        assert key.split("_", 2)[2] not in error.reason
    await local.ring.close()


async def test_a_key_that_makes_no_sense_is_not_made(local: Case):
    for wanted, word in {
        Wanted("x", Role.ADMINISTRATOR): "角色",
        Wanted("x", Role.OFFICER): "officer",
        Wanted("x", Role.PORTAL, "QH-TAX"): "portal",
        Wanted("", Role.PORTAL): "主体",
        Wanted("x", Role.PORTAL, days=0): "有效期",
        Wanted("x", Role.PORTAL, days=10_000): "有效期",
    }.items():
        with pytest.raises(OperationRefused, match=word):
            await local.table.create(wanted)
    assert not await local.table.newest(1)


async def test_the_day_of_the_last_use_is_kept(case: Case):
    key = await case.table.create(OFFICER)
    await case.ring.viewer_of(key)
    await case.ring.close()
    (listed,) = await case.table.newest(1)
    assert listed.last_used_day == date(2027, 1, 15)
    ring = KeyRing(case.table, case.clock, case.clock)
    await ring.viewer_of(key)
    case.statements.clear()
    await ring.close()
    assert not any("UPDATE" in one for one in case.statements)


async def test_keys_go_on_for_minutes_without_a_database(case: Case):
    key = await case.table.create(OFFICER)
    await case.ring.viewer_of(key)
    await rename(case, "api_key", "away")
    with capture_logs() as logs:
        case.clock.seconds += 31
        await case.ring.viewer_of(key)
        case.clock.seconds += 270
        with pytest.raises(IdentityUnavailable):
            await case.ring.viewer_of(key)
    assert "not fetched" in {line["event"] for line in logs}
    assert key not in str(logs)
    await rename(case, "away", "api_key")
    case.clock.seconds += 1
    await case.ring.viewer_of(key)
    await case.ring.close()


async def rename(case: Case, before: str, after: str) -> None:
    async with case.engine.begin() as connection:
        await connection.execute(text(f"ALTER TABLE {before} RENAME TO {after}"))
