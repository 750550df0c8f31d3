"""`creditnet adapter check` and `adapter try`, as an engineer types them."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import pytest

from adapters.registry import DEPARTMENTS
from gateway import conformance_operations as operations, conformance_trials
from gateway.conformance_operations import Output, Wanted
from gateway.errors import OperationRefused
from gateway.settings import Settings, read_settings
from mock_departments.host import Host
from mock_departments.world.reader import StoredWorld
from tests.world import running

pytestmark = pytest.mark.anyio

NOW = "2016-10-20T09:00:00+08:00"


@pytest.fixture(scope="module")
async def host(
    world: StoredWorld, tmp_path_factory: pytest.TempPathFactory, anyio_backend: str
) -> AsyncIterator[Host]:
    folder = tmp_path_factory.mktemp("departments")
    async with running(world, folder, "QH-EPD", "QH-CAD") as host:
        yield host


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings({"CREDITNET_DATA": str(tmp_path), "CREDITNET_CLOCK": NOW})


@pytest.fixture
def declaration(tmp_path: Path) -> Callable[[str, str], str]:
    """Writes a department's own declaration, with one word changed."""

    def write(old: str, new: str) -> str:
        text = (DEPARTMENTS / "QH-EPD.toml").read_text(encoding="utf-8")
        assert old in text
        path = tmp_path / "QH-EPD.toml"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return str(path)

    return write


def failed(words: str) -> Mapping[str, list[str]]:
    """What failed, by check: the places that are told."""
    return {
        check["id"]: [finding["place"] for finding in check["findings"]]
        for report in json.loads(words)
        for check in report["checks"]
        if check["outcome"] == "FAILED"
    }


async def test_live_and_with_a_snapshot(
    host: Host,
    settings: Settings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
):
    snapshot, junit = tmp_path / "QH-CAD.json", tmp_path / "junit.xml"
    first = Wanted(("QH-CAD",), live=True, snapshot=snapshot, record=True)
    assert await operations.check(settings, host.environment, first)
    assert "等级 grade: A" in capsys.readouterr().out
    kept = json.loads(snapshot.read_text())
    assert kept["record_types"]["LICENCE"]["rows"] > 0
    assert "西宁" not in snapshot.read_text(), "nothing about anybody"
    again = Wanted(
        ("QH-CAD",),
        live=True,
        snapshot=snapshot,
        strict=True,
        output=Output(json=True, junit=junit),
    )
    assert await operations.check(settings, host.environment, again)
    assert failed(capsys.readouterr().out) == {}
    assert b'failures="0"' in junit.read_bytes()


@pytest.mark.parametrize(
    ("old", "new", "check", "words"),
    [
        ('"CF_JDRQ", read = "date"', '"CF_JDRQX", read = "date"', "C9", "CF_JDRQX"),
        ("/v1/penalties/query", "/v1/nowhere", "B5", "404"),
        ("batch = 50", "batch = 80", "B1", "400"),
        ("${QH_EPD_TOKEN}", "${QH_EPD_URL}", "E4", "credentials"),
    ],
)
async def test_what_to_change_where(  # noqa: PLR0917 - fixtures and a table
    host: Host,
    settings: Settings,
    declaration: Callable[[str, str], str],
    capsys: pytest.CaptureFixture[str],
    old: str,
    new: str,
    check: str,
    words: str,
):
    wanted = Wanted((declaration(old, new),), live=True)
    assert not await operations.check(settings, host.environment, wanted)
    out = capsys.readouterr().out
    assert f"QH-EPD {check}" in out
    assert words in out
    assert f"docs/conformance.md#{check.lower()}" in out
    assert "QH-EPD.toml:" in out


@pytest.mark.parametrize(
    ("old", "new", "check", "words"),
    [
        ('name = "青海', "name = 青海", "A1", "column"),
        ("decidedOn", "decidedOnn", "A2", "decidedOn？"),
        ('rows = "data.items"', 'rowz = "data.items"', "A2", "rowz"),
        ("${QH_EPD_TOKEN}", "geheim", "A4", "secret inline"),
    ],
)
async def test_a_declaration_that_is_refused(  # noqa: PLR0917 - fixtures and a table
    settings: Settings,
    declaration: Callable[[str, str], str],
    capsys: pytest.CaptureFixture[str],
    old: str,
    new: str,
    check: str,
    words: str,
):
    wanted = Wanted((declaration(old, new),))
    assert not await operations.check(settings, {}, wanted)
    out = capsys.readouterr().out
    assert f"QH-EPD {check}" in out
    assert words in out
    assert "geheim" not in out


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (Wanted(("QH-XXX",)), "no such declaration"),
        (Wanted(("QH-EPD",), live=True), "QH_EPD_TOKEN"),
        (Wanted(("QH-EPD",), only=frozenset({"Z1"})), "no such check"),
        (Wanted(("QH-EPD",), bypass={"D4": ""}), "written reason"),
        (Wanted(("QH-EPD", "QH-CAD"), cases=Path("cases")), "for one only"),
        (Wanted(("QH-EPD",), record=True), "both needed"),
    ],
)
async def test_what_can_not_be_run(settings: Settings, wanted: Wanted, words: str):
    with pytest.raises(OperationRefused, match=words):
        await operations.check(settings, {}, wanted)


async def test_a_question_tried(
    host: Host,
    settings: Settings,
    world: StoredWorld,
    capsys: pytest.CaptureFixture[str],
):
    code = world.stories()["everything"]
    ask = conformance_trials.Question("QH-EPD", (code,), "PENALTY")
    await conformance_trials.show(settings, host.environment, ask, json=True)
    shown = json.loads(capsys.readouterr().out)
    assert shown["records"][0]["enterprise"] == code
    assert shown["records"][0]["legalRepresentative"] == "***"
    await conformance_trials.show(settings, host.environment, ask, json=False)
    assert "set aside" in capsys.readouterr().out
    odd = conformance_trials.Question("QH-EPD", (code,), "PENALTI")
    with pytest.raises(OperationRefused, match="PENALTY"):
        await conformance_trials.show(settings, host.environment, odd, json=False)


def test_a_bypass_as_it_is_typed():
    written = ["D4=no delta = none", "B1="]
    assert operations.read_bypass(written) == {"D4": "no delta = none", "B1": ""}
