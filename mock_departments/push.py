"""Departments that push signed messages instead of being asked."""

import asyncio
import hmac
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from random import Random

import aiohttp

from mock_departments.elements import element
from mock_departments.world.model import CLOCK, TrueRecord, World
from mock_departments.writing import Style, write

STYLES: Mapping[str, Style] = {
    "QH-TAX": Style("pinyin", "iso", "yuan"),
    "QH-LTB": Style("pinyin", "compact", "yuan"),
    "QH-CUS": Style("english", "slash", "yuan"),
}
CODES = tuple(STYLES)
_IN_XML = {"QH-CUS"}
LARGEST = 200
"""Records of one message at the most."""
_PATIENCE = 20.0


class PushService:
    """A department that sends all it holds, at least once, out of order."""

    profiles = frozenset({"healthy", "down", "replay", "garbage", "bad_signature"})

    def __init__(self, code: str, world: World) -> None:
        """Prepare the messages."""
        self.code = code
        self._profile = "healthy"
        self._secret = sha256(f"{code}:{world.seed}".encode()).hexdigest()[:32]
        self._messages = list(_messages(code, world))
        self._sequence = len(self._messages)
        self._url = ""
        self._sending: asyncio.Task[None] | None = None

    @property
    def environment(self) -> Mapping[str, str]:
        """The secret that signs."""
        return {f"{self.code.replace('-', '_')}_SECRET": self._secret}

    async def amend(self, record: TrueRecord) -> None:
        """Tell of a record from now on, at once where the gateway is known."""
        self._sequence += 1
        message = _message(self.code, record.record_type, self._sequence, [record])
        self._messages.append(message)
        if self._url:
            timeout = aiohttp.ClientTimeout(total=_PATIENCE)
            async with aiohttp.ClientSession(timeout=timeout) as session:
                await self._deliver(session, message)

    async def push_to(self, url: str) -> None:
        """Send everything to the gateway at `url`, in the background."""
        self._url = url
        await self.close()
        self._sending = asyncio.create_task(self._send_all())

    async def sent(self) -> None:
        """Wait until everything was sent, or refused for good."""
        if self._sending is not None:
            await self._sending

    async def misbehave(self, profile: str) -> None:
        """Play a fault profile; raises ValueError for an unknown one."""
        if profile not in self.profiles:
            raise ValueError(
                f"{self.code} 不能模拟 {profile}；可用：{' '.join(sorted(self.profiles))}"
            )
        self._profile = profile
        if self._url and profile != "down":
            await self.push_to(self._url)

    async def close(self) -> None:
        """Stop sending."""
        if self._sending is not None:
            self._sending.cancel()
            await asyncio.gather(self._sending, return_exceptions=True)

    async def _send_all(self) -> None:
        timeout = aiohttp.ClientTimeout(total=_PATIENCE)
        messages = list(self._messages)
        if self._profile == "replay":
            messages = [*messages, *messages[:2], b'{"messageId": "poison"']
        if self._profile == "garbage":
            messages = [b"\x00 rubbish"]
        async with aiohttp.ClientSession(timeout=timeout) as session:
            for message in messages:
                await self._deliver(session, message)

    async def _deliver(self, session: aiohttp.ClientSession, message: bytes) -> None:
        """Send one message until it is acknowledged or refused for good."""
        for attempt in range(8):
            moment = str(int(time.time()))
            secret = self._secret + ("x" if self._profile == "bad_signature" else "")
            signed = hmac.new(secret.encode(), moment.encode() + b"." + message, sha256)
            headers = {
                "Content-Type": f"application/{'xml' if message[:1] == b'<' else 'json'}",
                "X-Creditnet-Timestamp": moment,
                "X-Creditnet-Signature": f"sha256={signed.hexdigest()}",
            }
            try:
                url = f"{self._url}/push/{self.code}"
                async with session.post(url, data=message, headers=headers) as answer:
                    if answer.status < 500:
                        return
            except (aiohttp.ClientError, TimeoutError):
                pass
            await asyncio.sleep(min(0.2 * 2**attempt, 5))


def _messages(code: str, world: World) -> Iterator[bytes]:
    """Give all messages in the order they are sent, which is not that of sequence."""
    made: list[bytes] = []
    sequence = 0
    for record_type in world.record_types(code):
        records = world.records(code, record_type)
        earlier = [_restated(r) for r in records[::97] if record_type == "TAX_CREDIT"]
        for part in (earlier, records):
            for start in range(0, len(part), LARGEST):
                sequence += 1
                batch = part[start : start + LARGEST]
                made.append(_message(code, record_type, sequence, batch))
    Random(code).shuffle(made)
    yield from made


def _restated(record: TrueRecord) -> TrueRecord:
    """Give the grade that was told first and corrected later."""
    facts = {**record.facts, "grade": "C" if record.facts["grade"] != "C" else "B"}
    return TrueRecord(
        record.number,
        record.department,
        record.record_type,
        record.usccs,
        record.written,
        facts,
    )


def _message(
    code: str, record_type: str, sequence: int, records: Sequence[TrueRecord]
) -> bytes:
    sent = CLOCK - timedelta(hours=5) + timedelta(seconds=sequence)
    envelope = {
        "messageId": f"{code}-{sequence:06}",
        "department": code,
        "sentAt": sent.isoformat(),
        "sequence": sequence,
        "recordType": record_type,
        "records": [write(record, STYLES[code]) for record in records],
    }
    if code in _IN_XML:
        return f'<?xml version="1.0"?>{element("PushMessage", envelope)}'.encode()
    return json.dumps(envelope, ensure_ascii=False).encode()


async def start(code: str, world: World, directory: Path) -> PushService:
    """Start one department that pushes; it sends once it knows where to."""
    del directory
    return await asyncio.to_thread(PushService, code, world)
