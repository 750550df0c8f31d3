"""Runs the demonstration as its users do, and watches it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

STOP_SECONDS = 30


class NotStarted(Exception):
    """The demonstration did not start; the message is what it said."""


@dataclass(frozen=True, slots=True)
class Demonstration:
    """A running demonstration."""

    url: str
    data: Path
    process: int
    first_answer: float
    """Seconds from the command to the first answer."""

    def ask(
        self, query: str, variables: Mapping[str, object] | None = None
    ) -> tuple[dict[str, Any], float]:
        """Give the data of an answer, and the seconds that it took."""
        body = {"query": query, "variables": dict(variables or {})}
        started = time.perf_counter()
        answer = httpx.post(f"{self.url}/graphql", json=body, timeout=120)
        seconds = time.perf_counter() - started
        result = answer.json()
        if "errors" in result:
            raise ValueError(json.dumps(result["errors"], ensure_ascii=False))
        return result["data"], seconds

    def memory(self) -> tuple[float, float]:
        """Give the gateway's memory in MiB: resident now, and at its highest."""
        status = Path(f"/proc/{self.process}/status").read_text()
        lines = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
        now, most = (int(lines[name].split()[0]) for name in ("VmRSS", "VmHWM"))
        return now / 1024, most / 1024


@contextmanager
def running(data: Path, *words: str) -> Iterator[Demonstration]:
    """Start `creditnet demo` and wait for its first answer; stop it at the end."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "gateway", "demo", *words],
        env={
            **os.environ,
            "CREDITNET_DATA": str(data),
            "CREDITNET_PORT": "0",
            "COLUMNS": "200",
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        url = _address(process)
        answer = {"query": "{ enterprises(first: 1) { totalCount } }"}
        httpx.post(f"{url}/graphql", json=answer, timeout=60).raise_for_status()
        seconds = time.perf_counter() - started
        yield Demonstration(url, data, process.pid, seconds)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=STOP_SECONDS)


def _address(process: subprocess.Popen[str]) -> str:
    lines = []
    for line in process.stdout or ():
        lines.append(line)
        if line.rstrip().endswith("/playground"):
            return line.split()[-1].removesuffix("/playground")
    raise NotStarted("".join(lines))
