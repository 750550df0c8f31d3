"""What is done beside the gateway, and when."""

import os
import time
from pathlib import Path

import pytest

from gateway.settings import read_settings
from gateway.upkeep import RECONCILE_EVERY, Upkeep


@pytest.mark.parametrize(
    ("age", "left"),
    [
        (None, 0),
        (0, RECONCILE_EVERY),
        (RECONCILE_EVERY / 2, RECONCILE_EVERY / 2),
        (RECONCILE_EVERY * 2, 0),
        (-60, 0),  # the clock was set back: better once too often
    ],
)
def test_a_restart_reconciles_only_what_is_due(
    tmp_path: Path, age: float | None, left: float
):
    settings = read_settings({"CREDITNET_DATA": str(tmp_path)})
    if age is not None:
        settings.reconciled_place().touch()
        moment = time.time() - age
        os.utime(settings.reconciled_place(), (moment, moment))
    upkeep = Upkeep(settings, {}, None)
    assert upkeep._left() == pytest.approx(left, abs=30)
