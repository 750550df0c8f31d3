"""One SOAP department's service."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from aiohttp import web

from mock_departments.certificates import certificates
from mock_departments.dripping import drip
from mock_departments.holdings import SPOILING, Holdings, Row
from mock_departments.listening import Listener
from mock_departments.pacing import Pace
from mock_departments.soap import messages
from mock_departments.soap.departments import DEPARTMENTS, SoapDepartment
from mock_departments.world.model import CLOCK, World
from mock_departments.writing import write

CODES = tuple(department.code for department in DEPARTMENTS)
_BY_CODE = {department.code: department for department in DEPARTMENTS}
TYPES = {
    "XK": "LICENCE",
    "CF": "PENALTY",
    "BZ": "COMMENDATION",
    "SFXZ": "JUDICIAL_ASSISTANCE",
    "SXBZX": "JUDGMENT_DEFAULT",
}
NOTHING = "未查询到数据"


class SoapService:
    """A running SOAP department."""

    profiles = frozenset(
        {"healthy", "slow", "flaky", "soap_ok_fault", "empty_is_fault", "down", "hang"}
        | {"half_answer", "duplicate_pages", "schema_drift", "bad_rows", "gbk", "stale"}
        | {"clock_skew", "maintenance", "token_expiry", "errors", "garbage"}
        | {"truncated", "oversized", "slow_loris"}
        | {"unasked", "duplicates", "changed_type"}
    )

    def __init__(
        self, department: SoapDepartment, world: World, directory: Path
    ) -> None:
        """Prepare to serve the department's part of the world."""
        self.code = department.code
        self._department = department
        self._holdings = Holdings(
            self.code, world, department.key, lambda one: write(one, department.style)
        )
        self._pace = Pace(directory, self.code, department.p50, department.p95)
        self._profile = "healthy"
        self._secret = sha256(f"{self.code}:{world.seed}".encode()).hexdigest()[:32]
        self._ticket = f"T{self._secret[:12]}"
        application = web.Application(client_max_size=8 * 1024 * 1024)
        application.router.add_get("/services/credit", self._wsdl)
        application.router.add_post("/services/credit", self._serve)
        self._certificates = (
            certificates(self.code, directory) if department.mutual_tls else None
        )
        self._listener = Listener(
            self.code,
            application,
            directory,
            self._certificates.server_context() if self._certificates else None,
        )

    @property
    def environment(self) -> Mapping[str, str]:
        """Address and credentials."""
        name = self.code.replace("-", "_")
        address = {f"{name}_URL": self._listener.url, f"{name}_TOKEN": self._secret}
        if self._certificates is None:
            return address
        return {
            **address,
            f"{name}_CA": str(self._certificates.authority.resolve()),
            f"{name}_CERTIFICATE": str(self._certificates.client.resolve()),
        }

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
        asked = messages.read(await request.read())
        if asked.operation == "login":
            message = f"<login><ticket>{self._ticket}</ticket></login>"
            return self._send(self._wrap("login", message))
        await self._pace.wait(slow=self._profile == "slow")
        if self._profile == "hang":
            await asyncio.sleep(3600)
        if self._profile == "flaky" and request.transport:
            request.transport.abort()
        if self._profile == "slow_loris":
            return await drip(request, "text/xml")
        if self._profile == "oversized":
            return await self._oversized(request)
        return self._broken() or self._answer(asked)

    def _broken(self) -> web.Response | None:
        match self._profile:
            case "errors":
                return web.Response(status=500, text="<html>500</html>")
            case "maintenance":
                return self._send(messages.fault("系统维护 00:00-05:00"), 500)
            case "garbage":
                return web.Response(text="<html><body>维护中</body>")
            case "token_expiry":
                return self._message(
                    messages.error(self._department.root, "票据已过期")
                )
            case "soap_ok_fault":
                return self._message(messages.error(self._department.root, "系统异常"))
            case _:
                return None

    def _answer(self, asked: messages.Asked) -> web.Response:
        department = self._department
        if department.ticket and asked.ticket != self._ticket:
            return self._message(messages.error(department.root, "票据已过期"))
        record_type = TYPES.get(asked.data_type, "")
        if asked.keys is None:
            rows = self._page(self._holdings.all(record_type), asked.page)
        elif len(asked.keys) > department.batch:
            return self._send(messages.fault(f"最多 {department.batch} 户"), 500)
        else:
            rows = list(self._holdings.about(record_type, asked.keys))
            if self._profile == "unasked":
                rows += self._holdings.strangers(record_type, rows)
        spoil = SPOILING.get(self._profile)
        rows = list(spoil(rows)) if spoil else rows
        if department.resubmits:
            rows += [row for place, row in enumerate(rows) if place % 10 == 0]
        if not rows and (department.empty_fault or self._profile == "empty_is_fault"):
            return self._send(messages.fault(NOTHING), 500)
        time = (CLOCK - self._age()).isoformat()
        return self._message(
            messages.answer(department.root, department.row, rows, time)
        )

    def _page(self, rows: list[Row] | object, page: int) -> list[Row]:
        everything = list(rows) if isinstance(rows, list) else []
        start = (
            0
            if self._profile == "duplicate_pages"
            else (page - 1) * self._department.per
        )
        return everything[start : start + self._department.per]

    def _age(self) -> timedelta:
        ages = {"stale": timedelta(days=40), "clock_skew": timedelta(hours=-3)}
        return ages.get(self._profile, timedelta(hours=3))

    def _message(self, message: str) -> web.Response:
        return self._send(self._wrap(self._department.operation, message))

    def _wrap(self, operation: str, message: str) -> str:
        return messages.envelope(operation, self._department.namespace, message)

    def _send(self, text: str, status: int = 200) -> web.Response:
        encoding = self._department.encoding
        if self._profile == "gbk":
            declared, encoding = "utf-8", "gbk"
        else:
            declared = encoding
        body = f'<?xml version="1.0" encoding="{declared}"?>{text}'.encode(encoding)
        if self._profile == "truncated":
            body = body[: len(body) // 2]
        kind = f"text/xml; charset={declared}"
        return web.Response(body=body, status=status, headers={"Content-Type": kind})

    async def _oversized(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/xml"})
        await response.prepare(request)
        await response.write(b"<a>")
        for _ in range(500):
            await response.write(b"<x>" + b"0" * 1_000_000 + b"</x>")
        return response

    async def _wsdl(self, _: web.Request) -> web.Response:
        return web.Response(text=_wsdl(self._department), content_type="text/xml")


def _wsdl(department: SoapDepartment) -> str:
    operation, namespace = department.operation, department.namespace
    return f"""<?xml version="1.0" encoding="utf-8"?>
<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:tns="{namespace}"
  xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
  xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{namespace}">
  <types><xs:schema targetNamespace="{namespace}">
    <xs:element name="{operation}"><xs:complexType><xs:sequence>
      <xs:element name="message" type="xs:string"/></xs:sequence></xs:complexType>
    </xs:element>
    <xs:element name="{operation}Response"><xs:complexType><xs:sequence>
      <xs:element name="return" type="xs:string"/></xs:sequence></xs:complexType>
    </xs:element></xs:schema></types>
  <message name="in"><part name="p" element="tns:{operation}"/></message>
  <message name="out"><part name="p" element="tns:{operation}Response"/></message>
  <portType name="Credit"><operation name="{operation}">
    <input message="tns:in"/><output message="tns:out"/></operation></portType>
  <binding name="CreditSoap" type="tns:Credit">
    <soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="{operation}"><soap:operation soapAction=""/>
      <input><soap:body use="literal"/></input>
      <output><soap:body use="literal"/></output></operation></binding>
  <service name="CreditService"><port name="CreditPort" binding="tns:CreditSoap">
    <soap:address location="/services/credit"/></port></service>
</definitions>"""


async def start(code: str, world: World, directory: Path) -> SoapService:
    """Start one SOAP department."""
    service = await asyncio.to_thread(SoapService, _BY_CODE[code], world, directory)
    await service.start()
    return service
