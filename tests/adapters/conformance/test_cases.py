"""Recorded cases: requests and results are both compared."""

import base64
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from adapters.conformance.bench import Materials, Terms
from adapters.conformance.cases import read_cases
from adapters.conformance.opening import bench_of, unconnected
from adapters.conformance.outcomes import Report
from adapters.conformance.replaying import replay_all
from adapters.conformance.running import run_checks
from adapters.declaration import Declaration
from adapters.errors import DeclarationError
from tests.adapters.conformance.department import DECLARED, REST, declared, row
from tests.adapters.questions import code

pytestmark = pytest.mark.anyio

RECORD = {
    "enterprise": code(1),
    "decisionNumber": "青试罚〔2016〕1-1号",
    "fine": "20000",
    "decidedOn": "2016-07-22",
    "categories": ["WARNING", "FINE"],
}
ASKED = REST.replace(
    'request = { path = "/p" }',
    'request = { method = "POST", path = "/p", body = { codes = "$keys" } }',
)
FILES = (
    DECLARED.replace('kind = "sql"', 'kind = "files"')
    .replace('url = "sqlite:///nowhere.sqlite"', 'directory = "${QH_TST_DIRECTORY}"')
    .replace('as_of = "V_META.ASOF"\n', "")
    .replace('view = "V_XZCF"', 'pattern = "xzcf_*.csv"')
    .replace("delta = true\n", "")
)


def case(folder: Path, **changed: Any) -> Path:
    """Write a case about firm 1 in which all is well but for what is changed."""
    whole: dict[str, Any] = {
        "ask": {"record_type": "PENALTY", "enterprises": [code(1)]},
        "exchange": [
            {
                "request": {
                    "method": "POST",
                    "path": "/p",
                    "body": {"codes": [code(1)]},
                },
                "answer": {"body": {"rows": [row(1)]}},
            }
        ],
        "expect": {"records": [RECORD], "report": {"outcome": "LIVE"}},
    }
    path = folder / "cases"
    path.mkdir(exist_ok=True)
    (path / "one.json").write_text(json.dumps(whole | changed), encoding="utf-8")
    return path


async def checked(declaration: Declaration, cases: Path) -> Report:
    runs = await replay_all(declaration, read_cases(cases))
    bench = bench_of(declaration, unconnected(), Terms(), Materials(cases=runs))
    return await run_checks(bench, {})


def told(report: Report) -> Mapping[str, str]:
    return {one.id: "\n".join(f.seen for f in one.findings) for one in report.failed}


async def test_a_case_over_http(tmp_path: Path):
    report = await checked(declared(tmp_path, ASKED), case(tmp_path))
    assert told(report) == {}


async def test_another_request_than_recorded(tmp_path: Path):
    asked = ASKED.replace('path = "/p"', 'path = "/q"')
    report = await checked(declared(tmp_path, asked), case(tmp_path))
    assert told(report) == {"H1": "path: 实为 '/q'，应为 '/p'"}


async def test_another_record_than_expected(tmp_path: Path):
    expect = {"records": [RECORD | {"fine": "2"}]}
    report = await checked(declared(tmp_path, ASKED), case(tmp_path, expect=expect))
    assert told(report) == {"H2": "fine: 实为 '20000'，应为 '2'"}


async def test_a_failure_is_an_outcome(tmp_path: Path):
    exchange = [{"request": {}, "answer": {"status": 401, "body": {}}}]
    wanted = {"report": {"outcome": "FAILED", "reason": "credentials"}}
    path = case(tmp_path, exchange=exchange, expect=wanted)
    assert told(await checked(declared(tmp_path, ASKED), path)) == {}
    path = case(tmp_path, exchange=exchange, expect={})
    report = await checked(declared(tmp_path, ASKED), path)
    assert "credentials were not accepted" in told(report)["H3"]


async def test_rows_that_are_set_aside(tmp_path: Path):
    bad = row(1, CF_JDRQ="去年")
    exchange = [{"request": {"keys": [code(1)]}, "answer": {"rows": [bad]}}]
    expect = {"set_aside": [{"reasons": ["不是日期"]}]}
    path = case(tmp_path, exchange=exchange, expect=expect)
    report = await checked(declared(tmp_path), path)
    assert set(told(report)) == {"C4"}, "the case is right, and the row is bad"


def csv(*rows: Mapping[str, object], leave_out: str = "") -> str:
    heads = [head for head in row(1) if head != leave_out]
    lines = [",".join(heads)]
    lines += [",".join(f'"{one[head]}"' for head in heads) for one in rows]
    return "\n".join(lines) + "\n"


async def test_files_of_a_case_in_gbk(tmp_path: Path):
    content = base64.b64encode(csv(row(1), row(2)).encode("gb18030")).decode()
    files = {"xzcf_201609.csv": {"base64": content}}
    exchange = [{"request": {}, "answer": {"files": files}}]
    expect = {"records": [RECORD], "report": {"outcome": "MATERIALIZED"}}
    path = case(tmp_path, exchange=exchange, expect=expect)
    assert told(await checked(declared(tmp_path, FILES), path)) == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (csv(row(1), leave_out="CF_JDRQ"), "缺少列 CF_JDRQ"),
        (csv(row(1)).replace("CF_JDRQ", "CF_RQ"), "缺少列 CF_JDRQ"),
        ("<html>维护中</html>\n", "缺少列"),
        ("", "空文件"),
    ],
)
async def test_a_header_that_changed_overnight(tmp_path: Path, text: str, words: str):
    exchange = [{"request": {}, "answer": {"files": {"xzcf_201609.csv": text}}}]
    path = case(tmp_path, exchange=exchange, expect={})
    report = await checked(declared(tmp_path, FILES), path)
    assert words in told(report)["H3"]
    assert "xzcf_201609.csv" in told(report)["H3"]


async def test_a_row_with_too_few_fields(tmp_path: Path):
    text = csv(row(1)) + f"{code(1)},坏行\n"
    exchange = [{"request": {}, "answer": {"files": {"xzcf_201609.csv": text}}}]
    expect = {
        "records": [RECORD],
        "set_aside": [{"reasons": ["wrong number of columns"]}],
        "report": {"outcome": "MATERIALIZED"},
    }
    path = case(tmp_path, exchange=exchange, expect=expect)
    report = await checked(declared(tmp_path, FILES), path)
    assert set(told(report)) == {"C1"}
    assert "有 2 栏" in told(report)["C1"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"ask": {"record_type": "FINE", "enterprises": []}}, "no such record type"),
        ({"ask": {"record_type": "PENALTY", "enterprises": ["9163"]}}, "应为 18 位"),
        ({"exchange": [{"request": {}, "anwser": {}}]}, "anwser"),
        ({"expect": {"report": {"outcome": "GOOD"}}}, "GOOD"),
    ],
)
def test_cases_that_are_none(tmp_path: Path, changed: dict[str, object], words: str):
    with pytest.raises(DeclarationError) as caught:
        read_cases(case(tmp_path, **changed))
    assert "one.json" in str(caught.value)
    assert words in str(caught.value)


def test_a_folder_without_cases(tmp_path: Path):
    with pytest.raises(DeclarationError, match="no cases there"):
        read_cases(tmp_path / "nowhere")


def workbook(*lines: Sequence[object], merged: str = "") -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, line in enumerate(lines):
        sheet.write_row(number, 0, line)
    if merged:
        sheet.merge_range(merged, "行政处罚一览表")
    book.close()
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<html>no workbook", "不是 Excel 文件"),
        (b"PK\x03\x04 broken", "工作簿不完整"),
        (workbook(["行政处罚一览表"], list(row(1)), merged="A1:M1"), "第 1 行: 缺少列"),
    ],
)
async def test_workbooks_that_are_none(tmp_path: Path, content: bytes, words: str):
    """A broken one, and one whose merged title stands where the heads should."""
    name = "xzcf_201609.xlsx"
    files = {name: {"base64": base64.b64encode(content).decode()}}
    exchange = [{"request": {}, "answer": {"files": files}}]
    text = FILES.replace("xzcf_*.csv", "xzcf_*.xlsx")
    path = case(tmp_path, exchange=exchange, expect={})
    report = await checked(declared(tmp_path, text), path)
    assert words in told(report)["H3"]
    assert name in told(report)["H3"]


async def test_merged_heads_and_days_as_numbers(tmp_path: Path):
    heads, values = list(row(1)), list(row(1, CF_JDRQ=42573).values())
    content = workbook(["行政处罚一览表"], heads, values, merged="A1:M1")
    files = {"xzcf_201609.xlsx": {"base64": base64.b64encode(content).decode()}}
    exchange = [{"request": {}, "answer": {"files": files}}]
    expect = {"records": [RECORD], "report": {"outcome": "MATERIALIZED"}}
    text = FILES.replace('"xzcf_*.csv"', '"xzcf_*.xlsx"\nheader = 2')
    path = case(tmp_path, exchange=exchange, expect=expect)
    assert told(await checked(declared(tmp_path, text), path)) == {}
