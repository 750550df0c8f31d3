"""What departments push is present before it is acknowledged."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.app import create_app
from gateway.opening import Gateway, open_gateway
from gateway.reconciliation import Reconciliation
from gateway.settings import read_settings
from schema.record_type import RecordType
from tests.gateway.core.fakes import FakeAdapter, code, enterprise
from tests.gateway.messages import SECRET, grade, message, post
from tests.gateway.presence.departments import quiet
from tests.serving import serving

pytestmark = pytest.mark.anyio
PLACE = ("QH-TAX", RecordType.TAX_CREDIT)


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[Gateway]:
    gateway = await opened(tmp_path)
    people = [enterprise(number) for number in range(1, 5)]
    await gateway.core.sync(FakeAdapter(people), quiet)
    yield gateway
    await gateway.close()


async def opened(directory: Path) -> Gateway:
    environment = {"CREDITNET_DATA": str(directory), "QH_TAX_SECRET": SECRET}
    return await open_gateway(read_settings(environment), environment, "QH-TAX")


async def build(gateway: Gateway) -> None:
    work = Reconciliation(
        gateway.adapters, gateway.core, gateway.quarantine, gateway.shelf
    )
    await work.run(gateway.settings.now(), quiet)
    assert gateway.presences
    await gateway.presences.refresh()


def held(gateway: Gateway) -> set[str]:
    assert gateway.presences
    one = gateway.presences.ruling(*PLACE)
    assert one
    return {gateway.presences.ordinals.code(number) for number in one.held}


async def test_a_push_adds_at_once_and_for_good(
    gateway: Gateway, tmp_path: Path
) -> None:
    async with serving(create_app(gateway)) as url:
        address = f"{url}/push/QH-TAX"
        await post(address, message(1, grade(code(1), "A")))
        await build(gateway)
        assert held(gateway) == {code(1)}
        assert (await post(address, message(2, grade(code(2), "B")))).is_success
        assert held(gateway) == {code(1), code(2)}
        unread = {**grade(code(3), "?"), "jdrq": "not a day"}
        assert (await post(address, message(3, unread))).is_success
        assert held(gateway) == {code(1), code(2), code(3)}
    again = await opened(tmp_path)
    assert again.presences
    await again.presences.refresh()
    assert held(again) == {code(1), code(2), code(3)}
    await again.close()
    await build(gateway)
    assert held(gateway) == {code(1), code(2), code(3)}


async def test_what_presence_can_not_note_is_not_acknowledged(
    gateway: Gateway, tmp_path: Path
) -> None:
    (tmp_path / "presence").write_text("in the way")
    async with serving(create_app(gateway)) as url:
        answer = await post(f"{url}/push/QH-TAX", message(1, grade(code(1), "A")))
    assert answer.status_code == 503
    assert answer.json()["error"]
