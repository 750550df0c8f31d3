"""The peers that come from npm, installed as their lock file says."""

import subprocess
from pathlib import Path

from benchmarks.machine import NotRunnable, tool

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
_LOADS = "require('better-sqlite3')(':memory:')"
_OLDEST = 20


def installed() -> Path:
    """Install where that has not been done; give the directory of the modules."""
    npm, node = tool("npm"), tool("node")
    version = _output([node, "--version"]).removeprefix("v").split(".")[0]
    if int(version) < _OLDEST:
        raise NotRunnable(f"Node {version} is older than {_OLDEST}")
    lock, done = HERE / "package-lock.json", MODULES / ".package-lock.json"
    if not done.exists() or done.stat().st_mtime < lock.stat().st_mtime:
        print("npm ci …", flush=True)
        try:
            _output([npm, "ci", "--no-audit", "--no-fund"])
        except subprocess.CalledProcessError as error:
            said = error.stderr.strip()[-200:]
            raise NotRunnable(f"npm ci failed: {said}") from error
        done.touch()
    return MODULES


def node_22() -> str:
    """Give the Node 22 that came with the modules."""
    return str(installed() / "node" / "bin" / "node")


def node_with_sqlite() -> str:
    """Give the Node that better-sqlite3 was built for; raises NotRunnable."""
    for node in (node_22(), tool("node")):
        try:
            _output([node, "-e", _LOADS])
        except subprocess.CalledProcessError:
            continue
        return node
    raise NotRunnable("better-sqlite3 could not be built")


def supergraph(departments: str) -> str:
    """Compose the supergraph of the departments' subgraphs."""
    return _output([node_22(), "supergraph.mjs", departments])


def _output(command: list[str]) -> str:
    return subprocess.run(
        command, cwd=HERE, capture_output=True, text=True, check=True
    ).stdout
