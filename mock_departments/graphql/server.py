"""One prefecture government's subgraph (Apollo Federation v2)."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from aiohttp import web
from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    build_schema,
    graphql,
)

from mock_departments.columns import columns
from mock_departments.dripping import drip
from mock_departments.graphql.departments import DEPARTMENTS, GraphqlDepartment
from mock_departments.holdings import SPOILING, Holdings, Row
from mock_departments.listening import Listener
from mock_departments.pacing import Pace
from mock_departments.world.model import CLOCK, World
from mock_departments.writing import write

CODES = tuple(department.code for department in DEPARTMENTS)
_BY_CODE = {department.code: department for department in DEPARTMENTS}


class GraphqlService:
    """A running subgraph."""

    profiles = frozenset(
        {"healthy", "slow", "flaky", "soap_ok_fault", "down", "hang", "half_answer"}
        | {"duplicate_pages", "schema_drift", "bad_rows", "stale", "clock_skew"}
        | {"maintenance", "token_expiry", "errors", "garbage", "truncated", "oversized"}
        | {"slow_loris", "gbk", "unasked", "duplicates", "changed_type"}
    )

    def __init__(
        self, department: GraphqlDepartment, world: World, directory: Path
    ) -> None:
        """Prepare to serve the government's part of the world."""
        self.code = department.code
        self._department = department
        self._holdings = Holdings(
            self.code, world, "uscc", lambda one: write(one, department.style)
        )
        self._pace = Pace(directory, self.code, department.p50, department.p95)
        self._profile = "healthy"
        self._secret = sha256(f"{self.code}:{world.seed}".encode()).hexdigest()[:32]
        self._sdl = sdl(department)
        self._schema = self._executable()
        application = web.Application(client_max_size=8 * 1024 * 1024)
        application.router.add_post("/graphql", self._serve)
        self._listener = Listener(self.code, application, directory)

    @property
    def environment(self) -> Mapping[str, str]:
        """Address and credentials."""
        name = self.code.replace("-", "_")
        return {f"{name}_URL": self._listener.url, f"{name}_TOKEN": self._secret}

    async def start(self) -> None:
        """Open the address."""
        await self._listener.start()

    async def misbehave(self, profile: str) -> None:
        """Play a fault profile; raises ValueError for an unknown one."""
        if profile not in self.profiles:
            raise ValueError(
                f"{self.code} 不能模拟 {profile}；可用：{' '.join(sorted(self.profiles))}"
            )
        self._profile = profile
        if profile == "down":
            await self._listener.shut()
        else:
            await self._listener.open()

    async def close(self) -> None:
        """Stop serving."""
        await self._listener.close()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        await self._pace.wait(slow=self._profile == "slow")
        if self._profile == "hang":
            await asyncio.sleep(3600)
        if self._profile == "flaky" and request.transport:
            request.transport.abort()
        if self._profile == "slow_loris":
            return await drip(request, "application/json")
        broken = self._broken(request)
        if broken is not None:
            return broken
        asked = await request.json()
        result = await graphql(
            self._schema,
            asked.get("query", ""),
            variable_values=asked.get("variables"),
        )
        answer = web.json_response(result.formatted)
        if self._profile == "truncated":
            return web.Response(text=(answer.text or "")[:-40])
        if self._profile == "gbk":
            body = json.dumps(result.formatted, ensure_ascii=False).encode("gbk")
            return web.Response(body=body, content_type="application/json")
        if self._profile == "oversized":
            return web.Response(body=b'{"data": "' + b"0" * 60_000_000 + b'"}')
        return answer

    def _broken(self, request: web.Request) -> web.Response | None:
        if request.headers.get("Authorization") != f"Bearer {self._secret}":
            return web.json_response({"errors": [{"message": "denied"}]}, status=401)
        match self._profile:
            case "errors":
                return web.Response(status=500)
            case "maintenance":
                return web.Response(status=503, text="维护中")
            case "garbage":
                return web.Response(text="<html>维护中</html>")
            case "token_expiry":
                return web.Response(status=401)
            case "soap_ok_fault":
                failed = {"errors": [{"message": "服务异常"}], "data": None}
                return web.json_response(failed)
            case _:
                return None

    def _executable(self) -> GraphQLSchema:
        schema = build_schema(self._sdl.partition("\n\n")[2] + _MACHINERY)
        query = schema.query_type
        if query is None:
            raise TypeError
        for record_type, name in self._department.fields.items():
            query.fields[name].resolve = self._list(record_type)
        query.fields["_service"].resolve = lambda *_: {"sdl": self._sdl}
        query.fields["_entities"].resolve = lambda _o, _i, representations: [
            {"__typename": "Enterprise", **one} for one in representations
        ]
        return schema

    def _list(self, record_type: str) -> Any:  # noqa: ANN401 - graphql-core's resolver
        def resolve(
            _: object,
            info: GraphQLResolveInfo[object],
            first: int = 100,
            after: str | None = None,
            **codes: Sequence[str] | None,
        ) -> Mapping[str, object]:
            department = self._department
            if first > department.most:
                raise GraphQLError(f"first <= {department.most}")
            if _depth(info.field_nodes[0]) > department.depth:
                raise GraphQLError(f"depth <= {department.depth}")
            asked = codes.get(department.codes)
            rows = (
                self._holdings.all(record_type)
                if asked is None
                else self._holdings.about(record_type, asked)
            )
            if self._profile == "unasked" and asked is not None:
                rows = [*rows, *self._holdings.strangers(record_type, rows)]
            return self._page(rows, first, after)

        return resolve

    def _page(
        self, rows: Sequence[Row], first: int, after: str | None
    ) -> Mapping[str, object]:
        spoil = SPOILING.get(self._profile)
        rows = spoil(rows) if spoil else rows
        start = 0 if self._profile == "duplicate_pages" else int(after or 0)
        end = start + first
        more = end < len(rows) or (self._profile == "duplicate_pages" and rows)
        ages = {"stale": timedelta(days=40), "clock_skew": timedelta(hours=-3)}
        as_of = CLOCK - ages.get(self._profile, timedelta(hours=1))
        return {
            "items": rows[start:end],
            "next": str(end) if more else None,
            "asOf": as_of.isoformat(),
        }


def sdl(department: GraphqlDepartment) -> str:
    """Write a department's schema; its first paragraph is the federation link."""
    types, roots = [], []
    for record_type, name in department.fields.items():
        kind = name[0].upper() + name[1:]
        named = columns(department.style.columns, record_type)
        scalars = {"decidedOn": "String"}
        lines = [
            f"  {column}: {scalars.get(field, 'String')}"
            for field, column in named.items()
        ]
        types.append(
            f"type {kind}Row {{\n" + "\n".join(lines) + "\n}\n"
            f"type {kind}Page {{ items: [{kind}Row!]!  next: String  asOf: String! }}"
        )
        roots.append(
            f"  {name}({department.codes}: [String!], first: Int = 100, after: String): "
            f"{kind}Page!"
        )
    return (
        'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", '
        'import: ["@key"])\n\n'
        'type Enterprise @key(fields: "uscc") { uscc: String! }\n'
        + "\n".join(types)
        + "\ntype Query {\n"
        + "\n".join(roots)
        + "\n}\n"
    )


_MACHINERY = """
directive @key(fields: String!) repeatable on OBJECT
scalar _Any
union _Entity = Enterprise
type _Service { sdl: String! }
extend type Query {
  _service: _Service!
  _entities(representations: [_Any!]!): [_Entity]!
}
"""


def _depth(node: FieldNode) -> int:
    inner = node.selection_set.selections if node.selection_set else ()
    return 1 + max(
        (_depth(one) for one in inner if isinstance(one, FieldNode)), default=0
    )


async def start(code: str, world: World, directory: Path) -> GraphqlService:
    """Start one subgraph."""
    service = await asyncio.to_thread(GraphqlService, _BY_CODE[code], world, directory)
    await service.start()
    return service
