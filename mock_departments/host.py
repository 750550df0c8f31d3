"""Runs the departments and takes orders to misbehave."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, runtime_checkable

from aiohttp import web

from mock_departments import files, graphql, push, rest, soap, sql
from mock_departments.service import Service, Starter
from mock_departments.world.model import World

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


class Host:
    """The running departments of one world."""

    def __init__(self, world: World, directory: Path) -> None:
        """Serve `world`; databases, drops and remembered ports go to `directory`."""
        self._world = world
        self._directory = directory
        self._services: dict[str, Service] = {}
        self._profiles: dict[str, str] = {}

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


def control(host: Host) -> web.Application:
    """Give the small HTTP interface through which faults are switched."""

    async def show(_: web.Request) -> web.Response:
        return web.json_response(host.status())

    async def order(request: web.Request) -> web.Response:
        code = request.match_info["code"]
        if code not in host.codes:
            return _refusal(404, f"没有这个部门 no such department: {code}")
        body = await request.json()
        try:
            await host.misbehave(code, str(body.get("profile")))
        except ValueError as error:
            return _refusal(400, str(error))
        return web.json_response({"code": code, "profile": body["profile"]})

    async def reset(_: web.Request) -> web.Response:
        await host.reset()
        return web.json_response(host.status())

    async def push_target(request: web.Request) -> web.Response:
        await host.push_to(str((await request.json())["url"]))
        return web.json_response({"accepted": True})

    application = web.Application()
    application.router.add_get("/departments", show)
    application.router.add_put("/departments/{code}/profile", order)
    application.router.add_post("/reset", reset)
    application.router.add_put("/push-target", push_target)
    return application


def _refusal(status: int, reason: str) -> web.Response:
    return web.json_response({"error": reason}, status=status)
