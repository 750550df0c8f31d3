"""One REST department's service."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from aiohttp import web

from mock_departments.holdings import SPOILING, Holdings, Row
from mock_departments.listening import Listener
from mock_departments.pacing import Pace
from mock_departments.rest.access import Access, Rate
from mock_departments.rest.departments import DEPARTMENTS, RestDepartment
from mock_departments.rest.envelope import Told, envelope, nest, put
from mock_departments.rest.faults import PROFILES, Handler, cut_off, play, too_many
from mock_departments.rest.paging import cut
from mock_departments.world.model import CLOCK, TrueRecord, World
from mock_departments.writing import write

CODES = tuple(department.code for department in DEPARTMENTS)
_BY_CODE = {department.code: department for department in DEPARTMENTS}
_AGES = {"stale": timedelta(days=40), "clock_skew": timedelta(hours=-3)}


class RestService:
    """A running REST department."""

    profiles = PROFILES

    def __init__(
        self, department: RestDepartment, world: World, directory: Path
    ) -> None:
        """Prepare to serve the department's part of the world."""
        self.code = department.code
        self._department = department
        self._holdings = Holdings(
            self.code, world, department.key, lambda record: _row(record, department)
        )
        self._pace = Pace(directory, self.code, department.p50, department.p95)
        self._profile = "healthy"
        self._secret = sha256(f"{self.code}:{world.seed}".encode()).hexdigest()[:32]
        self._access = Access(department.auth, self._secret)
        self._rate = Rate(department.rate)
        self._answered = 0
        application = self._application(world.record_types(self.code))
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
            known = " ".join(sorted(self.profiles))
            raise ValueError(f"{self.code} 不能模拟 {profile}；可用：{known}")
        self._profile = profile
        self._access.shorten(short=profile == "token_expiry")
        if profile == "down":
            await self._listener.shut()
        else:
            await self._listener.open()

    async def amend(self, record: TrueRecord) -> None:
        """Hold a record from now on, in the place of one of the same number."""
        self._holdings.amend(record)

    async def close(self) -> None:
        """Stop serving."""
        await self._listener.close()

    def _application(self, record_types: Sequence[str]) -> web.Application:
        department = self._department
        application = web.Application(middlewares=[self._middleware])
        if department.auth == "oauth":
            application.router.add_post("/oauth/token", self._access.grant)
        if department.model:
            application.router.add_get("/openapi.json", self._openapi)
        for record_type in record_types:
            path = f"{department.root}/{department.word(record_type)}"
            handler = self._handler(record_type)
            application.router.add_route(department.method, f"{path}/query", handler)
            application.router.add_get(path, handler)
            if department.changes:
                changes = self._changes(record_type)
                application.router.add_get(f"{path}/changes", changes)
        return application

    @web.middleware
    async def _middleware(
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        if request.path == "/oauth/token":
            return await handler(request)
        await self._pace.wait(slow=self._profile == "slow")
        return self._refusal(request) or await play(self._profile, request, handler)

    def _refusal(self, request: web.Request) -> web.StreamResponse | None:
        """Turn a request away: too many of them, or bad luck."""
        self._answered += 1
        unlucky = self._pace.unlucky(self._department.error_percent)
        flaky = self._profile == "flaky" and self._answered % 2
        if flaky or (unlucky and self._department.drops):
            cut_off(request)
        if unlucky:
            return web.json_response({"error": "busy"}, status=503)
        return too_many(1) if self._rate.exceeded() else None

    def _handler(self, record_type: str) -> Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            if not self._let_in(request):
                return web.json_response({"error": "unauthorized"}, status=401)
            if self._profile == "soap_ok_fault":
                return self._envelope([], {}, request)
            asked = await _asked(request)
            if not request.path.endswith("/query"):
                return self._envelope(self._holdings.all(record_type), asked, request)
            department = self._department
            keys = _keys(asked.get(department.keys_name))
            if not 0 < len(keys) <= department.batch:
                words = f"{department.keys_name}: 1..{department.batch}"
                return web.json_response({"error": words}, status=400)
            rows = self._holdings.about(record_type, keys)
            if self._profile == "unasked":
                rows = [*rows, *self._holdings.strangers(record_type, rows)]
            return self._envelope(rows, asked, request)

        return answer

    def _changes(self, record_type: str) -> Handler:
        """Answer what came after a cursor that the same endpoint gave."""

        async def answer(request: web.Request) -> web.StreamResponse:
            if not self._let_in(request):
                return web.json_response({"error": "unauthorized"}, status=401)
            told = self._holdings.told(record_type)
            since = int(request.query.get("since", "v0").removeprefix("v"))
            spoil = SPOILING.get(self._profile)
            rows = spoil(told[since:]) if spoil else told[since:]
            body: dict[str, object] = {}
            put(body, self._department.rows, rows)
            put(body, self._department.as_of, (CLOCK - self._age()).isoformat())
            put(body, "data.cursor", f"v{len(told)}")
            if success := self._department.success:
                put(body, success.path, success.well)
            return web.json_response(body)

        return answer

    def _let_in(self, request: web.Request) -> bool:
        if self._profile == "token_expiry" and self._department.auth != "oauth":
            return False
        return self._access.allowed(request)

    def _envelope(
        self, rows: Sequence[Row], asked: Mapping[str, object], request: web.Request
    ) -> web.Response:
        spoil = SPOILING.get(self._profile)
        rows = spoil(rows) if spoil else rows
        repeat = self._profile == "duplicate_pages"
        page = cut(rows, self._department, asked, repeat=repeat)
        failed = self._profile == "soap_ok_fault"
        if failed and self._department.success is None:
            return web.json_response({"code": 500, "message": "服务异常"})
        told = Told(CLOCK - self._age(), self._profile == "wrong_total", failed)
        return envelope(page, self._department, told, request)

    def _age(self) -> timedelta:
        return _AGES.get(self._profile, timedelta(hours=2))

    async def _openapi(self, _: web.Request) -> web.Response:
        department = self._department
        paths = {
            f"{department.root}/{department.word(kind)}{end}": {
                method: {"summary": f"{kind}{end}"}
            }
            for kind in ("LICENCE", "PENALTY")
            for end, method in (("", "get"), ("/query", "post"), ("/changes", "get"))
        }
        info = {"title": department.code, "version": "1"}
        return web.json_response({"openapi": "3.1.0", "info": info, "paths": paths})


async def _asked(request: web.Request) -> Mapping[str, object]:
    if request.method == "GET":
        return dict(request.query)
    body: dict[str, object] = await request.json()
    return {**request.query, **body}


def _keys(given: object) -> list[str]:
    if isinstance(given, str):
        return [key for key in given.split(",") if key]
    return [str(key) for key in given] if isinstance(given, list) else []


def _row(record: TrueRecord, department: RestDepartment) -> Row:
    row = write(record, department.style)
    if department.code == "QH-LRD" and record.record_type == "LICENCE":
        begin, end = record.facts["validFrom"], record.facts["validTo"]
        row["yxq"] = f"{_month(str(begin))}至{_month(str(end)) if end else '长期'}"
        del row["yxqz"], row["yxqzhi"]
    return nest(row, department.nested)


def _month(day: str) -> str:
    year, month, _ = day.split("-")
    return f"{year}年{int(month)}月"


async def start(code: str, world: World, directory: Path) -> RestService:
    """Start one REST department."""
    service = await asyncio.to_thread(RestService, _BY_CODE[code], world, directory)
    await service.start()
    return service
