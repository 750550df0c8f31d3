"""The SQL kind against views of any shape, in SQLite, PostgreSQL and MariaDB."""

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg  # type: ignore[import-untyped]
import pytest
from hypothesis import given, strategies as st
from sqlalchemy import text
from sqlalchemy.dialects import mssql, mysql, oracle
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from adapters.contract import Ask, EnterpriseKey, Page
from adapters.errors import (
    DeclarationError,
    SourceBusy,
    SourceContractBroken,
    SourceDenied,
    SourceError,
    SourceTimedOut,
    SourceUnavailable,
)
from adapters.kinds.sql import statements
from adapters.kinds.sql.errors import ours
from adapters.kinds.sql.options import View
from adapters.kinds.sql.servers import SERVERS
from adapters.kinds.sql.transport import SqlTransport, _cursor, _place
from adapters.source import DeclaredAdapter
from schema.record_type import RecordType
from tests import mariadb, postgresql
from tests.adapters.kinds.strangers import (
    CODES,
    SECRET,
    declaration,
    fetch,
    load,
    numbers,
)

pytestmark = pytest.mark.anyio

VIEW = 'view = "双公示_处罚"\norder = "文书"\n'
_TABLE = 'CREATE TABLE "双公示_处罚" ("统一代码" VARCHAR(18), "文书" VARCHAR(40) PRIMARY KEY, "金额" DECIMAL(18, 6), "日期" DATE)'  # noqa: E501
_ROWS = ", ".join(
    f"('{code}', '青罚〔2016〕{number}号', {number}.250000, '2016-07-2{number}')"
    for number in range(1, 4)
    for code in CODES[number - 1 : number]
)
_FIELDS = """\
[PENALTY.fields]
decisionNumber = "文书"
respondentName = { value = "青海某某有限公司" }
violationType = { value = "其他" }
facts = { value = "未批先建" }
legalBasis = { value = "第二十条" }
categories = { value = ["FINE"] }
content = { value = "罚款" }
fine = { from = "金额", read = "wan_yuan" }
decidedOn = { from = "日期", read = "date" }
publishUntil = { from = "日期", read = "date" }
authority = { value = "青海省试验厅" }
procedure = { value = "GENERAL" }
"""
SLOW = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1e9) SELECT max(i) FROM n",  # noqa: E501
    "postgresql": "SELECT CAST(pg_sleep(30) AS TEXT) AS s",
    "mariadb": "SELECT SLEEP(30)",
}
STATEMENTS = (
    _TABLE,
    f'INSERT INTO "双公示_处罚" VALUES {_ROWS}',
)


def declare(view: str = VIEW, connection: str = "", deadline: str = "PT5S") -> str:
    """Say how the view is read, in Chinese as its department named the columns."""
    said = declaration("sql", connection, view).split("[PENALTY.fields]")[0]
    said = said.replace("base_url", "url").replace('"PT5S"', f'"{deadline}"')
    said = said.replace('key = "CODE"', 'key = "统一代码"')
    said = said.replace('["CF_WSH", "CF_CFJG"]', '["文书"]')
    return said + _FIELDS


class Place:
    """A database with one table and one view that never ends."""

    def __init__(self, server: str, url: str) -> None:
        self.server = server
        self.url = url


@pytest.fixture(scope="module", params=SLOW)
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    server = request.param
    statements = [*STATEMENTS, f'CREATE VIEW "慢" AS {SLOW[server]}']
    if server == "sqlite":
        path = tmp_path_factory.mktemp("sql") / "views.sqlite"
        with sqlite3.connect(path) as database:
            database.executescript(";".join(statements))
        database.close()
        yield Place(server, f"sqlite:///{path}")
        return
    module = {"postgresql": postgresql, "mariadb": mariadb}[server]
    module.need_server()
    with module.temporary_database() as url:
        asyncio.run(_build(server, url, statements))
        yield Place(server, url)


async def _build(server: str, url: str, statements: list[str]) -> None:
    name = urlsplit(url).path.strip("/")
    if server == "mariadb":
        quoted = [one.replace('"', "`") for one in statements]
        await mariadb.order(*quoted, database=name)
        return
    database = await asyncpg.connect(url)
    for statement in statements:
        await database.execute(statement)
    await database.close()


def speaking(place: Place, folder: Path, said: str) -> DeclaredAdapter:
    return load(folder, said, {"QH_TST_URL": place.url})


async def test_a_view_with_names_of_its_own_is_asked(
    place: Place, tmp_path: Path
) -> None:
    adapter = speaking(place, tmp_path, declare())
    fetched = await fetch(adapter)
    assert numbers(fetched) == [[f"青罚〔2016〕{n}号"] for n in (1, 2, 3)]
    fines = [str(one[0].values["fine"]) for one in fetched.records.values()]
    assert [float(fine) for fine in fines] == [12500, 22500, 32500]
    days = [str(one[0].values["decided_on"]) for one in fetched.records.values()]
    assert days == ["2016-07-21", "2016-07-22", "2016-07-23"]
    await adapter.close()


async def listed(adapter: DeclaredAdapter, since: str | None = None) -> list[Page]:
    return [page async for page in adapter.changes(RecordType.PENALTY, since)]


@pytest.mark.parametrize("size", [1, 2, 3, 10])
async def test_a_listing_by_a_text_gives_every_row_once(
    place: Place, size: int, tmp_path: Path
) -> None:
    adapter = speaking(place, tmp_path, declare(connection=f"page = {size}"))
    pages = await listed(adapter)
    found = [one.source_record_id for page in pages for one in page.records]
    assert len(found) == len(set(found)) == 3
    assert pages[0].total == 3
    if size == 1:
        again = await listed(adapter, pages[0].cursor)
        assert sum(len(page.records) for page in again) == 2
    await adapter.close()


async def test_a_view_without_order_is_listed_at_once(
    place: Place, tmp_path: Path
) -> None:
    said = declare(VIEW.replace('"文书"', '""'), "page = 1")
    adapter = speaking(place, tmp_path, said)
    pages = await listed(adapter)
    assert [len(page.records) for page in pages] == [3]
    await adapter.close()


async def test_nothing_can_be_written(place: Place, tmp_path: Path) -> None:
    adapter = speaking(place, tmp_path, declare())
    transport = adapter._transport
    assert isinstance(transport, SqlTransport)
    quote = "`" if place.server == "mariadb" else '"'
    for statement in ("DELETE FROM ?双公示_处罚?", "CREATE TABLE ?新? (a INT)"):
        with pytest.raises(SQLAlchemyError, match=r"(?i)read.?only"):
            async with transport._engine.connect() as connection:
                await connection.execute(text(statement.replace("?", quote)))
    await adapter.close()


async def test_the_database_itself_ends_what_takes_too_long(
    place: Place, tmp_path: Path
) -> None:
    said = declare('view = "慢"', deadline="PT1S")
    adapter = speaking(place, tmp_path, said)
    transport = adapter._transport
    assert isinstance(transport, SqlTransport)
    with pytest.raises(DBAPIError) as caught:
        async with transport._engine.connect() as connection:
            await connection.execute(text(SLOW[place.server]))
    assert isinstance(ours(caught.value), SourceTimedOut)
    await adapter.close()


@pytest.mark.parametrize(
    "view", ['view = "双公示"', VIEW.replace("文书", "编号"), 'view = "慢"']
)
async def test_another_view_or_column_is_told(
    place: Place, view: str, tmp_path: Path
) -> None:
    adapter = speaking(place, tmp_path, declare(view))
    asking = listed if "编号" in view else fetch
    with pytest.raises(SourceContractBroken, match="不符"):
        await asking(adapter)
    await adapter.close()


@pytest.mark.parametrize("server", ["postgresql", "mariadb"])
async def test_who_is_not_let_in_is_told(server: str, tmp_path: Path) -> None:
    url = f"{server}://nobody:${{QH_TST_SECRET}}@127.0.0.1:1/x"
    said = declare(deadline="PT1S").replace("${QH_TST_URL}", url)
    adapter = load(tmp_path, said, {})
    with pytest.raises(SourceUnavailable) as caught:
        await fetch(adapter)
    assert SECRET not in str(caught.value)
    await adapter.close()


async def test_a_hostile_key_is_only_a_value(place: Place, tmp_path: Path) -> None:
    adapter = speaking(place, tmp_path, declare())
    for code in ("' OR '1'='1", "\\' OR 1=1 -- ", "%s:keys?", '"; DROP VIEW "慢'):
        asked = Ask(RecordType.PENALTY, (EnterpriseKey(code),))
        assert not (await adapter.fetch(asked)).records[code]
    assert [len(one) for one in (await fetch(adapter)).records.values()] == [1, 1, 1]
    await adapter.close()


# ---- servers that are not here -----------------------------------------------------


@pytest.mark.parametrize(
    ("dialect", "asked", "listed"),
    [
        (
            oracle.dialect(),  # type: ignore[no-untyped-call]
            'SELECT v.* FROM "ZFW"."V_XZCF" v WHERE v."XYDM" IN '
            "(__[POSTCOMPILE_keys]) FETCH FIRST __[POSTCOMPILE_param_1] ROWS ONLY",
            'SELECT v.* FROM "ZFW"."V_XZCF" v WHERE v."XH" > :after ORDER BY v."XH" '
            "FETCH FIRST __[POSTCOMPILE_param_1] ROWS ONLY",
        ),
        (
            mssql.dialect(),  # type: ignore[no-untyped-call]
            "SELECT TOP __[POSTCOMPILE_param_1] v.* FROM [ZFW].[V_XZCF] AS v "
            "WHERE v.[XYDM] IN (__[POSTCOMPILE_keys])",
            "SELECT TOP __[POSTCOMPILE_param_1] v.* FROM [ZFW].[V_XZCF] AS v "
            "WHERE v.[XH] > :after ORDER BY v.[XH]",
        ),
        (
            mysql.dialect(),
            "SELECT v.* FROM `ZFW`.`V_XZCF` AS v WHERE v.`XYDM` IN "
            "(__[POSTCOMPILE_keys]) LIMIT %s",
            "SELECT v.* FROM `ZFW`.`V_XZCF` AS v WHERE v.`XH` > %s ORDER BY v.`XH` "
            "LIMIT %s",
        ),
    ],
    ids=["oracle", "mssql", "mysql"],
)
def test_statements_are_written_as_each_server_reads_them(
    dialect: object, asked: str, listed: str
) -> None:
    view = View(("ZFW", "V_XZCF"), "XYDM", "XH", (), frozenset())
    for statement, expected in [
        (statements.ask(view, 5), asked),
        (statements.page(view, 5, after=True), listed),
    ]:
        written = str(statement.compile(dialect=dialect))  # type: ignore[arg-type]
        assert " ".join(written.split()) == expected


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("oracle://u@h/x", '驱动没有安装：pip install "creditnet[oracle]"'),
        ("mssql://u@h/x", '驱动没有安装：pip install "creditnet[mssql]"'),
        ("postgres://u@h/x", "不能读 'postgres'，是不是 postgresql？"),
        ("db2://u@h/x", "可用：mariadb, mssql, mysql, oracle, postgresql, sqlite"),
        ("mysql://u@h:port/x", "不是合规的地址"),
    ],
)
def test_an_address_that_cannot_be_read_is_told(
    url: str, fault: str, tmp_path: Path
) -> None:
    if "没有安装" in fault and SERVERS[url.partition(":")[0]].missing() is None:
        pytest.skip("its driver is installed here")
    with pytest.raises(DeclarationError) as caught:
        load(tmp_path, declare(), {"QH_TST_URL": url})
    (found,) = caught.value.faults
    assert fault in found
    assert found.startswith("QH-TST.toml:9: [connection] url:")


class _Told:
    def __init__(self, full_code: str) -> None:
        self.full_code = full_code


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ((1045, "Access denied"), SourceDenied),
        ((1040, "Too many connections"), SourceBusy),
        ((1054, "Unknown column"), SourceContractBroken),
        ((1969, "max_statement_time exceeded"), SourceTimedOut),
        ((2003, "Can't connect"), SourceUnavailable),
        ((_Told("ORA-01017"),), SourceDenied),
        ((_Told("ORA-00942"),), SourceContractBroken),
        ((_Told("DPY-4024"),), SourceTimedOut),
        ((_Told("DPY-6005"),), SourceUnavailable),
        (("28000", "Login failed"), SourceDenied),
        (("42S02", "Invalid object name"), SourceContractBroken),
        (("HYT00", "Query timeout expired"), SourceTimedOut),
        (("08001", "no connection"), SourceUnavailable),
        ((), SourceUnavailable),
    ],
)
def test_errors_of_every_driver_become_ours(
    told: tuple[object, ...], expected: type[SourceError]
) -> None:
    assert type(ours(Exception(*told))) is expected


@given(st.one_of(st.integers(-(2**63), 2**63 - 1), st.text("0a\"'青 ", max_size=8)))
def test_a_place_is_read_as_it_was_written(value: int | str) -> None:
    assert _place(_cursor(value)) == {"after": value}
