"""A token that was taken back counts no more, in all gateways that share a database."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.access.identity.errors import IdentityUnavailable, Unauthenticated
from gateway.access.identity.issuer import open_issuer
from gateway.access.identity.keys import HeldKeys
from gateway.access.identity.revocations import LEEWAY, RevocationTable, Revoked
from gateway.access.identity.revoking import PACE, Revoking
from gateway.access.identity.revoking_commands import Wanted, restore, revoke, show
from gateway.access.identity.tokens import Tokens
from gateway.access.viewer import Role, Viewer
from gateway.core import Core
from gateway.core.database import open_database
from gateway.errors import OperationRefused
from gateway.settings import Settings
from tests.gateway.access.identity.signing import (
    CLAIMS,
    EC,
    NOW,
    TRUST,
    Clock,
    Token,
    key_set,
    without,
)

pytestmark = pytest.mark.anyio
JTI = "b2f1c0de"
WITH_ID = {**CLAIMS, "jti": JTI}


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(NOW + seconds, UTC)


@dataclass
class Case:
    """Two gateways on one database."""

    engine: AsyncEngine
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.table = RevocationTable(self.engine, self.clock)
        self.gateways = [self.gateway(), self.gateway()]

    def gateway(self) -> Tokens:
        revoked = Revoking(self.table, self.clock)
        return Tokens(TRUST, HeldKeys(key_set(EC)), self.clock, revoked)

    async def good(self, **claims: object) -> None:
        for one in self.gateways:
            await one.viewer_of(str(Token({**WITH_ID, **claims})))

    async def refused(self, **claims: object) -> Unauthenticated:
        token = Token({**WITH_ID, **claims})
        caught: list[Unauthenticated] = []
        for one in self.gateways:
            with pytest.raises(Unauthenticated) as found:
                await one.viewer_of(str(token))
            caught.append(found.value)
        assert len({one.message for one in caught}) == 1
        return caught[0]

    def wait(self) -> None:
        """Let the bound go by within which all gateways know."""
        self.clock.seconds += PACE.waited + 0.1


@pytest.fixture
async def case(core: Core) -> AsyncIterator[Case]:
    made = Case(core.engine)
    yield made
    for one in made.gateways:
        await one.close()


async def test_a_token_that_is_revoked_counts_no_more_within_10_seconds(case: Case):
    await case.good()
    await case.table.revoke_token(JTI)
    case.wait()
    error = await case.refused()
    assert "已吊销" in error.message
    assert error.reason == "token revoked"
    assert 'error="invalid_token"' in error.challenge
    await case.good(jti="another")


async def test_revoking_one_does_not_make_a_bad_one_better(case: Case):
    await case.table.revoke_token(JTI)
    expired = await case.refused(exp=NOW - 60)
    assert "已过期" in expired.message
    header, claims, _ = str(Token(WITH_ID)).split(".")
    with pytest.raises(Unauthenticated) as forged:
        await case.gateways[0].viewer_of(f"{header}.{claims}.AAAA")
    assert forged.value.reason == "signature"
    with pytest.raises(Unauthenticated) as untyped:
        await case.gateways[0].viewer_of(str(Token({**CLAIMS, "jti": 7})))
    assert untyped.value.reason == "jti is no text"


async def test_all_of_a_subject_up_to_a_moment(case: Case):
    await case.good()
    await case.table.revoke_subject("u-1024", at(0))
    case.wait()
    assert "已吊销" in (await case.refused()).message
    await case.good(sub="u-2048")
    later = NOW + LEEWAY + 1
    case.clock.seconds = later
    await case.good(iat=later, exp=later + 60)
    undated = Token({**without("iat"), "jti": "x"})
    with pytest.raises(Unauthenticated):
        await case.gateways[0].viewer_of(str(undated))


async def test_the_latest_moment_of_a_subject_stands(case: Case):
    case.clock.seconds += 200
    await case.table.revoke_subject("u-1024", at(100))
    await case.table.revoke_subject("u-1024", at(0))
    (one,) = await case.table.newest(10)
    assert one.issued == at(100)
    await case.refused(iat=NOW + 100, exp=NOW + 900)
    with pytest.raises(OperationRefused, match="to come"):
        await case.table.revoke_subject("u-1024", at(201))


async def test_what_is_taken_back_counts_again(case: Case):
    await case.table.revoke_token(JTI)
    await case.refused()
    (one,) = await case.table.newest(10)
    await case.table.restore(one.number)
    case.wait()
    await case.good()
    with pytest.raises(OperationRefused, match="no such revocation"):
        await case.table.restore(one.number)


async def test_what_has_expired_anyway_is_forgotten(case: Case):
    await case.table.revoke_token("old", at(100))
    assert (await case.table.standing()).tokens == {"old"}
    case.clock.seconds += 101
    assert (await case.table.standing()).tokens == set()
    await case.table.revoke_token("new")
    assert [one.jti for one in await case.table.newest(10)] == ["new"]
    with pytest.raises(OperationRefused, match="nothing to revoke"):
        await case.table.revoke_token("past", at(0))


@pytest.mark.parametrize("wrong", ["", "x" * 513, "a\nb"])
async def test_what_names_nothing_is_refused(case: Case, wrong: str):
    with pytest.raises(OperationRefused):
        await case.table.revoke_token(wrong)
    with pytest.raises(OperationRefused):
        await case.table.revoke_subject(wrong, at(0))


async def test_without_a_database_nobody_is_believed_for_ever(tmp_path: Path):
    engine = await open_database(f"sqlite:///{tmp_path / 'core.sqlite'}")
    case = Case(engine)
    await case.good()
    await engine.dispose()
    (tmp_path / "core.sqlite").unlink()
    case.clock.seconds += PACE.usable - 1
    await case.good()
    case.clock.seconds += 2
    with pytest.raises(IdentityUnavailable):
        await case.gateways[0].viewer_of(str(Token(WITH_ID)))
    for one in case.gateways:
        await one.close()
    await engine.dispose()


@given(
    st.floats(0, 4e9),
    st.floats(0, 4e9) | st.none(),
    st.sampled_from(["u-1", "u-2"]),
)
def test_no_token_from_before_the_moment_gets_through(
    moment: float, issued: float | None, subject: str
):
    fault = Revoked(subjects={"u-1": moment}).fault_of(None, subject, issued)
    if subject == "u-2":
        assert not fault
    elif issued is None or issued <= moment:
        assert fault
    elif issued > moment + LEEWAY:
        assert not fault


async def test_the_commands(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("COLUMNS", "200")
    settings = Settings(data=tmp_path)
    token = open_issuer(tmp_path).token(Viewer("demo", Role.ANALYST), hours=1)
    await revoke(settings, Wanted(token))
    await revoke(settings, Wanted(subject="[demo]"))
    await show(settings)
    listed = capsys.readouterr().out
    assert "within 10 s" in listed
    assert "[demo]" in listed
    assert token not in listed
    await restore(settings, 1)
    await show(settings)
    assert len(capsys.readouterr().out.splitlines()) == 6
    yesterday = datetime.now() - timedelta(days=1)  # noqa: DTZ005 - as typed
    for wrong, words in [
        (Wanted(), "one of the two"),
        (Wanted("x", "y"), "one of the two"),
        (Wanted("x", before=yesterday), "--subject only"),
        (Wanted("x", until=yesterday), "nothing to revoke"),
        (Wanted("a.b.c"), "no token"),
        (Wanted(str(Token())), "no jti"),
    ]:
        with pytest.raises(OperationRefused, match=words):
            await revoke(settings, wrong)
