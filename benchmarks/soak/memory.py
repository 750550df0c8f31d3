"""`python -m benchmarks.soak.memory`: the cache of records stays within its bound.

Random enterprises are looked up as often as in an hour, as fast as it goes, in a
gateway whose cache is too small for them. Exit code 1 when the bytes it counts exceed
the bound, or the growth of the process exceeds it by more than a tenth.
"""

import argparse
import asyncio
import gc
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import httpx
import orjson
import psutil

from benchmarks import identity
from benchmarks.demo.demonstration import running
from benchmarks.lifespan import living
from benchmarks.machine import described
from gateway.app import create_app
from gateway.mocks import read_environment
from gateway.opening import open_gateway
from gateway.settings import Settings
from mock_departments.world.reader import open_world

SECONDS = 3_600
AT_ONCE = 50
"""Look-ups of one request."""
TOLERANCE = 1.1
_MIB = 1_048_576
_QUERY = (
    "query($u: [USCC!]) { enterprises(where: { usccIn: $u }, first: 100) { nodes { "
    "licences { totalCount } penalties { totalCount } commendations { totalCount } "
    "inspections { totalCount } taxCredit { totalCount } } } }"
)


@dataclass(frozen=True, slots=True)
class Held:
    """What was measured, in bytes."""

    bound: int
    counted: int
    """The most that the cache said it holds."""
    entries: int
    """At the end."""
    filled: int
    """Growth of the process when the cache was full for the first time."""
    grown: int
    """Growth of the process at the end."""

    def faults(self) -> Iterator[str]:
        """Say what is not within the bound."""
        if self.counted > self.bound:
            yield "the cache counts more than its bound"
        if self.grown > self.bound * TOLERANCE:
            yield "the process grew by more than the bound and a tenth"


async def measure(data: Path, bound: int, lookups: int, seed: int) -> Held:
    """Look up enterprises of a running demonstration at random."""
    settings = Settings(
        data=data,
        cache_bytes=bound,
        cache_seconds=SECONDS,
        presence=False,
        deadline=30,
        query_deadline=60,
        breaker_failures=1_000_000,
        breaker_share=1.0,
        repeat_bytes=1,
        limits=identity.ROOMY,
    )
    usccs = [one.uscc for one in open_world(data / "world.sqlite").enterprises()]
    gateway = await open_gateway(settings, read_environment(data))
    if gateway.memory is None:
        raise ValueError("the cache is off")
    entries = gateway.memory.entries
    app = create_app(gateway)
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        timeout=120,
        headers=identity.headers(data),
    )
    async with living(app), client:
        try:
            random = Random(seed)
            await _look_up(client, usccs[:AT_ONCE])  # loads code, fills small caches
            empty, filled, counted = _resident() - entries.size, 0, 0
            for _ in range(lookups // AT_ONCE):
                await _look_up(client, random.sample(usccs, AT_ONCE))
                counted = max(counted, entries.size)
                if not filled and entries.size > bound * 0.95:
                    filled = _resident() - empty
            return Held(bound, counted, len(entries), filled, _resident() - empty)
        finally:
            await gateway.close()


async def _look_up(client: httpx.AsyncClient, usccs: Sequence[str]) -> None:
    body = {"query": _QUERY, "variables": {"u": list(usccs)}}
    answer = await client.post("http://gateway/graphql", json=body)
    answer.raise_for_status()


def _resident() -> int:
    gc.collect()
    return int(psutil.Process().memory_info().rss)


def main() -> None:
    """Start departments, measure in a process of its own, and say what came of it."""
    options = _options()
    if options.data:
        held = asyncio.run(
            measure(options.data, options.bytes, options.lookups, options.seed)
        )
        print(orjson.dumps(held).decode())
        return
    with tempfile.TemporaryDirectory() as directory:
        size = ("--pace", "0", "--enterprises", str(options.enterprises))
        with running(Path(directory), *size) as demo:
            demo.settle()
            again = [sys.executable, "-m", "benchmarks.soak.memory", *sys.argv[1:]]
            told = subprocess.run(
                [*again, "--data", directory],
                stdout=subprocess.PIPE,
                check=True,
            ).stdout
    held = Held(**orjson.loads(told.splitlines()[-1]))
    print("\n".join(_summary(held, options)))
    faults = list(held.faults())
    print("\n".join(faults) or "within the bound")
    sys.exit(1 if faults else 0)


def _summary(held: Held, options: argparse.Namespace) -> Iterator[str]:
    yield described()
    yield (
        f"{options.lookups:,} look-ups of five lists, an hour's at "
        f"{options.lookups / SECONDS:.0f} a second, among {options.enterprises:,} "
        f"enterprises, seed {options.seed}"
    )
    yield f"bound        {held.bound / _MIB:.1f} MiB"
    yield f"counted      {held.counted / _MIB:.1f} MiB at the most"
    yield f"entries      {held.entries:,} at the end"
    yield f"process grew {held.filled / _MIB:.1f} MiB until the cache was full"
    yield f"             {held.grown / _MIB:.1f} MiB until the end"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.soak.memory", description=__doc__)
    parser.add_argument("--lookups", type=int, default=36_000)
    parser.add_argument("--bytes", type=int, default=32 * _MIB)
    parser.add_argument("--enterprises", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=20161020)
    parser.add_argument("--data", type=Path, help="of a demonstration that runs")
    return parser.parse_args()


if __name__ == "__main__":
    main()
