"""Sources that nobody has described: invented truth in heads of their own."""

import csv
import io
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import xlsxwriter
from aiohttp import web

from adapters.readers.dates import SHANGHAI
from schema.codes import registration_number, uscc
from schema.records.licence import LicenceCategory, LicenceStatus
from schema.records.penalty import PenaltyCategory

Fact = Mapping[str, object]
"""One record of the truth, by attribute; `uscc`, `name` and `number` are whose."""
FIRMS = 40
_CATEGORIES = (
    ("警告", [PenaltyCategory.WARNING]),
    ("罚款", [PenaltyCategory.FINE]),
    ("罚款,没收违法所得", [PenaltyCategory.FINE, PenaltyCategory.CONFISCATION]),
)
_WHAT = ("无证生产", "超范围经营", "未按规定检验")


def code_of(firm: int) -> str:
    first = f"91630100MA7{firm:06}"
    return first + uscc.check_character(first)


def number_of(firm: int) -> str:
    first = f"6301002{firm:07}"
    return first + registration_number.check_digit(first)


def name_of(firm: int) -> str:
    return f"青海高原{firm}号商贸有限公司"


def penalties() -> Sequence[Fact]:
    """Three for each second enterprise; amounts in yuan."""
    return [
        {
            "uscc": code_of(firm),
            "name": name_of(firm),
            "number": number_of(firm),
            "decision_number": f"青试罚字〔2016〕第{firm * 10 + serial}号",
            "violation_type": _WHAT[(firm + serial) % 3],
            "facts": f"第{serial + 1}季度{_WHAT[(firm + serial) % 3]}，现场查明",
            "legal_basis": "《中华人民共和国产品质量法》第四十九条",
            "categories": _CATEGORIES[(firm + serial) % 3],
            "content": f"处以罚款{5000 + 1000 * serial}元",
            "fine": Decimal(5000 + 1000 * serial + 250 * (firm % 4)),
            "decided_on": date(2016, 1, 5) + timedelta(days=firm * 3 + serial * 11),
            "authority": ("西宁市试验局", "海东市试验局")[firm % 2],
        }
        for firm in range(0, FIRMS, 2)
        for serial in range(3)
    ]


def licences() -> Sequence[Fact]:
    """One or two for each third enterprise; some are valid without end."""
    return [
        {
            "uscc": code_of(firm),
            "name": name_of(firm),
            "number": number_of(firm),
            "document_number": f"青试许〔2015〕{firm * 10 + serial}号",
            "category": LicenceCategory.GENERAL,
            "content": "普通货物道路运输" if firm % 2 else "危险化学品经营",
            "decided_on": date(2015, 3, 2) + timedelta(days=firm * 5 + serial),
            "valid_from": date(2015, 4, 1) + timedelta(days=firm * 5 + serial),
            "valid_to": None if firm % 4 == 0 else date(2020, 3, 31),
            "authority": "青海省试验厅",
            "status": LicenceStatus.VALID,
        }
        for firm in range(0, FIRMS, 3)
        for serial in range(1 + firm % 2)
    ]


Written = Callable[[Fact], object]


def day(fact: Fact, name: str, form: str) -> str:
    value = fact[name]
    return value.strftime(form) if isinstance(value, date) else "2099/12/31"


def wan(fact: Fact, name: str) -> str:
    return f"{Decimal(str(fact[name])) / 10_000:f}"


def kinds(fact: Fact) -> str:
    told: object = fact["categories"]
    return str(told[0]) if isinstance(told, tuple) else ""


PINYIN: Mapping[str, Written] = {
    "XH": lambda fact: str(fact["decision_number"])[11:-1],
    "DSRMC": lambda fact: fact["name"],
    "TYDM": lambda fact: fact["uscc"],
    "CFWH": lambda fact: fact["decision_number"],
    "WFXW": lambda fact: fact["violation_type"],
    "ZYWFSS": lambda fact: fact["facts"],
    "FLYJ": lambda fact: fact["legal_basis"],
    "CFZL": kinds,
    "CFNR": lambda fact: fact["content"],
    "FKJE": lambda fact: fact["fine"],
    "CFRQ": lambda fact: day(fact, "decided_on", "%Y%m%d"),
    "CFDW": lambda fact: fact["authority"],
    "LXDH": lambda _: "13912345678",
}
"""Initials of pinyin; amounts in yuan, and nobody says so."""

CHINESE: Mapping[str, Written] = {
    "序号": lambda fact: int(str(fact["decision_number"])[11:-1]),
    "被处罚单位": lambda fact: fact["name"],
    "社会信用代码": lambda fact: fact["uscc"],
    "决定书文号": lambda fact: fact["decision_number"],
    "违法类型": lambda fact: fact["violation_type"],
    "主要违法事实": lambda fact: fact["facts"],
    "法律依据": lambda fact: fact["legal_basis"],
    "处罚种类": kinds,
    "处罚结果": lambda fact: fact["content"],
    "罚款金额（万元）": lambda fact: float(wan(fact, "fine")),
    "处罚决定日期": lambda fact: fact["decided_on"],
    "执法机关": lambda fact: fact["authority"],
}
"""Chinese heads; dates as Excel keeps them, amounts in ten thousands."""

MIXED: Mapping[str, Written] = {
    "ID": lambda fact: int(str(fact["document_number"])[9:-1]),
    "持证单位": lambda fact: fact["name"],
    "tyshxydm": lambda fact: fact["uscc"],
    "许可文号": lambda fact: fact["document_number"],
    "xklb": lambda _: "普通",
    "许可范围": lambda fact: fact["content"],
    "发证日期": lambda fact: day(fact, "decided_on", "%Y年%m月%d日"),
    "yxq_q": lambda fact: day(fact, "valid_from", "%Y-%m-%d"),
    "有效期止": lambda fact: day(fact, "valid_to", "%Y/%m/%d"),
    "fzjg": lambda fact: fact["authority"],
    "zt": lambda _: "有效",
}
"""Half Chinese, half pinyin."""

OLD_NUMBERS: Mapping[str, Written] = {
    "名称": lambda fact: fact["name"],
    "工商登记号": lambda fact: fact["number"],
    "批文号": lambda fact: fact["document_number"],
    "许可种类": lambda _: "1",
    "批准内容": lambda fact: fact["content"],
    "批准日期": lambda fact: day(fact, "decided_on", "%Y.%m.%d"),
    "有效期限": lambda fact: (
        f"{day(fact, 'valid_from', '%Y.%m.%d')}至"
        f"{'长期' if fact['valid_to'] is None else day(fact, 'valid_to', '%Y.%m.%d')}"
    ),
    "审批部门": lambda fact: fact["authority"],
    "当前状态": lambda _: "1",
}
"""Keyed on the number of 15 digits; validity in one text."""


def row_of(fact: Fact, columns: Mapping[str, Written]) -> dict[str, object]:
    return {head: write(fact) for head, write in columns.items()}


def csv_file(
    path: Path,
    facts: Sequence[Fact],
    columns: Mapping[str, Written],
    encoding: str = "gb18030",
) -> Path:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(columns))
    writer.writeheader()
    writer.writerows(row_of(fact, columns) for fact in facts)
    path.write_bytes(stream.getvalue().encode(encoding))
    return path


def workbook(path: Path, facts: Sequence[Fact], columns: Mapping[str, Written]) -> Path:
    """A title over all, groups of columns in merged cells, a closing row."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    dates = book.add_format({"num_format": "yyyy/m/d"})
    heads = list(columns)
    sheet.merge_range(0, 0, 0, len(heads) - 1, "2016年行政处罚信息汇总表")
    sheet.merge_range(1, 0, 1, 2, "当事人")
    sheet.merge_range(1, 3, 1, len(heads) - 1, "处罚信息")
    sheet.write_row(2, 0, heads)
    for place, fact in enumerate(facts, 3):
        for column, value in enumerate(row_of(fact, columns).values()):
            if isinstance(value, date):
                sheet.write_datetime(
                    place,
                    column,
                    datetime.combine(value, time.min),
                    dates,
                )
            else:
                sheet.write(place, column, value)
    last = len(facts) + 3
    sheet.merge_range(last, 0, last, len(heads) - 1, "填表说明：金额单位为万元")
    book.close()
    return path


def database(
    path: Path, table: str, facts: Sequence[Fact], columns: Mapping[str, Written]
) -> str:
    rows = [row_of(fact, columns) for fact in facts]
    heads = ", ".join(
        f'"{head}" {"integer primary key" if head == "ID" else "text"}'
        for head in columns
    )
    marks = ", ".join("?" for _ in columns)
    with sqlite3.connect(path) as connection:
        connection.execute(f'create table "{table}" ({heads})')
        connection.executemany(
            f'insert into "{table}" values ({marks})',
            [tuple(map(_plain, row.values())) for row in rows],
        )
    connection.close()
    return f"sqlite:///{path}"


def _plain(value: object) -> object:
    return value if isinstance(value, int) else str(value)


def nested(fact: Fact) -> Mapping[str, object]:
    """A row in the JSON of a system of its own: milliseconds, the subject apart."""
    decided: object = fact["decided_on"]
    assert isinstance(decided, date)
    moment = datetime(decided.year, decided.month, decided.day, tzinfo=SHANGHAI)
    return {
        "dsr": {"qymc": fact["name"], "creditCode": fact["uscc"]},
        "decisionNo": fact["decision_number"],
        "wfxwlx": fact["violation_type"],
        "wfss": fact["facts"],
        "cfyj": fact["legal_basis"],
        "penaltyType": kinds(fact).split(","),
        "cfjg": fact["content"],
        "fkje_wan": wan(fact, "fine"),
        "penaltyDate": int(moment.timestamp() * 1000),
        "department": fact["authority"],
    }


class Interface:
    """A REST department: lists page by page, and answers for codes."""

    def __init__(
        self, facts: Sequence[Fact], *, several: bool = True, secret: str = ""
    ) -> None:
        self._rows = [nested(fact) for fact in facts]
        self._several, self._secret = several, secret
        self.per = 25

    async def answer(self, request: web.Request) -> web.Response:
        if self._secret and request.headers.get("X-Key") != self._secret:
            return web.Response(status=401)
        rows = self._rows
        if asked := request.query.get("xydm"):
            sought = asked.split(",") if self._several else [asked]
            rows = [row for row in rows if _code(row) in sought]
        page = int(request.query.get("pageNo", "1"))
        size = int(request.query.get("pageSize", str(self.per)))
        body = {
            "code": "0000",
            "msg": "操作完成",
            "data": {
                "list": rows[(page - 1) * size : page * size],
                "totalCount": len(rows),
                "dataTime": "2016-10-20 08:00:00",
            },
        }
        return web.json_response(body)

    async def posted(self, request: web.Request) -> web.Response:
        """Answer for the codes in a body, and for nobody else."""
        asked = await request.json()
        rows = [row for row in self._rows if _code(row) in asked["xydms"]]
        return web.json_response({"flag": "成功", "records": rows})

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        application = web.Application()
        application.router.add_get("/api/xzcf/list", self.answer)
        application.router.add_post("/api/xzcf/query", self.posted)
        runner = web.AppRunner(application)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            await runner.cleanup()


def _code(row: Mapping[str, object]) -> object:
    subject = row["dsr"]
    return subject["creditCode"] if isinstance(subject, Mapping) else None
