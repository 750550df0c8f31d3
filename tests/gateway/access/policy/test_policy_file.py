"""The policy's file changes while the gateway runs."""

import os
from pathlib import Path

import pytest

from gateway.access.policy import PACKAGED, PolicyError, Vocabulary
from gateway.access.policy.policy_file import PolicyFile, Reading, check
from tests.gateway.access.policy.conftest import DEPARTMENTS

pytestmark = pytest.mark.anyio
EMPTY = "[groups]\n"


@pytest.fixture
def reading(tmp_path: Path, vocabulary: Vocabulary) -> Reading:
    path = tmp_path / "policy.toml"
    path.write_bytes(PACKAGED.read_bytes())
    return Reading(path, vocabulary, DEPARTMENTS)


def write(reading: Reading, text: str, second: int) -> None:
    reading.path.write_text(text, encoding="utf-8")
    os.utime(reading.path, (second, second))


async def test_a_change_is_taken_and_a_fault_is_not(reading: Reading):
    file = PolicyFile(reading)
    first = file.policy
    await file.look()
    assert file.policy is first
    write(reading, "[[rules]]\nname = 'x'\n", 1)
    await file.look()
    assert file.policy is first
    assert "[rules.1] roles" in str(file.problem)
    await file.look()
    assert "[rules.1] roles" in str(file.problem)
    write(reading, EMPTY, 2)
    await file.look()
    assert str(file.problem) == "None"
    assert file.policy.version != first.version
    assert not file.policy.rules


async def test_a_file_that_is_gone_is_a_fault_until_it_is_back(reading: Reading):
    file = PolicyFile(reading)
    first = file.policy
    reading.path.unlink()
    await file.look()
    assert file.policy is first
    assert "读不了" in str(file.problem)
    write(reading, EMPTY, 3)
    await file.look()
    assert str(file.problem) == "None"


def test_nothing_starts_with_a_fault(reading: Reading):
    assert "10 条规则" in check(reading)
    write(reading, "x = 1", 1)
    for begin in (PolicyFile, check):
        with pytest.raises(PolicyError, match="没有这个表"):
            begin(reading)
