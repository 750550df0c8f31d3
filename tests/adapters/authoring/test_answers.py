"""At most five questions, and what becomes of the answers."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.authoring import MOST, Address, Given, Questions, Wanted, author
from schema.record_type import RecordType
from tests.adapters.authoring import strangers
from tests.adapters.authoring.plugging import ask, write
from tests.adapters.authoring.strangers import Written

pytestmark = pytest.mark.anyio
PENALTY = RecordType.PENALTY
BARE: Mapping[str, Written] = {
    "单位": lambda fact: fact["name"],
    "代码": lambda fact: fact["uscc"],
    "文书": lambda fact: fact["decision_number"],
    "金额": lambda fact: int(str(fact["fine"])) // 100,
    "罚款": lambda fact: int(str(fact["fine"])) // 100,
    "何时": lambda fact: strangers.day(fact, "decided_on", "%Y-%m-%d"),
}
"""Most of what a penalty needs is not there."""


async def test_what_nobody_knows_is_asked_at_most_five_times(tmp_path: Path):
    path = strangers.csv_file(tmp_path / "处罚.csv", strangers.penalties(), BARE)
    asked: list[str] = []

    def put(question: str, default: str) -> str:
        asked.append(question)
        return "何时" if question.startswith("decidedOn") else default

    wanted = Wanted("QH-NEW", "新设厅", (Address(str(path)),), (PENALTY,))
    made = await author(wanted, Questions(put))
    assert 1 <= len(asked) <= MOST
    assert made.sections[0].fields["decidedOn"].columns == ("何时",)
    assert made.text.count("TODO/待定") > 1
    fetched = await ask(made, tmp_path, PENALTY)
    assert sum(map(len, fetched.records.values())) == len(strangers.penalties())


async def test_a_required_field_without_column_is_marked_and_not_invented(
    tmp_path: Path,
):
    path = strangers.csv_file(tmp_path / "处罚.csv", strangers.penalties(), BARE)
    made = await write(str(path), types=[PENALTY])
    line = next(one for one in made.text.splitlines() if one.startswith("legalBasis"))
    assert "TODO/待定" in line
    assert "未提供" in line


async def test_the_unit_is_asked_when_nothing_tells_it(tmp_path: Path):
    path = strangers.csv_file(tmp_path / "处罚.csv", strangers.penalties(), BARE)
    unsure = await write(str(path), types=[PENALTY])
    assert any("unit?" in one for one in unsure.sections[0].fields["fine"].doubts)
    given = Given({"decidedOn": "何时"}, unit="wan_yuan")
    said = await write(str(path), types=[PENALTY], given=given)
    fetched = await ask(said, tmp_path, PENALTY)
    fines = {one.values["fine"] for found in fetched.records.values() for one in found}
    assert min(fines, key=str) == Decimal(500_000)


async def test_constants_and_columns_go_before_guesses(tmp_path: Path):
    path = strangers.csv_file(
        tmp_path / "处罚.csv", strangers.penalties(), strangers.PINYIN
    )
    given = Given({"caseName": "WFXW"}, {"authority": "西宁市试验局"})
    made = await write(str(path), given=given)
    fields = made.declaration.sections[PENALTY].fields
    assert fields["caseName"].columns == ("WFXW",)
    assert fields["authority"].value == "西宁市试验局"


async def test_a_case_is_written_and_names_no_person(tmp_path: Path):
    columns = {**strangers.PINYIN, "FDDBR": lambda _: "张三丰"}
    path = strangers.csv_file(tmp_path / "处罚.csv", strangers.penalties(), columns)
    made = await write(str(path))
    assert made.sections[0].fields["legalRepresentative"].columns == ("FDDBR",)
    (text,) = made.cases.values()
    assert strangers.code_of(0).encode() in text
    assert "张三丰" not in text.decode()
    assert b"13912345678" not in text
