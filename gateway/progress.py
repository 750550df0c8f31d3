"""Shows long work: one bar per stage, in the order they begin."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

Show = Callable[[str, float], None]
"""Hears a stage and the share of it that is done."""


def tell_progress(stage: str, done: float) -> None:
    """Tell progress as a JSON line on standard output."""
    sys.stdout.write(json.dumps({"stage": stage, "done": round(done, 3)}) + "\n")
    sys.stdout.flush()


@contextmanager
def bars(console: Console) -> Iterator[Show]:
    """Show bars until the block ends."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
    )
    known: dict[str, TaskID] = {}
    with Progress(*columns, console=console) as progress:

        def show(stage: str, done: float) -> None:
            if stage not in known:
                known[stage] = progress.add_task(stage, total=1.0)
            progress.update(known[stage], completed=done)

        yield show
