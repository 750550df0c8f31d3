"""`python -m benchmarks.peers.strawberry_way PORT CORE DEPARTMENTS`: Strawberry's way.

The same questions as Strawberry's own guide would answer them: a resolver per object, a
DataLoader per list, the ORM over aiosqlite, its ASGI view with both document caches.
"""

import sys
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import strawberry
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig

from benchmarks.peers.asking import Departments
from benchmarks.peers.handwritten import serve
from benchmarks.peers.strawberry_loaders import Loaders
from benchmarks.peers.strawberry_types import (
    AnnualReports,
    Assistance,
    Licences,
    Penalties,
    assistance_of,
    licence_of,
    penalty_of,
    report_of,
)
from schema.registration import EnterpriseStatus
from schema.scalars import SCALARS, USCC

Info = strawberry.Info[Loaders, None]


@strawberry.type
class Enterprise:
    """An enterprise."""

    uscc: USCC
    name: str
    type: str
    status: EnterpriseStatus
    legal_representative: str | None
    registered_capital: Decimal | None
    currency: str | None
    established_on: date | None
    registration_authority: str | None
    address: str | None

    @strawberry.field
    async def annual_reports(self, info: Info) -> AnnualReports:
        """List annual reports."""
        facts = await info.context.reports.load(self.uscc)
        return AnnualReports(nodes=[report_of(one) for one in facts])

    @strawberry.field
    async def licences(self, info: Info) -> Licences:
        """List licences."""
        rows = await info.context.licences.load(self.uscc)
        return Licences(nodes=[licence_of(row) for row in rows])

    @strawberry.field
    async def penalties(self, info: Info) -> Penalties:
        """List penalties."""
        rows = await info.context.penalties.load(self.uscc)
        return Penalties(nodes=[penalty_of(row) for row in rows])

    @strawberry.field
    async def judicial_assistance(self, info: Info) -> Assistance:
        """List judicial assistance."""
        rows = await info.context.assistance.load(self.uscc)
        return Assistance(nodes=[assistance_of(row) for row in rows])


@strawberry.type
class Enterprises:
    """A list of enterprises."""

    nodes: list[Enterprise]


@strawberry.input
class EnterpriseFilter:
    """Which enterprises."""

    uscc_in: list[USCC]


@strawberry.type
class Query:
    """What can be asked."""

    @strawberry.field
    async def enterprise(self, info: Info, uscc: USCC) -> Enterprise | None:
        """Find one by code."""
        found = await info.context.registrations([uscc])
        return _enterprise(found[0]) if found else None

    @strawberry.field
    async def enterprises(
        self, info: Info, where: EnterpriseFilter | None = None, first: int | None = 20
    ) -> Enterprises:
        """List those of the codes."""
        codes: Sequence[str] = where.uscc_in if where else []
        found = await info.context.registrations(codes[:first])
        return Enterprises(nodes=[_enterprise(body) for body in found])


def _enterprise(body: Any) -> Enterprise:  # noqa: ANN401 - JSON of the core
    return Enterprise(
        uscc=body["uscc"],
        name=body["name"],
        type=body["type"],
        status=EnterpriseStatus(body["status"]),
        legal_representative=body["legal_representative"],
        registered_capital=Decimal(body["registered_capital"]),
        currency=body["currency"],
        established_on=date.fromisoformat(body["established_on"]),
        registration_authority=body["registration_authority"],
        address=body["address"],
    )


class View(GraphQL[Loaders, None]):
    """Strawberry's ASGI view; every request has loaders of its own."""

    def __init__(self, schema: strawberry.Schema, core: str, departments: str) -> None:
        """Serve over a core and departments."""
        super().__init__(schema)
        engine = create_async_engine(f"sqlite+aiosqlite:///{core}", pool_timeout=600)
        self._sessions = async_sessionmaker(engine, expire_on_commit=False)
        self._departments = Departments(departments)

    async def get_context(
        self, request: Request | WebSocket, response: Response | WebSocket
    ) -> Loaders:
        """Make the loaders of one request."""
        return Loaders(self._sessions, self._departments)


if __name__ == "__main__":
    SCHEMA = strawberry.Schema(
        Query,
        config=StrawberryConfig(scalar_map=SCALARS),
        extensions=[ParserCache, ValidationCache],
    )
    serve(View(SCHEMA, sys.argv[2], sys.argv[3]), int(sys.argv[1]))
