"""`python -m benchmarks.soak`: no fault of departments makes the gateway lie.

Starts the whole demonstration, learns what is true while all are well (and proves that
by the invented world), then asks random questions under random faults and compares
every answer. Exit code 1 when anything was wrong.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random, SystemRandom
from time import perf_counter

from benchmarks.demo.demonstration import Demonstration, running
from benchmarks.machine import described
from benchmarks.soak import forms
from benchmarks.soak.asking import Asker, session
from benchmarks.soak.learning import Untrue, learn
from benchmarks.soak.load import Load, press
from benchmarks.soak.tally import Tally
from benchmarks.soak.trouble import LEFT_OUT, Trouble
from benchmarks.soak.truth import Province
from mock_departments.world.reader import open_world

LEARNING = {
    "BREAKER_FAILURES": "1000000",
    "BREAKER_SHARE": "1",
    "PRESENCE": "off",
    "CACHE_SECONDS": "3600",
    "DEADLINE": "30",
    "QUERY_DEADLINE": "60",
}
"""Settings while the truth is learnt: whoever is asked has time to answer."""
SHOWN = 300
"""Enterprises that the public asks about."""
BESIDE = 6
"""Connections beside those of the clients."""
WELL = 10.0
"""Seconds at the beginning without faults: what is wrong then is no fault's doing."""


def main() -> None:
    """Run it, and say what came of it."""
    options = _options()
    forms_ = forms.government(), forms.public()
    with tempfile.TemporaryDirectory() as directory:
        data = Path(directory)
        size = ("--enterprises", str(options.enterprises))
        started = perf_counter()
        with running(data, "--pace", "0", *size, **LEARNING) as demo:
            try:
                province = asyncio.run(_learnt(demo, forms_, options.seed))
            except Untrue as error:
                sys.exit(f"already untrue in health:\n{error}")
        print(f"learnt in {perf_counter() - started:.0f} s", flush=True)
        with running(data, *size) as demo:
            demo.settle()
            before = _cpu(demo)
            load = Load(
                province,
                forms_,
                options.connections,
                options.seed,
                options.scans,
                lambda: _cpu(demo) - before,
            )
            soak = _Soak(demo, load)
            tally = asyncio.run(soak.run(options.seconds))
            print("\n".join(soak.summary(tally)), flush=True)
    sys.exit(1 if tally.wrong else 0)


async def _learnt(
    demo: Demonstration, both: tuple[forms.Form, forms.Form], seed: int
) -> Province:
    world = open_world(demo.data / "world.sqlite")
    usccs = [one.uscc for one in world.enterprises()]
    stories = [about for about in world.stories().values() if about in usccs]
    shown = [*{*stories, *Random(seed).sample(usccs, min(SHOWN, len(usccs)))}]
    async with session(BESIDE, demo.data) as connections:
        return await learn(Asker(demo.url, connections), both, world, usccs, shown)


def _cpu(demo: Demonstration) -> float:
    """Give the seconds of CPU that the gateway has used."""
    times = demo.process.cpu_times()
    return float(times.user + times.system)


class _Soak:
    """One run against a running demonstration."""

    def __init__(self, demo: Demonstration, load: Load) -> None:
        self._demo, self._load = demo, load
        control = (demo.data / "departments" / "control").read_text()
        self._trouble = Trouble(control, Random(load.seed))
        self._memory = [demo.memory()]

    async def run(self, seconds: float) -> Tally:
        over = asyncio.Event()
        async with session(
            self._load.connections + BESIDE, self._demo.data
        ) as connections:
            asker = Asker(self._demo.url, connections)
            async with asyncio.TaskGroup() as group:
                pressing = group.create_task(press(self._load, asker, over))
                group.create_task(self._watch(over))
                await asyncio.sleep(WELL)
                group.create_task(self._trouble.run(connections, over))
                await asyncio.sleep(seconds - WELL)
                over.set()
        return pressing.result()

    async def _watch(self, over: asyncio.Event) -> None:
        while not over.is_set():
            self._memory.append(self._demo.memory())
            await asyncio.sleep(1)

    def summary(self, tally: Tally) -> Iterator[str]:
        load, memory = self._load, self._memory
        yield described()
        yield (
            f"soak         45 departments, {len(load.province.government):,} "
            f"enterprises, c = {load.connections}, seed {load.seed}"
        )
        yield from (f"faults       {line}" for line in self._faults())
        yield f"left out     {'; '.join(f'{k}: {v}' for k, v in LEFT_OUT.items())}"
        yield (
            f"memory       {memory[0]:.0f} MiB at the start, {max(memory):.0f} at the "
            f"most, {memory[-1]:.0f} at the end"
        )
        yield from tally.lines()

    def _faults(self) -> Iterator[str]:
        trouble = self._trouble
        yield ", ".join(f"{k} {v}" for k, v in trouble.manners.most_common())
        yield ", ".join(f"{k} {v}" for k, v in trouble.applied.most_common())
        if trouble.refused:
            refused = ", ".join(f"{k} {v}" for k, v in trouble.refused.items())
            yield f"orders to departments that were not carried out: {refused}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--enterprises", type=int, default=2_500)
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(1 << 31))
    parser.add_argument("--scans", type=float, default=0.002, help="share of questions")
    return parser.parse_args()


if __name__ == "__main__":
    main()
