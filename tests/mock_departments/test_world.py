"""A world in its file: whole, of other parameters, or broken."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from mock_departments.world.generate import BrokenWorld, is_world
from tests.world import SEED, SIZE


def copied(world_file: Path, folder: Path) -> Path:
    return Path(shutil.copy(world_file, folder / "world.sqlite"))


def test_the_world_that_was_made_is_one(world_file: Path) -> None:
    assert is_world(world_file, enterprises=SIZE, seed=SEED)


def test_a_world_of_other_parameters_may_be_made_anew(world_file: Path) -> None:
    assert not is_world(world_file, enterprises=SIZE + 1, seed=SEED)
    assert not is_world(world_file.with_name("none"), enterprises=SIZE, seed=SEED)


def test_a_file_cut_short_is_refused(world_file: Path, tmp_path: Path) -> None:
    path = copied(world_file, tmp_path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(BrokenWorld) as caught:
        is_world(path, enterprises=SIZE, seed=SEED)
    assert caught.value.filename == str(path)


def test_a_database_that_is_no_whole_world_is_refused(
    world_file: Path, tmp_path: Path
) -> None:
    path = copied(world_file, tmp_path)
    with closing(sqlite3.connect(path)) as database:
        database.execute("DELETE FROM meta")
        database.commit()
    with pytest.raises(BrokenWorld):
        is_world(path, enterprises=SIZE, seed=SEED)
