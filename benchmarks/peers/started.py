"""Servers while they are measured: the departments, and a contestant."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psutil

from benchmarks import identity, machine
from benchmarks.machine import await_port, free_port, running
from benchmarks.peers.contestants import Contestant, Place
from benchmarks.peers.target import Target

WHOLE = 85
"""Percent of the size of the right answer: other enterprises' may be shorter."""
_START_SECONDS = 180.0


@contextmanager
def departments_of(data: Path, work: Path, on: int) -> Iterator[str]:
    """Run the departments of a core on one core of the machine; gives their address."""
    port, log = free_port(), work / "departments.log"
    command = machine.python("benchmarks.peers.department", port, data / "core.sqlite")
    with running(command, {}, on, log) as process:
        await_port(process, port, log, _START_SECONDS)
        yield f"http://127.0.0.1:{port}"


@contextmanager
def started(one: Contestant, place: Place, cores: tuple[int, int]) -> Iterator[Target]:
    """Run a contestant on the first core, to be loaded from the second.

    Raises NotRunnable.
    """
    port = free_port()
    start = one.start(replace(place, port=port))
    log = place.work / f"{one.name}.log"
    server_core, other_core = cores
    with running(start.command, start.environment, server_core, log) as process:
        await_port(process, port, log, _START_SECONDS)
        _settle(process)
        headers = identity.headers(place.data)
        yield Target(
            port, "/graphql", process, place.departments, other_core, headers, 0
        )


def _settle(process: psutil.Process) -> None:
    """Wait until a reconciliation that the gateway starts with is over."""
    time.sleep(0.5)
    while any("reconcile" in one.cmdline() for one in _children(process)):
        time.sleep(0.2)


def _children(process: psutil.Process) -> Sequence[psutil.Process]:
    try:
        return process.children()
    except psutil.NoSuchProcess:
        return ()
