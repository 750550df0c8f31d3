"""Gateways on departments whose records change while they run."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from adapters.contract import SourceRecord
from benchmarks.identity import ROOMY
from gateway.app import create_app, polling_of
from gateway.opening import Gateway, open_gateway
from gateway.polling import Polling
from gateway.reconciliation import Reconciliation
from gateway.settings import read_settings
from mock_departments.host import Host
from mock_departments.world.model import CLOCK, TrueEnterprise, World
from tests.gateway.core.fakes import FakeAdapter, enterprise
from tests.gateway.streaming import Heard, hearing
from tests.serving import serving
from tests.tokens import headers

DEPARTMENTS = "QH-[EST][PA][DWX]"
"""QH-EPD and QH-SAW, which are polled, and QH-TAX, which pushes."""
SUBSCRIBE = """subscription($departments: [ID!]) {
  recordChanges(departments: $departments) { ...change } }
"""
SINCE = """query($cursor: String, $since: DateTime, $recordTypes: [RecordType!],
    $departments: [ID!], $first: Int) {
  changesSince(cursor: $cursor, since: $since, recordTypes: $recordTypes,
      departments: $departments, first: $first) {
    nodes { ...change } edges { cursor }
    pageInfo { hasNextPage endCursor startCursor }
  } }
"""
CHANGE = """fragment change on RecordChange {
  kind at recordType department { code } enterprise { uscc }
  before { headline ... on Penalty { decisionNumber fine } ... on TaxCredit { grade } }
  after { headline provenance { outcome }
    ... on Penalty { decisionNumber fine } ... on TaxCredit { grade } } }"""
PENALTIES = """query($uscc: USCC!, $where: RecordFilter) {
  enterprise(uscc: $uscc) { penalties(where: $where) {
    nodes { decisionNumber fine }
    completeness { sources { department { code } outcome } } } } }"""


@dataclass
class Running:
    """A gateway that runs, and polls when it is told to."""

    url: str
    gateway: Gateway
    polling: Polling = field(init=False)

    def __post_init__(self) -> None:
        self.polling = polling_of(self.gateway)

    @property
    def headers(self) -> dict[str, str]:
        return headers(self.gateway.settings.data)

    async def ask(self, query: str, **variables: object) -> dict[str, Any]:
        async with httpx.AsyncClient(timeout=60) as client:
            body = {"query": query, "variables": variables}
            answer = await client.post(
                f"{self.url}/graphql", json=body, headers=self.headers
            )
        result: dict[str, Any] = answer.json()
        return result

    async def since(self, **wanted: object) -> dict[str, Any]:
        """Give a page of changes."""
        result = await self.ask(SINCE + CHANGE, **wanted)
        assert "errors" not in result, result
        page: dict[str, Any] = result["data"]["changesSince"]
        return page

    async def refused(self, **wanted: object) -> dict[str, Any]:
        """Give the error instead."""
        result = await self.ask(SINCE + CHANGE, **wanted)
        (error,) = result["errors"]
        found: dict[str, Any] = error
        return found

    async def penalties(
        self, uscc: str, *departments: str
    ) -> tuple[set[str], set[str]]:
        """Give the numbers of an enterprise's penalties, and the sources' outcomes."""
        where = {"departments": list(departments)}
        result = await self.ask(PENALTIES, uscc=uscc, where=where)
        found = result["data"]["enterprise"]["penalties"]
        sources = found["completeness"]["sources"]
        return (
            {one["decisionNumber"] for one in found["nodes"]},
            {one["outcome"] for one in sources},
        )

    @asynccontextmanager
    async def subscribed(self, *departments: str) -> AsyncIterator[Heard]:
        wanted = {"departments": list(departments) or None}
        async with hearing(
            f"{self.url}/graphql", SUBSCRIBE + CHANGE, wanted, headers=self.headers
        ) as heard:
            assert await heard.event() == (":", None)
            yield heard

    async def build_presence(self) -> None:
        gateway = self.gateway
        work = Reconciliation(
            gateway.adapters, gateway.core, gateway.quarantine, gateway.shelf
        )
        await work.run(CLOCK, quiet)
        assert gateway.presences
        await gateway.presences.refresh()


def quiet(_stage: str, _done: float) -> None:
    pass


async def change(heard: Heard) -> dict[str, Any]:
    """Hear the next change."""
    name, result = await heard.event()
    assert name == "next"
    assert "errors" not in result, result
    told: dict[str, Any] = result["data"]["recordChanges"]
    return told


def registration(who: TrueEnterprise) -> SourceRecord:
    return enterprise(who.number, who.name, uscc=who.uscc)


@dataclass
class Province:
    """Departments, and gateways on one database."""

    host: Host
    world: World
    url: str
    directory: Path
    people: tuple[TrueEnterprise, ...]
    """About none of whom the departments hold anything at first."""

    @asynccontextmanager
    async def gateway(
        self, name: str = "one", **settings: str
    ) -> AsyncIterator[Running]:
        """Run a gateway with a data directory of its own, kept for its next start."""
        environment = self.environment(name, settings)
        gateway = await open_gateway(
            read_settings(environment), environment, DEPARTMENTS
        )
        assert not gateway.problems
        try:
            async with serving(create_app(gateway)) as address:
                running = Running(address, gateway)
                yield running
                await running.polling.leave()
        finally:
            await gateway.close()

    @asynccontextmanager
    async def polling_until_killed(self) -> AsyncIterator[None]:
        """Poll all the time in a process of its own, which is killed at last."""
        environment = self.environment("killed", {"POLL_EVERY": "0.01"})
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.gateway.changes.polling_process"),
            env={**os.environ, **environment},
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            assert process.stdout
            assert await process.stdout.readline() == b"polling\n"
            yield
        finally:
            process.kill()
            await process.communicate()

    def environment(self, name: str, settings: Mapping[str, str]) -> Mapping[str, str]:
        """Give the environment of a gateway."""
        data = self.directory / name
        data.mkdir(exist_ok=True)
        return {
            **self.host.environment,
            "CREDITNET_DATA": str(data),
            "CREDITNET_DATABASE_URL": self.url,
            "CREDITNET_LIMITS": str(ROOMY),
            "CREDITNET_CLOCK": CLOCK.isoformat(),
            **{f"CREDITNET_{word}": value for word, value in settings.items()},
        }


def unknown_people(world: World, count: int) -> tuple[TrueEnterprise, ...]:
    """Give enterprises of whom these departments hold no records."""
    held = {
        uscc
        for department in ("QH-EPD", "QH-SAW", "QH-TAX")
        for record_type in world.record_types(department)
        for one in world.records(department, record_type)
        for uscc in one.usccs
    }
    others = [one for one in world.enterprises() if one.uscc not in held]
    names = [one.name for one in world.enterprises()]
    found = [one for one in others if names.count(one.name) == 1]
    return tuple(found[:count])


async def fill(province: Province, running: Running) -> None:
    """Register the people."""
    people = [registration(one) for one in province.people]
    await running.gateway.core.sync(FakeAdapter(people), quiet)


async def punish(
    province: Province, department: str, who: int = 0, fine: str = "5000.00"
) -> None:
    """Let a department add a penalty, or change the fine of the one it added."""
    number = f"{department}罚〔2016〕{who}号"
    facts = {"decisionNumber": number, "fine": fine}
    uscc = province.people[who].uscc
    await province.host.amend(department, "PENALTY", uscc, facts)


async def grade(province: Province, letter: str, who: int = 0) -> None:
    """Let the tax authority push a grade."""
    facts = {"grade": letter, "year": 2015}
    uscc = province.people[who].uscc
    await province.host.amend("QH-TAX", "TAX_CREDIT", uscc, facts)


def told(page: dict[str, Any]) -> list[tuple[str, str]]:
    """Give kind and enterprise of each change on a page."""
    return [(one["kind"], one["enterprise"]["uscc"]) for one in page["nodes"]]


async def all_told(gateway: Running, **wanted: object) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    cursor: str | None = None
    while True:
        page = await gateway.since(cursor=cursor, **wanted)
        found += told(page)
        cursor = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return found
