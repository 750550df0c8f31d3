"""The policy in use: read anew when its file changes, kept when that has a fault."""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import structlog

from gateway.access.policy.errors import PolicyError
from gateway.access.policy.policy import Policy, load
from gateway.access.policy.vocabulary import Vocabulary

_log = structlog.get_logger(__name__)
_PATIENCE: Final = 5.0
"""Seconds for looking at the file, and for reading it."""
_Stamp = tuple[int, int] | None
"""Nanoseconds of the last change, and bytes; None: it can't be looked at."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a policy's file is read."""

    path: Path
    vocabulary: Vocabulary
    departments: frozenset[str]
    """Codes of all there are."""

    def load(self) -> Policy:
        """Read and check the whole file; raises PolicyError."""
        return load(self.path, self.vocabulary, self.departments)

    def stamp(self) -> _Stamp:
        """Look whether it changed."""
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size


class PolicyFile:
    """Holds the last policy without a fault."""

    def __init__(self, reading: Reading) -> None:
        """Read the file; raises PolicyError."""
        self._reading = reading
        self._seen = reading.stamp()
        self.policy = reading.load()
        self.problem: str | None = None
        """What is wrong with the file as it stands now; None: it is in use."""

    def speak(self, vocabulary: Vocabulary) -> None:
        """Read the file by other words from the next look on."""
        self._reading = replace(self._reading, vocabulary=vocabulary)
        self._seen = None

    async def watch(self, seconds: float = 2.0) -> None:
        """Look at the file again and again, until cancelled."""
        while True:
            await asyncio.sleep(seconds)
            await self.look()

    async def look(self) -> None:
        """Take the file as it stands now, if it changed and has no fault."""
        try:
            async with asyncio.timeout(_PATIENCE):
                stamp = await asyncio.to_thread(self._reading.stamp)
                if stamp == self._seen:
                    return
                policy = await asyncio.to_thread(self._read)
        except TimeoutError:
            self._tell("策略文件读取超时 (the policy file can't be read in time)")
            return
        self._seen = stamp
        if isinstance(policy, PolicyError):
            self._tell(str(policy))
            return
        self.policy, self.problem = policy, None
        _log.info("policy in use", version=policy.version, rules=len(policy.rules))

    def _read(self) -> Policy | PolicyError:
        try:
            return self._reading.load()
        except PolicyError as error:
            return error

    def _tell(self, problem: str) -> None:
        if problem != self.problem:
            _log.error("policy refused, the last one stays", problem=problem)
        self.problem = problem


def check(reading: Reading) -> str:
    """Say that a file has no fault; raises PolicyError with all that it has."""
    policy = reading.load()
    return (
        f"{reading.path}: {len(policy.rules)} 条规则，可以使用 "
        f"({len(policy.rules)} rules, no fault); 版本 version {policy.version}"
    )
