"""Random faults and random questions for a while: no answer is wrong.

`make soak` does the same for longer, on a larger world.
"""

import asyncio
from collections.abc import Callable
from random import Random

import pytest

from benchmarks.soak import forms
from benchmarks.soak.asking import Asker, session
from benchmarks.soak.learning import learn
from benchmarks.soak.load import Load, press
from benchmarks.soak.tally import Tally
from benchmarks.soak.trouble import Trouble
from benchmarks.soak.truth import Province
from tests.acceptance.conftest import Demo, another_gateway

FORMS = forms.government(), forms.public()
CLIENTS = 4
SECONDS = 8.0
AS_OPERATED = {
    "CACHE": "on",
    "CACHE_SECONDS": "1",
    "CACHE_RENEWING": "1",
    "PRESENCE": "on",
    "BREAKER_FAILURES": "3",
    "BREAKER_SHARE": "0.5",
    "BREAKER_WAIT": "0.2",
    "BREAKER_LONGEST_WAIT": "1",
    "DEADLINE": "1",
}
"""Everything on, and so short that all of it happens."""


async def learnt(demo: Demo) -> Province:
    """Learn about those with a story and some others."""
    usccs = [one.uscc for one in demo.world.enterprises()]
    stories = {*demo.stories.values()} & {*usccs}
    known = sorted({*stories, *Random(1).sample(usccs, 25)})
    async with session(4, demo.data) as connections:
        asker = Asker(demo.url, connections)
        return await learn(asker, FORMS, demo.world, known, known[::3])


async def soaked(gateway: Demo, province: Province, seed: int) -> tuple[Tally, Trouble]:
    """Ask while departments misbehave."""
    control = (gateway.data / "departments" / "control").read_text()
    trouble = Trouble(control, Random(seed))
    load = Load(province, FORMS, CLIENTS, seed, scans=0.0, busy=lambda: 0.0)
    over = asyncio.Event()
    async with session(2 * CLIENTS, gateway.data) as connections:
        asker = Asker(gateway.url, connections)
        async with asyncio.TaskGroup() as group:
            asking = group.create_task(press(load, asker, over))
            group.create_task(trouble.run(connections, over))
            asyncio.get_running_loop().call_later(SECONDS, over.set)
    return asking.result(), trouble


@pytest.mark.parametrize("seed", [20161020])
def test_no_fault_makes_an_answer_wrong(
    demo: Demo, fault: Callable[[str, str], None], seed: int
):
    province = asyncio.run(learnt(demo))
    with another_gateway(demo, **AS_OPERATED) as gateway:
        tally, trouble = asyncio.run(soaked(gateway, province, seed))
    assert not tally.wrong, "\n".join(tally.lines())
    assert tally.kinds.total() > 50
    assert trouble.applied.total() > 10
    assert {"COMPLETE", "PARTIAL"} <= tally.verdicts.keys()
