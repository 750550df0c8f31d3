"""The Node programs that tests run where there is npm."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest


def need_packages(folder: Path) -> None:
    """Install what the lock file of a folder pins, unless that is there.

    Skips the test where there is no npm or it can't install; fails it in CI.
    """
    locked = folder / "package-lock.json"
    installed = folder / "node_modules" / ".package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= locked.stat().st_mtime:
        return
    npm = shutil.which("npm")
    if npm is None:
        _lacking("no npm to test with")
    else:
        done = subprocess.run(
            [npm, "ci"],
            cwd=folder,
            check=False,
            capture_output=True,
            text=True,
            timeout=300,
        )
        if done.returncode:
            _lacking(f"npm ci: {done.stderr}")


def _lacking(reason: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
