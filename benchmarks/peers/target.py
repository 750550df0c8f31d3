"""A running server under load, and what that costs it."""

import json
import subprocess
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.machine import pinned, python


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run of load showed."""

    per_second: float
    p50: float
    """Milliseconds."""
    p99: float
    """Milliseconds."""
    cpu: float
    """Milliseconds of the server's processor time for a request."""
    failed: int


@dataclass(frozen=True, slots=True)
class Target:
    """A running server."""

    port: int
    path: str
    process: psutil.Process
    departments: str
    load_core: int
    headers: Mapping[str, str]
    least: int
    """Bytes that an answer has at the least."""

    def burden(self, bodies: Path, connections: int, seconds: float) -> Figures:
        """Post bodies in turn over so many connections."""
        before = self._cpu()
        words = (self.port, self.path, bodies, connections, seconds, self.least)
        lines = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        with pinned(self.load_core):
            done = subprocess.run(
                python("benchmarks.peers.load", *words, lines),
                capture_output=True,
                text=True,
                check=True,
            )
        told = json.loads(done.stdout)
        requests = max(told["requests"], 1)
        return Figures(
            per_second=told["requests"] / told["seconds"],
            p50=told["p50"] * 1000,
            p99=told["p99"] * 1000,
            cpu=(self._cpu() - before) * 1000 / requests,
            failed=told["failed"],
        )

    def ask(self, body: bytes) -> bytes:
        """Post one body; raises OSError."""
        kind = {"Content-Type": "application/json", "Accept": "application/json"}
        url = f"http://127.0.0.1:{self.port}{self.path}"
        request = urllib.request.Request(url, body, {**kind, **self.headers})
        with urllib.request.urlopen(request, timeout=60) as answer:
            found: bytes = answer.read()
            return found

    def calls(self, body: bytes) -> int:
        """Count the calls of departments that one request costs."""
        before = self._calls()
        self.ask(body)
        return self._calls() - before

    def _cpu(self) -> float:
        family = [self.process, *self.process.children(recursive=True)]
        times = [one.cpu_times() for one in family]
        return float(sum(one.user + one.system for one in times))

    def _calls(self) -> int:
        with urllib.request.urlopen(f"{self.departments}/calls") as answer:
            return int(json.load(answer)["calls"])
