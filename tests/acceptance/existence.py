"""Measures whether response times of the public endpoint tell what is hidden.

    python -m tests.acceptance.existence --pairs 3000 --clock cpu

Twins differ in what the public may not see, and in nothing else. They are asked about
in pairs, in an order by chance. Were there no difference, either would be the slower
one in half of the pairs: the sign test says how probable the count is then. On a busy
machine `cpu`, what the gateway and the client computed, shows more than the wall's.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import erfc, sqrt
from pathlib import Path
from time import perf_counter, process_time

from msgspec.structs import replace

from adapters.contract import SourceRecord, Subject
from schema.record_type import RecordType
from tests.acceptance.canary_gateway import Asked, gateway_on
from tests.acceptance.canary_world import REGISTER, SINGING, CanaryWorld, Singer, world
from tests.gateway.core.fakes import code, enterprise
from tests.gateway.presence.departments import Department

Clock = Callable[[], float]
TWIN, HIDDEN, NOBODY = 4, 5, 6
"""Without secrets; of whom only secret records are held; of whom nothing is."""
COUNTED = "uscc penalties { totalCount } licences { totalCount }"
WHOLE = (
    "name archive(first: 50) { totalCount nodes { id headline } "
    "completeness { status sources { records } } }"
)
QUESTIONS = {
    "a hidden record, two lists": (SINGING, TWIN, COUNTED),
    "a hidden record, everything": (SINGING, TWIN, WHOLE),
    "an enterprise of hidden records only": (HIDDEN, NOBODY, COUNTED),
}


def both_worlds() -> CanaryWorld:
    """One world with both twins, and with somebody who has secrets only."""
    loud, quiet = world(sings=True), world(sings=False)
    held = list(loud.departments[REGISTER].records)
    secret = [one for one in held if not one.source_record_id.endswith("-1")]
    assert secret, "there is nothing to hide"
    records = [
        *held,
        *_of(TWIN, quiet.departments[REGISTER].records),
        *_of(HIDDEN, secret),
    ]
    kinds = loud.departments[REGISTER].types
    departments: Mapping[str, Singer] = {
        **loud.departments,
        REGISTER: Singer(records, department=REGISTER, types=kinds, size=50),
    }
    reports = [
        one
        for one in (*loud.core.records, *_of(TWIN, quiet.core.records))
        if one.record_type is RecordType.ANNUAL_REPORT
    ]
    twins = [enterprise(number, f"青海孪生{number}有限公司") for number in (1, 4)]
    core = Department([*twins, *reports], department=REGISTER, size=50)
    return CanaryWorld(core, departments, loud.canaries)


def _of(number: int, held: Sequence[SourceRecord]) -> Iterator[SourceRecord]:
    for one in held:
        name = f"{one.source_record_id}-{number}"
        subjects = (Subject(uscc=code(number)),)
        yield replace(one, source_record_id=name, identity=(name,), subjects=subjects)


CLOCKS: Mapping[str, Clock] = {"wall": perf_counter, "cpu": process_time}


async def pairs(
    asked: Asked, query: str, twins: tuple[int, int], count: int, clock: Clock
) -> list[tuple[float, float]]:
    """Give seconds for the one and the other, pair by pair."""
    first, second = twins
    chance = random.Random(20161020)

    async def seconds(number: int) -> float:
        started = clock()
        answer = await asked.ask(query, u=code(number))
        taken = clock() - started
        assert "errors" not in answer.json(), answer.text
        return taken

    for number in (first, second) * 20:
        await seconds(number)
    measured = []
    for _ in range(count):
        if chance.random() < 0.5:
            one = await seconds(first)
            measured.append((one, await seconds(second)))
        else:
            other = await seconds(second)
            measured.append((await seconds(first), other))
    return measured


def told_of(name: str, measured: list[tuple[float, float]]) -> str:
    """Sum it up: medians, how often the hiding one was slower, how probable that is."""
    slower = sum(one > other for one, other in measured)
    deviation = abs(slower - len(measured) / 2) / sqrt(len(measured) / 4)
    by_chance = erfc(deviation / sqrt(2))
    difference = statistics.median(one - other for one, other in measured)
    usual = statistics.median(other for _, other in measured)
    return (
        f"{name}: {len(measured)} pairs, {usual * 1e3:.2f} ms, "
        f"difference {difference * 1e6:+.0f} µs, slower in {slower}, "
        f"by chance p = {by_chance:.2g}"
    )


async def measure(count: int, clock: Clock) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with gateway_on(both_worlds(), Path(folder) / "data") as asked:
            for name, (first, second, selected) in QUESTIONS.items():
                query = f"query($u: USCC!) {{ enterprise(uscc: $u) {{ {selected} }} }}"
                measured = await pairs(asked, query, (first, second), count, clock)
                print(told_of(name, measured))  # noqa: T201 - what it is for


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=3_000)
    parser.add_argument("--clock", choices=CLOCKS, default="wall")
    options = parser.parse_args()
    asyncio.run(measure(options.pairs, CLOCKS[options.clock]))
