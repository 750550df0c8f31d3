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
import psutil

from benchmarks import identity

STOP_SECONDS = 30


class NotStarted(Exception):
    """The demonstration did not start; the message is what it said."""


@dataclass(frozen=True, slots=True)
class Demonstration:
    """A running demonstration."""

    url: str
    data: Path
    process: psutil.Process
    client: httpx.Client
    first_answer: float
    """Seconds from the command to the first answer."""

    def ask(
        self, query: str, variables: Mapping[str, object] | None = None
    ) -> tuple[dict[str, Any], float]:
        """Give the data of an answer, and the seconds that it took."""
        body = {"query": query, "variables": dict(variables or {})}
        started = time.perf_counter()
        answer = self.client.post(f"{self.url}/graphql", json=body)
        seconds = time.perf_counter() - started
        result = answer.json()
        if "errors" in result:
            raise ValueError(json.dumps(result["errors"], ensure_ascii=False))
        return result["data"], seconds

    def settle(self) -> None:
        """Wait until nothing works beside the gateway."""
        while any("reconcile" in one.cmdline() for one in self.process.children()):
            time.sleep(1)

    def memory(self) -> float:
        """Give the gateway's resident memory in MiB."""
        return self.process.memory_info().rss / 2**20


@contextmanager
def running(data: Path, *words: str, **settings: str) -> Iterator[Demonstration]:
    """Start `creditnet demo` and wait for its first answer; stop it at the end.

    `settings`: environment variables without `CREDITNET_`.
    """
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "gateway", "demo", *words],
        env={
            **os.environ,
            "CREDITNET_DATA": str(data),
            "CREDITNET_PORT": "0",
            "COLUMNS": "200",
            "CREDITNET_LIMITS": str(identity.ROOMY),
            **{f"CREDITNET_{name}": value for name, value in settings.items()},
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        url = _address(process)
        question = {"query": "{ enterprises(first: 1) { totalCount } }"}
        with httpx.Client(timeout=120, headers=identity.headers(data)) as client:
            client.post(f"{url}/graphql", json=question).raise_for_status()
            seconds = time.perf_counter() - started
            watched = psutil.Process(process.pid)
            yield Demonstration(url, data, watched, client, seconds)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=STOP_SECONDS)


def _address(process: subprocess.Popen[str]) -> str:
    lines = []
    for line in process.stdout or ():
        lines.append(line)
        if "/playground#" in line:
            return line.split()[-1].partition("/playground")[0]
    raise NotStarted("".join(lines))
