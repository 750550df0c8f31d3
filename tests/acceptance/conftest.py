"""The whole demonstration on a small world, as its users start it."""

import os
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from benchmarks.identity import ROOMY
from gateway.access.documents.manifest import Entry, id_of, write_manifest
from gateway.demo import CLOCK
from gateway.mocks import read_environment
from mock_departments.host import KIND_OF
from mock_departments.world.model import TrueRecord, World
from mock_departments.world.reader import open_world
from tests import tokens

ENTERPRISES = 600
"""Small, yet with all stories."""
KNOWN = frozenset({"bad_check_digit", "unknown_code", "unknown_name", "ambiguous_name"})
"""Dirt that makes a record fit nobody."""
MOST = 20
"""Enterprises that `listing` may ask about."""
ALWAYS_ASKING = {
    "CREDITNET_BREAKER_FAILURES": "1000000",
    "CREDITNET_BREAKER_SHARE": "1",
    "CREDITNET_CACHE": "off",
    "CREDITNET_LIMITS": str(ROOMY),
    "CREDITNET_RUNNING": "1000",
    "CREDITNET_LAG": "60",
    "CREDITNET_AUDIT_DEADLINE": "30",
    "CREDITNET_PRESENCE": "off",
}
"""Settings under which every test asks departments, whatever those before it did."""


@dataclass(frozen=True)
class Demo:
    """A running demonstration."""

    url: str
    data: Path
    world: World
    stories: Mapping[str, str]

    @property
    def headers(self) -> dict[str, str]:
        """What an analyst's requests carry."""
        return tokens.headers(self.data)

    def ask(
        self,
        query: str,
        variables: Mapping[str, object] | None = None,
        endpoint: str = "/graphql",
        **headers: str,
    ) -> dict[str, Any]:
        answer = httpx.post(
            self.url + endpoint,
            json={"query": query, "variables": dict(variables or {})},
            headers={"Accept": "application/json", **self.headers, **headers},
            timeout=60,
        )
        result: dict[str, Any] = answer.json()
        return result

    def data_of(
        self, query: str, variables: Mapping[str, object] | None = None
    ) -> dict[str, Any]:
        result = self.ask(query, variables)
        assert "errors" not in result, result["errors"]
        data: dict[str, Any] = result["data"]
        return data

    def creditnet(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "gateway", *words],
            env={**os.environ, "CREDITNET_DATA": str(self.data)},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )


@contextmanager
def another_gateway(demo: Demo, **settings: str) -> Iterator[Demo]:
    """Run a second gateway, set otherwise, on a demonstration's departments."""
    environment = {
        **os.environ,
        **read_environment(demo.data),
        "CREDITNET_DATA": str(demo.data),
        "CREDITNET_CLOCK": CLOCK.isoformat(),
        "CREDITNET_PORT": "0",
        **ALWAYS_ASKING,
        **{f"CREDITNET_{name}": value for name, value in settings.items()},
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "gateway", "serve"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    try:
        lines = (line for line in process.stdout if "http://" in line)  # past the log
        url = next(lines).split()[-1]
        yield Demo(url, demo.data, demo.world, demo.stories)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


def start_demo(data: Path, *words: str) -> Iterator[Demo]:
    process = subprocess.Popen(
        [sys.executable, "-m", "gateway", "demo", "--pace", "0", *words],
        env={
            **os.environ,
            **ALWAYS_ASKING,
            "CREDITNET_DATA": str(data),
            "CREDITNET_PORT": "0",
            "COLUMNS": "200",
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    lines = []
    try:
        for line in process.stdout:
            lines.append(line)
            if "/playground#" in line:
                break
        else:
            pytest.fail("the demonstration did not start:\n" + "".join(lines))
        url = line.split()[-1].partition("/playground")[0]
        world = open_world(data / "world.sqlite")
        yield Demo(url, data, world, world.stories())
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    data = tmp_path_factory.mktemp("demo")
    yield from start_demo(data, "--enterprises", str(ENTERPRISES))


REGISTERED = "query Departments { departments { name } }"
"""The one operation that a gateway in production runs for the public."""


@pytest.fixture(scope="session")
def production(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A gateway as in production: the public asks what is registered; it remembers."""
    manifest = tmp_path_factory.mktemp("documents") / "manifest.json"
    name = id_of(REGISTERED)
    write_manifest(manifest, {name: Entry(name, REGISTERED)})
    settings = {
        "PUBLIC_DOCUMENTS": "trusted",
        "DOCUMENTS_MANIFEST": str(manifest),
        "PLAYGROUND": "off",
        "CACHE": "on",
    }
    with another_gateway(demo, **settings) as gateway:
        yield gateway


@pytest.fixture(scope="session")
def listing(demo: Demo) -> Iterator[Demo]:
    """A gateway that may ask about few, and so has to list whole departments."""
    with another_gateway(demo, CANDIDATES=str(MOST)) as gateway:
        yield gateway


@pytest.fixture(scope="session")
def sparing(demo: Demo) -> Iterator[Demo]:
    """A gateway that rules departments out by presence, and may ask about few."""
    demo.creditnet("presence", "build")
    with another_gateway(demo, CANDIDATES=str(2 * MOST), PRESENCE="on") as gateway:
        yield gateway


@pytest.fixture(params=["demo", "listing", "sparing"])
def either(request: pytest.FixtureRequest) -> Demo:
    """A gateway that asks about all, one that lists departments, one that spares."""
    gateway: Demo = request.getfixturevalue(request.param)
    return gateway


@pytest.fixture(scope="session")
def truths(demo: Demo) -> Mapping[str, list[TrueRecord]]:
    """All records about somebody, by record type."""
    found: dict[str, list[TrueRecord]] = defaultdict(list)
    for code in sorted(KIND_OF):
        for record_type in demo.world.record_types(code):
            found[record_type] += [
                record
                for record in demo.world.records(code, record_type)
                if record.usccs and not record.dirt & KNOWN
            ]
    return found


@pytest.fixture
def fault(demo: Demo) -> Iterator[Callable[[str, str], None]]:
    """Lets a department misbehave until the end of the test."""
    control = (demo.data / "departments" / "control").read_text()

    def misbehave(code: str, profile: str) -> None:
        address = f"{control}/departments/{code}/profile"
        httpx.put(address, json={"profile": profile}, timeout=30).raise_for_status()

    yield misbehave
    httpx.post(f"{control}/reset", timeout=30).raise_for_status()
