"""Cores, ports and processes of the machine that measures."""

import os
import platform
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

_STOP_SECONDS = 10.0


class NotRunnable(Exception):
    """A contestant can't run here; the message is the reason in a few words."""


def cores() -> tuple[int, int]:
    """Give the core of the server and that of load and departments.

    Only Linux lets a process be held to one.
    """
    if not psutil.LINUX:
        return 0, 0
    allowed = sorted(psutil.Process().cpu_affinity() or [0])
    return allowed[0], allowed[1 % len(allowed)]


def described() -> str:
    """Name the machine, the date and what everything runs on."""
    return (
        f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores ({_processor()}), "
        f"{platform.machine()}, Python {platform.python_version()}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    names = [line.partition(":")[2].strip() for line in lines if "model name" in line]
    return names[0] if names else "unknown"


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def pinned(core: int) -> Iterator[None]:
    """Let processes that are started meanwhile run on one core."""
    if not psutil.LINUX:
        yield
        return
    own = psutil.Process()
    before = own.cpu_affinity()
    own.cpu_affinity([core])
    try:
        yield
    finally:
        own.cpu_affinity(before)


@contextmanager
def running(
    command: Sequence[str], environment: Mapping[str, str], core: int, log: Path
) -> Iterator[psutil.Process]:
    """Run a command on one core; end it and its children at the end."""
    with log.open("wb") as out, pinned(core):
        process = psutil.Popen(
            list(command),
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        _end(process)


def _end(process: psutil.Process) -> None:
    if not process.is_running():
        return
    family = [*process.children(recursive=True), process]
    for one in family:
        one.terminate()
    _, alive = psutil.wait_procs(family, _STOP_SECONDS)
    for one in alive:
        one.kill()


def await_port(process: psutil.Process, port: int, log: Path, seconds: float) -> None:
    """Wait until somebody listens; raises NotRunnable with the end of the log."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    words = log.read_text(encoding="utf-8", errors="replace").split("\n")
    raise NotRunnable("did not start: " + " ".join(words[-4:])[-200:].strip())


def tool(name: str) -> str:
    """Give the path of a program; raises NotRunnable."""
    found = shutil.which(name)
    if found is None:
        raise NotRunnable(f"no {name} here")
    return found


def python(module: str, *words: object) -> list[str]:
    """Give the command that runs a module."""
    return [sys.executable, "-m", module, *map(str, words)]
