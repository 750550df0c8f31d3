"""`python -m mock_departments DIRECTORY`: run the invented province until told to stop.

Progress and readiness are JSON lines on standard output; the process ends with its
standard input, so that it never outlives whoever started it. With a PostgreSQL address
in CREDITNET_MOCK_DATABASE_URL, departments keep their databases on that server.
"""

import argparse
import asyncio
import gc
import json
import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]
from aiohttp import web

from mock_departments.control import control
from mock_departments.host import KIND_OF, Host
from mock_departments.sql import use_server
from mock_departments.world.generate import generate, is_world
from mock_departments.world.reader import open_world

REGISTER = "QH-AMR"
"""Started first: others fill their core from it while the rest comes up."""


def main() -> None:
    """Read the command line and serve."""
    arguments = _arguments(sys.argv[1:])
    logging.getLogger("aiohttp.server").addFilter(_is_unplanned)
    gc.disable()  # what is built until all are ready stays, and holds no cycles
    try:
        asyncio.run(_serve(arguments))
    except OSError as error:
        _say(error=f"{error.strerror}: {error.filename or ''}".rstrip(": "))
        sys.exit(2)
    except asyncpg.PostgresError as error:
        _say(error=f"CREDITNET_MOCK_DATABASE_URL: {error}")
        sys.exit(2)


def _arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="mock_departments", description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--enterprises", type=int, default=66_800)
    parser.add_argument("--seed", type=int, default=20161020)
    parser.add_argument("--control-port", type=int, default=0)
    parser.add_argument("--only", nargs="*", default=sorted(KIND_OF))
    parser.add_argument("--pace", type=float, default=1.0, help="0: no delays, no luck")
    return parser.parse_args(words)


async def _serve(arguments: argparse.Namespace) -> None:
    directory: Path = arguments.directory
    departments = directory / "departments"
    departments.mkdir(parents=True, exist_ok=True)
    (departments / "pace").write_text(str(arguments.pace))
    use_server(departments, os.environ.get("CREDITNET_MOCK_DATABASE_URL"))
    path = directory / "world.sqlite"
    if not is_world(path, enterprises=arguments.enterprises, seed=arguments.seed):
        await asyncio.to_thread(
            generate,
            path,
            enterprises=arguments.enterprises,
            seed=arguments.seed,
            progress=lambda stage, done: _say(stage=stage, done=round(done, 3)),
        )
    world = open_world(path)
    async with Host(world, departments) as host:
        first_to_last = sorted(arguments.only, key=lambda code: code != REGISTER)
        for number, code in enumerate(first_to_last, start=1):
            await host.start(code)
            _write_environment(departments, host)
            _say(available=code)
            _say(stage="部门 departments", done=round(number / len(first_to_last), 3))
        runner = web.AppRunner(control(host))
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", arguments.control_port)
        await site.start()
        port = runner.addresses[0][1]
        stories = json.dumps(dict(world.stories()), ensure_ascii=False)
        (departments / "stories.json").write_text(stories, encoding="utf-8")
        (departments / "control").write_text(f"http://127.0.0.1:{port}")
        gc.freeze()
        gc.enable()
        _say(ready=True, control=f"http://127.0.0.1:{port}")
        await _until_told()
        await runner.cleanup()


def _write_environment(directory: Path, host: Host) -> None:
    lines = (f"{name}={value}\n" for name, value in sorted(host.environment.items()))
    unfinished = directory / "departments.unfinished"
    unfinished.write_text("".join(lines))
    unfinished.rename(directory / "departments.env")


async def _until_told() -> None:
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, over.set)
    if not os.isatty(sys.stdin.fileno()):
        loop.add_reader(sys.stdin.fileno(), _read_end, over)
    await over.wait()


def _read_end(over: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        over.set()


def _is_unplanned(record: logging.LogRecord) -> bool:
    """Leave out connections that broke off: we, or those who ask, did so on purpose."""
    kind = record.exc_info[0] if record.exc_info else None
    return kind is None or not issubclass(kind, ConnectionError)


def _say(**words: object) -> None:
    sys.stdout.write(json.dumps(words, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
