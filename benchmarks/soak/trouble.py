"""Switches random faults of random departments on and off."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random

import aiohttp

LEFT_OUT: Mapping[str, str] = {
    "half_answer": "rows left out without a word can't be told from rows that don't "
    "exist, unless presence knows better; tests/acceptance/test_presence.py has it",
}
"""Faults that nobody could notice, and why."""
PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0)
"""Seconds between two changes."""
FLAPS = 6


class Trouble:
    """Makes departments misbehave until it is told to stop."""

    def __init__(self, control: str, random: Random) -> None:
        """Order departments through the address `control`."""
        self._control = control
        self._random = random
        self._profiles: Mapping[str, Sequence[str]] = {}
        self.applied: Counter[str] = Counter()
        """How often each fault was switched on."""
        self.manners: Counter[str] = Counter()
        """How often one, ten, all, flapping departments."""
        self.refused: Counter[str] = Counter()
        """How often an order was not carried out, by its answer's status."""

    async def run(self, session: aiohttp.ClientSession, over: asyncio.Event) -> None:
        """Go on until `over`; all departments are well at the end."""
        await self._learn(session)
        manners = (self._one, self._ten, self._all, self._flap, self._reset)
        while not over.is_set():
            (manner,) = self._random.choices(manners, (35, 20, 5, 15, 25))
            self.manners[manner.__name__.strip("_")] += 1
            await manner(session)
            await asyncio.sleep(self._random.choice(PAUSES))
        await self._reset(session)

    async def _learn(self, session: aiohttp.ClientSession) -> None:
        async with session.get(f"{self._control}/departments") as answer:
            self._profiles = {
                one["code"]: sorted({*one["profiles"]} - LEFT_OUT.keys() - {"healthy"})
                for one in await answer.json()
            }

    async def _one(self, session: aiohttp.ClientSession) -> None:
        code = self._random.choice(sorted(self._profiles))
        await self._play(session, code, self._random.choice(self._profiles[code]))

    async def _ten(self, session: aiohttp.ClientSession) -> None:
        for code in self._random.sample(sorted(self._profiles), 10):
            await self._play(session, code, self._random.choice(self._profiles[code]))

    async def _all(self, session: aiohttp.ClientSession) -> None:
        """Let all fail in the same way, or down where they can't."""
        wanted = self._random.choice(("down", "hang", "errors", "garbage", "slow"))
        for code, profiles in self._profiles.items():
            await self._play(session, code, wanted if wanted in profiles else "down")

    async def _flap(self, session: aiohttp.ClientSession) -> None:
        codes = self._random.sample(sorted(self._profiles), 4)
        for turn in range(FLAPS):
            for code in codes:
                fault = self._random.choice(self._profiles[code])
                await self._play(session, code, "healthy" if turn % 2 else fault)
            await asyncio.sleep(0.2)

    async def _reset(self, session: aiohttp.ClientSession) -> None:
        async with session.post(f"{self._control}/reset") as answer:
            self._carried_out(answer)

    async def _play(
        self, session: aiohttp.ClientSession, code: str, profile: str
    ) -> None:
        address = f"{self._control}/departments/{code}/profile"
        async with session.put(address, json={"profile": profile}) as answer:
            if self._carried_out(answer) and profile != "healthy":
                self.applied[profile] += 1

    def _carried_out(self, answer: aiohttp.ClientResponse) -> bool:
        if not answer.ok:
            self.refused[f"HTTP {answer.status}"] += 1
        return answer.ok
