"""From a source that nobody described to its records, without a line by hand."""

from pathlib import Path

import pytest

from adapters.authoring import Access
from schema.record_type import RecordType
from tests.adapters.authoring import strangers
from tests.adapters.authoring.plugging import ask, found, true, write

pytestmark = pytest.mark.anyio
PENALTY, LICENCE = RecordType.PENALTY, RecordType.LICENCE


async def test_a_csv_in_gbk_with_initials_of_pinyin(tmp_path: Path):
    facts = strangers.penalties()
    path = strangers.csv_file(tmp_path / "处罚台账_201609.csv", facts, strangers.PINYIN)
    made = await write(str(path))
    assert [one.record_type for one in made.sections] == [PENALTY]
    assert 'encoding = "gb18030"' in made.text
    assert 'pattern = "处罚台账_*.csv"' in made.text
    fetched = await ask(made, tmp_path, PENALTY)
    assert found(fetched, facts) == true(facts)


async def test_a_workbook_with_title_groups_and_closing_row(tmp_path: Path):
    facts = strangers.penalties()
    path = strangers.workbook(tmp_path / "汇总.xlsx", facts, strangers.CHINESE)
    made = await write(str(path))
    assert "header = [2, 3]" in made.text
    assert 'footer = "填表说明"' in made.text
    fetched = await ask(made, tmp_path, PENALTY)
    assert found(fetched, facts) == true(facts)


async def test_a_table_with_chinese_and_pinyin_heads(tmp_path: Path):
    facts = strangers.licences()
    url = strangers.database(tmp_path / "x.db", "许可信息", facts, strangers.MIXED)
    made = await write(url)
    fetched = await ask(made, tmp_path, LICENCE)
    assert found(fetched, facts) == true(facts)
    assert made.declaration.capabilities.scan


async def test_the_right_table_of_several(tmp_path: Path):
    path, facts = tmp_path / "x.db", strangers.penalties()
    strangers.database(path, "t_xzxk", strangers.licences(), strangers.MIXED)
    url = strangers.database(path, "t_cfxx", facts, strangers.PINYIN)
    made = await write(url, types=[PENALTY, LICENCE])
    assert {one.sample.name for one in made.sections} == {"t_xzxk", "t_cfxx"}
    fetched = await ask(made, tmp_path, PENALTY)
    assert found(fetched, facts) == true(facts)


async def test_old_numbers_and_validity_in_one_text(tmp_path: Path):
    facts = strangers.licences()
    path = strangers.csv_file(
        tmp_path / "许可.csv", facts, strangers.OLD_NUMBERS, "utf-8-sig"
    )
    made = await write(str(path))
    assert made.sections[0].key_kind == "registration_number"
    fetched = await ask(made, tmp_path, LICENCE)
    assert found(fetched, facts) == true(facts)


@pytest.mark.parametrize("query", ["", "?pageNo=1&pageSize=20"])
async def test_an_interface_is_asked_by_set_and_page_by_page(
    tmp_path: Path, query: str
):
    facts = strangers.penalties()
    async with strangers.Interface(facts).serving() as url:
        made = await write(f"{url}/api/xzcf/list{query}", access=Access(keys="xydm"))
        section = made.declaration.sections[PENALTY]
        assert made.declaration.capabilities.batch > 1
        assert section.options["rows"] == "data.list"
        assert section.options["success"] == {"path": "code", "one_of": ["0000"]}
        fetched = await ask(made, tmp_path, PENALTY)
        assert found(fetched, facts) == true(facts)
        assert made.trials[PENALTY].read == len(facts)


async def test_the_parameter_is_found_and_one_code_at_a_time_is_respected(
    tmp_path: Path,
):
    facts = strangers.penalties()
    interface = strangers.Interface(facts, several=False)
    async with interface.serving() as url:
        made = await write(f"{url}/api/xzcf/list")
        assert made.declaration.capabilities.batch == 1
        fetched = await ask(made, tmp_path, PENALTY)
        assert found(fetched, facts) == true(facts)


async def test_a_secret_stays_in_the_environment(tmp_path: Path):
    facts = strangers.penalties()
    auth = {"kind": "header", "name": "X-Key", "token": "${QH_NEW_TOKEN}"}
    access = Access(auth=auth, token="only-here")
    async with strangers.Interface(facts, secret="only-here").serving() as url:
        made = await write(f"{url}/api/xzcf/list", access=access)
        assert "only-here" not in made.text
        fetched = await ask(made, tmp_path, PENALTY, secret="only-here")
        assert found(fetched, facts) == true(facts)


async def test_an_example_of_a_request_shows_where_the_codes_go(tmp_path: Path):
    facts = strangers.penalties()
    codes = f'["{strangers.code_of(0)}", "{strangers.code_of(2)}"]'
    access = Access(method="POST", body=f'{{"type": "CF", "xydms": {codes}}}')
    async with strangers.Interface(facts).serving() as url:
        made = await write(f"{url}/api/xzcf/query", access=access)
        section = made.declaration.sections[PENALTY]
        assert section.options["request"] == {
            "method": "POST",
            "path": "/api/xzcf/query",
            "body": {"type": "CF", "xydms": "$keys"},
        }
        assert not made.declaration.capabilities.scan
        fetched = await ask(made, tmp_path, PENALTY)
        assert found(fetched, facts) == true(facts)
