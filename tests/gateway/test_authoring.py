"""The commands that write declarations, and a register that they plug in."""

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adapters.declaration import load
from adapters.registry import DEPARTMENTS
from gateway.cli import app
from gateway.core import open_core
from gateway.errors import OperationRefused
from gateway.registers import further_registers
from gateway.settings import Settings
from schema.record_type import RecordType
from schema.registration import EnterpriseStatus
from tests.adapters.authoring import strangers


def new(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["adapter", "new", *words])
    return done.exit_code, done.output


def penalties(folder: Path) -> str:
    facts = strangers.penalties()
    return str(strangers.csv_file(folder / "处罚.csv", facts, strangers.PINYIN))


def test_a_declaration_is_written_with_its_evidence(tmp_path: Path):
    home = tmp_path / "declared"
    status, told = new(
        *("QH-NEW", "--name", "青海省新设厅", "--into", str(home)),
        *("--from", penalties(tmp_path), "--unit", "元"),
    )
    assert status == 0, told
    assert "fine ← FKJE  0.9" in told
    assert "拼音首字母 pinyin 罚款金额; 60/60 是金额 amounts" in told
    assert f"export QH_NEW_DIRECTORY={tmp_path}" in told
    assert load(home / "QH-NEW.toml").department == "QH-NEW"
    assert list((home / "cases" / "QH-NEW").iterdir())


def test_a_declaration_that_is_there_stays(tmp_path: Path):
    (tmp_path / "QH-NEW.toml").write_text("mine", encoding="utf-8")
    words = ["QH-NEW", "--name", "厅", "--into", str(tmp_path)]
    words += ["--from", penalties(tmp_path)]
    status, told = new(*words)
    assert (status, "--force" in told) == (2, True)
    assert (tmp_path / "QH-NEW.toml").read_text(encoding="utf-8") == "mine"
    assert new(*words, "--force")[0] == 0


def adapter(*words: str, departments: Path = DEPARTMENTS) -> tuple[int, str]:
    environment = {"CREDITNET_DEPARTMENTS": str(departments)}
    done = CliRunner(env=environment).invoke(app, ["adapter", *words])
    return done.exit_code, done.output


def test_order_page_and_schema_are_commands(tmp_path: Path):
    path = tmp_path / "QH-EPD.toml"
    path.write_bytes((DEPARTMENTS / path.name).read_bytes())
    assert adapter("fmt", "--check", str(path))[0] == 1
    assert adapter("fmt", str(path))[0] == 0
    assert adapter("fmt", "--check", str(path))[0] == 0
    page, schema = tmp_path / "page.md", tmp_path / "schema.json"
    assert adapter("docs", "QH-EPD", "--into", str(page))[0] == 0
    assert "| `fine` | 罚款金额（元） | `CF_NR_FK` |" in page.read_text(
        encoding="utf-8"
    )
    assert adapter("docs", "QH-EPD")[1] == page.read_text(encoding="utf-8")
    assert adapter("schema", "--into", str(schema))[0] == 0
    assert adapter("docs", "QH-NO")[0] == 2
    assert adapter("fmt", str(tmp_path / "none.toml"))[0] == 2
    assert adapter("schema", "--into", str(page / "below"))[0] == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["new"], "部门代码应如"),
        (["QH-NEW"], "部门名称"),
        (["QH-EPD"], "来源"),
        (["QH-EPD", "--from", "x.csv", "--type", "PENALTIES"], "是不是 PENALTY"),
        (["QH-EPD", "--from", "x.csv", "--unit", "角"], "万元 或 元"),
        (["QH-EPD", "--from", "x.csv", "--key", "code"], "可用"),
        (["QH-EPD", "--from", "http://x/", "--auth", "basic"], "bearer"),
        (["QH-EPD", "--from", "http://x/", "--auth", "bearer"], "QH_EPD_TOKEN"),
        (["QH-EPD", "--from", "http://x/", "--method", "PUT"], "GET 或 POST"),
        (["QH-EPD", "--from", "x.csv", "--map", "fine"], "字段=值"),
        (["QH-EPD", "--from", "x.csv"], "打不开"),
    ],
)
def test_what_can_not_be_meant(tmp_path: Path, words: list[str], told: str):
    status, output = new(*words, "--into", str(tmp_path), "--yes")
    assert status == 2
    assert told in output
    assert not list(tmp_path.iterdir())


@pytest.fixture
def registered(shared_data: Path, tmp_path: Path) -> str:
    """Plug the real register in; what the command told."""
    file = shared_data / "qinghai_register_2015.csv"
    status, told = new(
        *("QH-REG", "--name", "二〇一五年登记名册", "--from", str(file)),
        *("--set", "status=OPERATING", "--into", str(tmp_path / "declared")),
    )
    assert status == 0, told
    return told


@pytest.mark.anyio
async def test_the_real_register_is_plugged_in_by_commands(
    registered: str, shared_data: Path, tmp_path: Path
):
    assert "8,362 条可读 read，0 条搁置" in registered
    file = shared_data / "qinghai_register_2015.csv"
    settings = Settings(data=tmp_path, departments=tmp_path / "declared")
    environment = {"QH_REG_DIRECTORY": str(shared_data)}
    core = await open_core(settings.core_url(), settings.secret)
    try:
        for source in further_registers(settings, environment):
            done = await core.sync(source, lambda *_: None)
            assert (done.read, done.set_aside) == (8_362, 0)
            await source.close()
        with file.open(encoding="utf-8") as lines:
            truth = {
                row["统一社会信用代码"]: row["企业名称"].strip()
                for row in csv.DictReader(lines)
            }
        found = await core.by_uscc(list(truth))
        assert {code: one.name for code, one in found.items()} == truth
        assert {one.department for one in found.values()} == {"QH-REG"}
        one = found["9163320031086922X7"]
        assert one.registered_capital == 1_200_000
        assert one.status is EnterpriseStatus.OPERATING
    finally:
        await core.close()


def test_a_broken_register_is_told(tmp_path: Path):
    facts = "代码,名称\n" + f"{strangers.code_of(1)},甲公司\n"
    (tmp_path / "名册.csv").write_text(facts, encoding="utf-8")
    home = tmp_path / "declared"
    status, told = new(
        *("QH-REG", "--name", "名册", "--from", str(tmp_path / "名册.csv")),
        *("--type", "REGISTRATION", "--into", str(home)),
    )
    assert status == 0, told
    (home / "QH-BAD.toml").write_text("[source", encoding="utf-8")
    settings = Settings(departments=home)
    with pytest.raises(OperationRefused, match="QH_REG_DIRECTORY"):
        list(further_registers(settings, {}))
    adapters = list(further_registers(settings, {"QH_REG_DIRECTORY": str(tmp_path)}))
    assert [one.record_types for one in adapters] == [
        frozenset({RecordType.REGISTRATION})
    ]
