"""Runs the departments."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, runtime_checkable

from mock_departments import files, graphql, push, rest, soap, sql
from mock_departments.service import Service, Starter
from mock_departments.world.model import TrueRecord, World

KINDS: Mapping[str, tuple[Sequence[str], Starter]] = {
    "rest": (rest.CODES, rest.start),
    "soap": (soap.CODES, soap.start),
    "push": (push.CODES, push.start),
    "files": (files.CODES, files.start),
    "sql": (sql.CODES, sql.start),
    "graphql": (graphql.CODES, graphql.start),
}
KIND_OF = {code: kind for kind, (codes, _) in KINDS.items() for code in codes}


@runtime_checkable
class Pushing(Protocol):
    """A department that sends instead of being asked."""

    async def push_to(self, url: str) -> None:
        """Send everything to the gateway at `url`, in the background."""

    async def sent(self) -> None:
        """Wait until everything was sent, or refused for good."""


@runtime_checkable
class Amending(Protocol):
    """A department whose records change while it runs."""

    async def amend(self, record: TrueRecord) -> None:
        """Hold a record from now on, in the place of one of the same number."""


class Host:
    """The running departments of one world."""

    def __init__(self, world: World, directory: Path) -> None:
        """Serve `world`; databases, drops and remembered ports go to `directory`."""
        self._world = world
        self._directory = directory
        self._services: dict[str, Service] = {}
        self._profiles: dict[str, str] = {}
        self._amended: dict[tuple[str, str], dict[int, TrueRecord]] = {}

    async def __aenter__(self) -> Self:
        """Hand out the host; departments start with `start`."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop all departments."""
        await asyncio.gather(*(s.close() for s in self._services.values()))

    @property
    def codes(self) -> Sequence[str]:
        """Departments that run, in order."""
        return sorted(self._services)

    @property
    def environment(self) -> Mapping[str, str]:
        """How to reach them all, as environment variables."""
        return {
            name: value
            for code in self.codes
            for name, value in self._services[code].environment.items()
        }

    async def start(self, code: str) -> None:
        """Start one department; raises KeyError for one that nobody knows."""
        _, starter = KINDS[KIND_OF[code]]
        self._services[code] = await starter(code, self._world, self._directory)
        self._profiles[code] = "healthy"

    async def misbehave(self, code: str, profile: str) -> None:
        """Let a department play a fault profile.

        Raises KeyError for a department that does not run, ValueError for a profile
        that it can't play.
        """
        await self._services[code].misbehave(profile)
        self._profiles[code] = profile

    async def amend(
        self, code: str, record_type: str, uscc: str, facts: Mapping[str, object]
    ) -> TrueRecord:
        """Let a department change the last record about somebody, or add the first.

        Raises KeyError for a department that does not run, ValueError for one whose
        records can't change, or that has none of the type.
        """
        amended = self._amended.setdefault((code, record_type), {})
        held = {r.number: r for r in self._world.records(code, record_type)} | amended
        if not held:
            raise ValueError(f"{code} 没有 {record_type} (holds none of these)")
        about = [one for one in held.values() if one.usccs == (uscc,)]
        last = about[-1] if about else self._first(uscc, held)
        record = replace(last, facts={**last.facts, **facts})
        service = self._services[code]
        if isinstance(service, Amending):
            await service.amend(record)
        else:
            raise ValueError(f"{code} 的记录不能改动 (its records can't change)")  # noqa: TRY004 - an order that can't be carried out
        amended[record.number] = record
        return record

    def _first(self, uscc: str, held: Mapping[int, TrueRecord]) -> TrueRecord:
        """Make a record about somebody like a clean one."""
        who = self._world.enterprise(uscc)
        if who is None:
            raise ValueError(f"没有企业 {uscc} (no such enterprise)")
        written = {
            "uscc": uscc,
            "registrationNumber": who.registration_number,
            "name": who.name,
        }
        like = next(one for one in held.values() if not one.dirt)
        return replace(like, number=max(held) + 1, usccs=(uscc,), written=written)

    async def reset(self) -> None:
        """End all faults."""
        for code, profile in self._profiles.items():
            if profile != "healthy":
                await self.misbehave(code, "healthy")

    async def push_to(self, url: str) -> None:
        """Tell the departments that push where the gateway is; wait until they have."""
        pushing = [one for one in self._services.values() if isinstance(one, Pushing)]
        for service in pushing:
            await service.push_to(url)
        await asyncio.gather(*(service.sent() for service in pushing))

    def status(self) -> list[dict[str, object]]:
        """Give every department's kind and the profile that it plays."""
        return [
            {
                "code": code,
                "kind": KIND_OF[code],
                "profile": self._profiles[code],
                "profiles": sorted(self._services[code].profiles),
            }
            for code in self.codes
        ]
