"""What all tests share."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with the real register; skips where a machine has none."""
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("CREDITNET_SHARED_DATA", default))
    if not (folder / "qinghai_register_2015.csv").exists():
        pytest.skip(f"no register of enterprises in {folder}")
    return folder
