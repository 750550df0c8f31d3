"""Runs the work of a command, and ends it well."""

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine
from typing import Any

import typer
from rich.console import Console

from gateway.errors import CoreUnusable, OperationRefused
from gateway.mocks import MocksError, demo_environment
from gateway.setting_readers import SettingsError
from gateway.settings import Settings, read_settings


def environment_of(settings: Settings) -> dict[str, str]:
    """Give the operator's environment, over what a demo on the same data wrote."""
    return {**demo_environment(settings.data), **os.environ}


def _fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Give the faster event loop, where the platform has one."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def run(work: Callable[[Settings], Coroutine[Any, Any, None]]) -> None:
    """Run a command; what an operator can mend ends in a sentence and exit code 2.

    SIGTERM ends it as Ctrl-C does: everything is closed.
    """
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        with asyncio.Runner(loop_factory=_fast_loop()) as runner:
            runner.run(_until_interrupted(work(read_settings(os.environ))))
    except (SettingsError, OperationRefused, MocksError, CoreUnusable) as error:
        Console(stderr=True).print(str(error), style="bold red", highlight=False)
        raise typer.Exit(2) from error
    except (KeyboardInterrupt, asyncio.CancelledError):
        raise typer.Exit(130) from None


async def _until_interrupted(work: Coroutine[Any, Any, None]) -> None:
    """Let the first Ctrl-C cancel work, and no other disturb its closing."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def interrupt(*_: object) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if task is not None:
            loop.call_soon_threadsafe(task.cancel)

    signal.signal(signal.SIGINT, interrupt)
    await work
