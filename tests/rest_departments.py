"""Runs one REST department and the adapter that speaks to it."""

import dataclasses
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from adapters.contract import Adapter
from adapters.registry import DEPARTMENTS as DECLARATIONS, load_all
from mock_departments.rest.departments import DEPARTMENTS, RestDepartment
from mock_departments.rest.server import RestService
from mock_departments.world.model import World

BY_CODE = {department.code: department for department in DEPARTMENTS}

Change = Callable[[RestDepartment], RestDepartment]
Edit = Callable[[str], str]


def as_is(text: str) -> str:
    return text


def with_pages_of(rows: int) -> Change:
    return lambda department: dataclasses.replace(department, per=rows)


@asynccontextmanager
async def serving(
    world: World, directory: Path, code: str, change: Change = lambda d: d
) -> AsyncIterator[RestService]:
    """Run a department without delays or bad luck."""
    (directory / "pace").write_text("0")
    service = RestService(change(BY_CODE[code]), world, directory)
    await service.start()
    try:
        yield service
    finally:
        await service.close()


@asynccontextmanager
async def speaking(
    world: World,
    directory: Path,
    code: str,
    change: Change = lambda d: d,
    edit: Edit = as_is,
) -> AsyncIterator[tuple[RestService, Adapter]]:
    """Run a department, and load its own declaration, edited."""
    text = (DECLARATIONS / f"{code}.toml").read_text(encoding="utf-8")
    folder = directory / "declarations"
    folder.mkdir(exist_ok=True)
    (folder / f"{code}.toml").write_text(edit(text), encoding="utf-8")
    async with serving(world, directory, code, change) as service:
        adapter = load_all(folder, service.environment).adapters[code]
        try:
            yield service, adapter
        finally:
            await adapter.close()
