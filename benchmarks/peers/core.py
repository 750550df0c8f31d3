"""Fills the core of the bench province through the gateway's own commands; kept."""

import os
import subprocess
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from benchmarks.identity import ROOMY
from benchmarks.machine import await_port, free_port, python, running
from benchmarks.peers import world

DECLARATIONS = Path(__file__).with_name("declarations")
_MIGRATIONS = Path(__file__).parents[2] / "gateway" / "migrations" / "versions"
_CLOCK = "2016-10-20T09:00:00+08:00"


def environment(data: Path, departments: str) -> Mapping[str, str]:
    """Give the settings of a gateway on the bench province."""
    return {
        "CREDITNET_DATA": str(data),
        "CREDITNET_DEPARTMENTS": str(DECLARATIONS),
        "CREDITNET_CLOCK": _CLOCK,
        "CREDITNET_DEADLINE": "60",
        "CREDITNET_LIMITS": str(ROOMY),
        "BENCH_DEPARTMENTS": departments,
    }


def filled(kept: Path, core: int) -> Path:
    """Give the data directory with a whole core, filled now where it is not there."""
    data = kept / f"province-{_version()}"
    ready = data / "ready"
    if ready.exists():
        return data
    print(f"filling the core of {world.SIZE:,} enterprises …", flush=True)
    data.mkdir(parents=True, exist_ok=True)
    port, log = free_port(), data / "department.log"
    command = python("benchmarks.peers.department", port, data / "none")
    with running(command, {}, core, log) as process:
        await_port(process, port, log, 60)
        told = environment(data, f"http://127.0.0.1:{port}")
        subprocess.run(
            python("gateway", "core", "sync"), env={**os.environ, **told}, check=True
        )
    ready.touch()
    return data


def _version() -> str:
    """Tell provinces apart that were invented, or are kept, differently."""
    migrations = sorted(_MIGRATIONS.glob("*.py"))
    sources = [Path(world.__file__), DECLARATIONS / "QH-AMR.toml", *migrations]
    text = b"".join(one.read_bytes() for one in sources)
    return sha256(text).hexdigest()[:12]
