"""Many who write share a wait for the disk; nobody waits for ever, nothing is lost."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from gateway.access.audit.committing import Committing, Patience
from gateway.access.audit.errors import AuditUnavailable
from gateway.access.audit.journal import Journal, Line
from gateway.access.audit.lines import Make, made_of
from gateway.access.audit.segments import segments
from gateway.access.audit.signing import public_key, signing_key
from gateway.access.audit.verification import verify
from tests.gateway.access.audit.looks import Clock

pytestmark = pytest.mark.anyio
WRITER = Path(__file__).parent / "writer.py"
A = made_of("entry", {"word": "a"})


class Watched(Journal):
    """Counts its writes, and takes none while the door is shut."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory, signing_key(directory.parent / "k.pem"), Clock())
        self.writes: list[int] = []
        self.door = threading.Event()
        self.door.set()

    def append(self, makes: Sequence[Make]) -> Sequence[Line | AuditUnavailable]:
        self.door.wait(10)
        self.writes.append(len(makes))
        return super().append(makes)


@pytest.fixture
def journal(tmp_path: Path) -> Watched:
    return Watched(tmp_path / "chain")


def good(place: Path, key: str = "k.pem") -> bool:
    return verify(place, public_key(place.parent / key)).good


async def test_all_that_wait_are_written_at_once(journal: Watched):
    committing = Committing(journal, Patience())
    async with committing.running():
        journal.door.clear()
        puts = [asyncio.create_task(committing.put(A)) for _ in range(100)]
        while len(committing._waiting) < 99:  # noqa: ASYNC110
            await asyncio.sleep(0)
        journal.door.set()
        lines = await asyncio.gather(*puts)
    assert journal.writes in ([100], [1, 99])
    assert [line.place.sequence for line in lines] == list(range(2, 102))
    assert good(journal.directory)


async def test_more_than_may_wait_are_refused(journal: Watched):
    committing = Committing(journal, Patience(lines=3))
    async with committing.running():
        journal.door.clear()
        puts = [asyncio.create_task(committing.put(A)) for _ in range(10)]
        await asyncio.wait(puts, return_when=asyncio.FIRST_COMPLETED)
        refused = [one for one in puts if one.done()]
        assert all("too many" in str(one.exception()) for one in refused)
        journal.door.set()
        await asyncio.gather(*set(puts) - set(refused))
    assert len(refused) in {6, 7}


async def test_a_slow_disk_is_not_waited_for_beyond_the_deadline(journal: Watched):
    committing = Committing(journal, Patience(seconds=0.05))
    journal.door.clear()
    puts = [asyncio.create_task(committing.put(A)) for _ in range(3)]
    async with asyncio.timeout(5):
        for one in puts:
            with pytest.raises(AuditUnavailable, match="too slow"):
                await one
    with pytest.raises(AuditUnavailable, match="too slow"):
        await committing.put(A)
    journal.door.set()
    busy = committing._busy
    assert busy
    await asyncio.wait([busy])
    async with committing.running():
        await committing.put(A)
    assert good(journal.directory)


async def test_who_leaves_while_waiting_disturbs_nobody(journal: Watched):
    committing = Committing(journal, Patience())
    async with committing.running():
        journal.door.clear()
        leaving, staying = (asyncio.create_task(committing.put(A)) for _ in range(2))
        while committing._busy is None:  # noqa: ASYNC110
            await asyncio.sleep(0)
        leaving.cancel()
        await asyncio.wait([leaving])
        journal.door.set()
        await staying
    assert good(journal.directory)


async def test_what_is_written_is_signed_after_a_while(journal: Watched):
    committing = Committing(journal, Patience(checkpoint=0.01))
    async with committing.running(), asyncio.timeout(5):
        await committing.put(A)
        while not journal._sealed:  # noqa: ASYNC110 - the thread tells no event
            await asyncio.sleep(0.005)
    assert good(journal.directory)


def test_what_was_acknowledged_outlives_a_kill(tmp_path: Path):
    place = tmp_path / "chain"
    command = [sys.executable, str(WRITER), str(place), "0"]
    acknowledged = 0
    for _ in range(2):
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout
            for _ in range(40):
                acknowledged = int(process.stdout.readline())
            process.send_signal(signal.SIGKILL)
            acknowledged = max([acknowledged, *map(int, process.stdout)])
        last = len([x for f in segments(place) for x in f.read_bytes().splitlines()])
        assert last >= acknowledged
    journal = Journal(place, signing_key(place / "key.pem"), Clock())
    assert journal.sequence >= acknowledged
    journal.close()
    assert verify(place, public_key(place / "key.pem")).good


def test_a_full_disk_refuses_and_is_tried_again(tmp_path: Path):
    place = tmp_path / "chain"
    ran = subprocess.run(
        [sys.executable, str(WRITER), str(place), "6000"],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
        env={**os.environ},
    )
    told = ran.stdout.split()
    assert told.count("refused") == 2
    first = told.index("refused")
    assert told[first + 1] == "refused"
    numbers = [int(one) for one in told if one != "refused"]
    assert numbers == list(range(2, 2 + len(numbers))), "nothing is left half written"
    assert len(numbers) > first, "it goes on when there is room"
    assert verify(place, public_key(place / "key.pem")).good
