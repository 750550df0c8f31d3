"""The guide's examples of code adapters work as they stand there."""

import os
import re
import sqlite3
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from lxml import etree
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.contract import Ask, EnterpriseKey
from adapters.declaration import Declaration
from adapters.inbox import Held, PushedMessage
from adapters.kinds.push import PushTransport
from adapters.registry import Declarations
from adapters.source_table import KINDS
from schema.record_type import RecordType
from schema.records.honours import TaxGrade
from tests.adapters.fakes import AS_OF
from tests.gateway.core.fakes import code
from tests.serving import serving

pytestmark = pytest.mark.anyio
GUIDE = Path(__file__).parent.parent.parent / "docs" / "code-adapters.md"
EXAMPLES = {
    kind: (toml, python)
    for kind, toml, python in re.findall(
        r"^### (\w+)\n.*?```toml\n(.*?)```.*?```python\n(.*?)```",
        GUIDE.read_text(encoding="utf-8"),
        re.DOTALL | re.MULTILINE,
    )
}
HEAD = """[source]
department = "QH-TST"
name = "青海省试验厅"
provides = ["TAX_CREDIT"]
deadline = "PT60S"

"""
FIELDS = """natural_key = ["CODE", "YEAR"]
[TAX_CREDIT.fields]
year = { from = "YEAR", read = "integer" }
grade = { from = "GRADE", read = "code", codes = { "A" = "A", "B" = "B" } }
decidedOn = { from = "DECIDED", read = "date" }
decidedBy = { value = "某局" }
"""
A, B = code(1), code(2)
DAY = "2016-04-30"
GRADES = ((A, "2014", "A"), (A, "2015", "B"), (B, "2015", "A"))


class Inbox:
    """What was pushed."""

    async def store(self, message: PushedMessage) -> bool:
        raise NotImplementedError

    async def version(self, department: str, record_type: RecordType) -> str:
        return "1"

    async def held(self, department: str, record_type: RecordType) -> Held:
        packed = ((A, "2014:A"), (A, "2015:B"), (B, "2015:A"))
        rows = [{"CODE": c, "PACKED": p, "DECIDED": DAY} for c, p in packed]
        return Held(rows, AS_OF)


async def listed(request: Request) -> Response:
    codes = request.query_params["codes"].split(",")
    rows = [
        {"CODE": c, "ID": number}
        for number, (c, _, _) in enumerate(GRADES)
        if c in codes
    ]
    return JSONResponse({"rows": rows})


async def page(request: Request) -> Response:
    _, year, grade = GRADES[int(request.path_params["number"])]
    return JSONResponse({"YEAR": year, "GRADE": grade, "DECIDED": DAY})


async def graphql(request: Request) -> Response:
    codes = (await request.json())["variables"]["codes"]
    companies = [
        {
            "CODE": asked,
            "grades": [
                {"YEAR": year, "GRADE": grade, "DECIDED": DAY}
                for c, year, grade in GRADES
                if c == asked
            ],
        }
        for asked in codes
    ]
    return JSONResponse({"data": {"companies": companies}})


async def soap(request: Request) -> Response:
    envelope = etree.fromstring(await request.body())
    text = envelope.findtext(".//message") or envelope.findtext(".//{*}message")
    asked = etree.fromstring(text or "")
    year = asked.findtext("Body/year")
    codes = [item.text for item in asked.iterfind("Body/keys/item")]
    rows = "".join(
        f"<row><CODE>{c}</CODE><GRADE>{grade}</GRADE><DECIDED>{DAY}</DECIDED></row>"
        for c, when, grade in GRADES
        if c in codes and when == year
    )
    message = f"<ExchangeMessage><Header/><Body>{rows}</Body></ExchangeMessage>"
    answer = (
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'
        f"<soap:Body><r><return><![CDATA[{message}]]></return></r></soap:Body>"
        "</soap:Envelope>"
    )
    return Response(answer, media_type="text/xml")


ROUTES = [
    Route("/grades", listed),
    Route("/grades/{number}", page),
    Route("/graphql", graphql, methods=["POST"]),
    Route("/soap", soap, methods=["POST"]),
]


def prepared(directory: Path) -> Mapping[str, str]:
    """Write a database and a drop; gives what declarations name."""
    database = directory / "grades.sqlite"
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE GRADES (ID INTEGER, CODE, YEAR, GRADE)")
        connection.execute("CREATE TABLE DAYS (ID INTEGER, DECIDED)")
        for number, row in enumerate(GRADES):
            connection.execute("INSERT INTO GRADES VALUES (?, ?, ?, ?)", (number, *row))
            connection.execute("INSERT INTO DAYS VALUES (?, ?)", (number, DAY))
    connection.close()
    drop = directory / "drop"
    drop.mkdir()
    lines = [
        "CODE,YEAR,GRADE,DECIDED",
        f"{A},2014、2015,A、B,{DAY}",
        f"{B},2015,A,{DAY}",
    ]
    grades = drop / "grades_1.csv"
    grades.write_text("\n".join(lines) + "\n", encoding="utf-8")
    os.utime(grades, (0, 0))  # a file that was written just now is left for later
    return {
        "DATABASE_URL": f"sqlite:///{database}",
        "DIRECTORY": str(drop),
        "SECRET": "secret",
    }


def test_every_kind_has_an_example() -> None:
    assert EXAMPLES.keys() == KINDS


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
async def test_an_example(kind: str, tmp_path: Path) -> None:
    declared, code_of_it = EXAMPLES[kind]
    assert code_of_it.count("\n") <= 40
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "example.py").write_text(code_of_it, encoding="utf-8")
    (tmp_path / "departments").mkdir()
    written = tmp_path / "departments" / "QH-TST.toml"
    written.write_text(HEAD + declared + FIELDS, encoding="utf-8")

    def make_push(declaration: Declaration, _: Mapping[str, str]) -> PushTransport:
        return PushTransport(declaration, Inbox())

    async with serving(Starlette(routes=ROUTES)) as url:
        environment = {"URL": url, **prepared(tmp_path)}
        registry = Declarations(
            tmp_path / "departments",
            environment,
            {"push": make_push},
            modules=tmp_path / "modules",
        ).load()
        assert not registry.problems
        adapter = registry.adapters["QH-TST"]
        people = tuple(EnterpriseKey(code(number)) for number in (1, 2, 3))
        found = await adapter.fetch(Ask(RecordType.TAX_CREDIT, people))
        await adapter.close()
    assert not found.set_aside
    assert {
        uscc: sorted((r.values["year"], r.values["grade"]) for r in records)
        for uscc, records in found.records.items()
    } == {
        A: [(2014, TaxGrade.A), (2015, TaxGrade.B)],
        B: [(2015, TaxGrade.A)],
        code(3): [],
    }
    days = {one.values["decided_on"] for some in found.records.values() for one in some}
    assert days == {date(2016, 4, 30)}
