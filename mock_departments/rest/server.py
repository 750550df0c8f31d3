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
from mock_departments.rest.departments import DEPARTMENTS, RestDepartment
from mock_departments.rest.faults import PROFILES, Handler, play
from mock_departments.rest.paging import Page, cut
from mock_departments.world.model import CLOCK, TrueRecord, World
from mock_departments.writing import write

CODES = tuple(department.code for department in DEPARTMENTS)
_BY_CODE = {department.code: department for department in DEPARTMENTS}


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
        self._token = self._secret
        self._renewed = 0
        application = web.Application(middlewares=[self._middleware])
        application.router.add_post("/oauth/token", self._grant)
        application.router.add_get("/openapi.json", self._openapi)
        for record_type in world.record_types(self.code):
            path = f"{department.root}/{department.word(record_type)}"
            handler = self._handler(record_type)
            application.router.add_post(f"{path}/query", handler)
            application.router.add_get(path, handler)
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

    @web.middleware
    async def _middleware(
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        if self._profile != "healthy" and request.path != "/oauth/token":
            if self._profile == "slow":
                await self._pace.wait(slow=True)
            return await play(self._profile, request, handler)
        await self._pace.wait()
        if self._pace.unlucky(self._department.error_percent):
            return web.json_response({"error": "busy"}, status=503)
        return await handler(request)

    def _handler(self, record_type: str) -> Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            if not self._allowed(request):
                return web.json_response({"error": "unauthorized"}, status=401)
            return await self._answer(record_type, request)

        return answer

    async def _answer(
        self, record_type: str, request: web.Request
    ) -> web.StreamResponse:
        department = self._department
        asked: dict[str, object] = dict(request.query)
        if request.method == "POST":
            asked = await request.json()
            keys = asked.get(department.keys_name)
            if not isinstance(keys, list) or len(keys) > department.batch:
                words = f"{department.keys_name}: 1..{department.batch}"
                return web.json_response({"error": words}, status=400)
            rows = self._holdings.about(record_type, [str(key) for key in keys])
        else:
            rows = self._holdings.all(record_type)
        repeat = self._profile == "duplicate_pages"
        page = cut(self._spoilt(rows), department, asked, repeat=repeat)
        return self._envelope(page, request)

    def _spoilt(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Spoil rows as the profile says."""
        spoil = SPOILING.get(self._profile)
        return spoil(rows) if spoil else rows

    def _envelope(self, page: Page, request: web.Request) -> web.Response:
        answer: dict[str, object] = {"success": True}
        _put(answer, self._department.rows, page.rows)
        as_of, headers = self._department.as_of, {}
        now = (CLOCK - self._age()).isoformat()
        if as_of.startswith("header:"):
            headers[as_of.removeprefix("header:")] = now
        else:
            _put(answer, as_of, now)
        wrong = self._profile == "wrong_total" or self.code == "QH-CUL"
        answer["total"] = page.total + 7 if wrong else page.total
        if page.next is not None and self._department.paging == "cursor":
            _put(answer, f"{self._department.rows.rpartition('.')[0]}.next", page.next)
        if page.next is not None and self._department.paging == "link":
            target = request.url.update_query(page=page.next)
            headers["Link"] = f'<{target}>; rel="next"'
        return web.json_response(answer, headers=headers)

    def _age(self) -> timedelta:
        ages = {"stale": timedelta(days=40), "clock_skew": timedelta(hours=-3)}
        return ages.get(self._profile, timedelta(hours=2))

    def _allowed(self, request: web.Request) -> bool:
        match self._department.auth:
            case "header":
                return request.headers.get("X-API-Key") == self._secret
            case "query":
                return request.query.get("appkey") == self._secret
            case _:
                return request.headers.get("Authorization") == f"Bearer {self._token}"

    async def _grant(self, request: web.Request) -> web.Response:
        form = await request.post()
        if form.get("client_secret") != self._secret:
            return web.json_response({"error": "invalid_client"}, status=401)
        self._renewed += 1
        self._token = sha256(f"{self._secret}{self._renewed}".encode()).hexdigest()
        return web.json_response({"access_token": self._token, "expires_in": 1800})

    async def _openapi(self, _: web.Request) -> web.Response:
        department = self._department
        paths = {
            f"{department.root}/{department.word(kind)}/query": {
                "post": {"summary": kind}
            }
            for kind in ("LICENCE", "PENALTY")
        }
        info = {"title": department.code, "version": "1"}
        return web.json_response({"openapi": "3.1.0", "info": info, "paths": paths})


def _put(answer: dict[str, object], path: str, value: object) -> None:
    *parents, name = [part for part in path.split(".") if part]
    for parent in parents:
        inner = answer.setdefault(parent, {})
        if isinstance(inner, dict):
            answer = inner
    answer[name] = value


def _row(record: TrueRecord, department: RestDepartment) -> Row:
    row = write(record, department.style)
    if department.code == "QH-LRD" and record.record_type == "LICENCE":
        begin, end = record.facts["validFrom"], record.facts["validTo"]
        row["yxq"] = f"{_month(str(begin))}至{_month(str(end)) if end else '长期'}"
        del row["yxqz"], row["yxqzhi"]
    return row


def _month(day: str) -> str:
    year, month, _ = day.split("-")
    return f"{year}年{int(month)}月"


async def start(code: str, world: World, directory: Path) -> RestService:
    """Start one REST department."""
    service = await asyncio.to_thread(RestService, _BY_CODE[code], world, directory)
    await service.start()
    return service
