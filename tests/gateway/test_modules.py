"""Departments' modules: code adapters, record types and fields, while it runs."""

import asyncio
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters import __all__ as surface
from adapters.errors import DeclarationError
from adapters.modules import Modules, load_modules
from adapters.registry import Declarations
from gateway.access.policy.vocabulary import vocabulary_of
from gateway.reconciliation import Reconciliation
from schema.build import build
from schema.record_type import RecordType
from schema.visibility import Audience
from tests.gateway.core.fakes import code
from tests.gateway.plugs import Plugs, plugs

pytestmark = pytest.mark.anyio
PACKAGE = Path(__file__).parent.parent / "plugins" / "qh_wea" / "qh_wea"
ASK = f"""{{ enterprise(uscc: "{code(1)}") {{
  weaStormCount
  weaStormWarnings(first: 5) {{
    nodes {{ recordType headline warningNumber level site issuedOn
      provenance {{ department {{ code }} }} }}
    totalCount completeness {{ status }} }}
}} }}"""
TYPES = '{ __type(name: "Enterprise") { fields { name } } }'
WARNING = {
    "recordType": "WEA__STORM_WARNING",
    "headline": "雷暴预警 W-1",
    "warningNumber": "W-1",
    "level": "RED",
    "site": "格尔木罐区",
    "issuedOn": "2016-07-22",
    "provenance": {"department": {"code": "QH-WEA"}},
}


def put(directory: Path, url: str = "http://127.0.0.1:9", **edits: str) -> None:
    """Write the module into a directory of modules, edited."""
    folder = directory / "modules" / "qh_wea"
    shutil.copytree(PACKAGE, folder, dirs_exist_ok=True)
    text = (PACKAGE / "__init__.py").read_text(encoding="utf-8")
    for old, new in edits.items():
        assert old in text
        text = text.replace(old, new)
    (folder / "__init__.py").write_text(text, encoding="utf-8")
    declared = folder / "QH-WEA.toml"
    text = declared.read_text(encoding="utf-8").replace("${QH_WEA_URL}", url)
    declared.write_text(text, encoding="utf-8")


def modules_of(directory: Path, before: Modules | None = None) -> Modules:
    return load_modules(directory / "modules", before or Modules())


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "modules").mkdir()
    return tmp_path


async def fields(one: Plugs, path: str = "/graphql") -> set[str]:
    found: Any = await one.ask(TYPES, path)
    return {each["name"] for each in found["data"]["__type"]["fields"]}


async def test_a_module_comes_and_goes_while_the_gateway_runs(directory: Path) -> None:
    modules = str(directory / "modules")
    async with plugs(
        directory, CREDITNET_MODULES=modules, CREDITNET_SCAN_DEADLINE="60"
    ) as one:
        assert "weaStormWarnings" not in await fields(one)
        others = asyncio.create_task(keep_asking(one))
        put(directory, one.system.url)
        await one.look()
        assert not one.gateway.problems
        assert (await one.ask(ASK))["data"]["enterprise"] == {
            "weaStormCount": 1,
            "weaStormWarnings": {
                "nodes": [WARNING],
                "totalCount": 1,
                "completeness": {"status": "COMPLETE"},
            },
        }
        await _is_everywhere(one)
        await _is_in_the_subgraph(one)
        await _is_counted(one)
        shutil.rmtree(directory / "modules" / "qh_wea")
        await one.look()
        assert "weaStormWarnings" not in await fields(one)
        assert "errors" in await one.ask(ASK)
        others.cancel()
        with pytest.raises(asyncio.CancelledError):
            await others


async def keep_asking(one: Plugs) -> None:
    """Ask all the while; whatever is plugged in, no other department suffers."""
    while True:
        assert await one.penalties() in (
            (["/first"], "COMPLETE", {"QH-TST": "LIVE"}),
            (["/first"], "COMPLETE", {"QH-TST": "CACHED"}),
        )


async def _is_everywhere(one: Plugs) -> None:
    """Filters, listings, the catalogue, the archive and health know it, too."""
    assert {"weaStormWarnings", "weaStormCount"} <= await fields(one, "/public/graphql")
    found = await one.ask(
        """{
          catalogue { recordType typeName fields { name } departments { code } }
          records(recordType: WEA__STORM_WARNING, first: 3) {
            nodes { ... on WeaStormWarning { inspector } } completeness { status } }
          recordStatistics(recordType: WEA__STORM_WARNING, groupBy: [YEAR]) {
            groups { keys count } }
          departments { code recordTypes health { recordTypes { recordType } } }
        }"""
    )
    assert "errors" not in found, found
    told = found["data"]
    [info] = [i for i in told["catalogue"] if i["typeName"] == "WeaStormWarning"]
    assert info["departments"] == [{"code": "QH-WEA"}]
    assert {"name": "inspector"} in info["fields"]
    assert told["records"]["completeness"]["status"] == "COMPLETE"
    assert told["records"]["nodes"] == [{"inspector": "张某"}]
    assert told["recordStatistics"]["groups"] == [{"keys": ["2016"], "count": 1}]
    [wea] = [d for d in told["departments"] if d["code"] == "QH-WEA"]
    assert wea["recordTypes"] == ["WEA__STORM_WARNING"]
    archive = f"""{{ enterprise(uscc: "{code(1)}") {{
      archive {{ nodes {{ recordType }} }}
      weaStormWarnings(where: {{ from: "2017-01-01" }}) {{ totalCount }} }} }}"""
    known = (await one.ask(archive))["data"]["enterprise"]
    assert {"recordType": "WEA__STORM_WARNING"} in known["archive"]["nodes"]
    assert known["weaStormWarnings"]["totalCount"] == 0
    hidden = await one.ask(
        f'{{ enterprise(uscc: "{code(1)}") {{ weaStormWarnings {{ nodes '
        "{ inspector } } } }",
        "/public/graphql",
    )
    assert "inspector" in str(hidden["errors"]), "government's only"


async def _is_in_the_subgraph(one: Plugs) -> None:
    found = await one.ask(
        f"""{{ _service {{ sdl }}
          _entities(representations: [
            {{ __typename: "Enterprise", uscc: "{code(1)}" }}
          ]) {{ ... on Enterprise {{ weaStormCount }} }} }}"""
    )
    assert "type WeaStormWarning" in found["data"]["_service"]["sdl"]
    assert found["data"]["_entities"] == [{"weaStormCount": 1}]


async def _is_counted(one: Plugs) -> None:
    """The public's numbers have it, too, for it is public."""
    gateway = one.gateway
    work = Reconciliation(
        gateway.adapters,
        gateway.core,
        gateway.quarantine,
        gateway.shelf,
        gateway.plugging.current.contract.records,
    )
    await work.run(gateway.settings.now(), lambda _code, _done: None)
    for path in ("/graphql", "/public/graphql"):
        found = await one.ask("{ departments { code contribution { records } } }", path)
        [wea] = [d for d in found["data"]["departments"] if d["code"] == "QH-WEA"]
        assert wea["contribution"] == {"records": 1}


@pytest.mark.parametrize(
    ("edits", "words"),
    [
        ({'"WEA__STORM_WARNING"': '"TAX__STORM_WARNING"'}, "应以 WEA__ 开头"),
        ({"WeaStormWarning": "StormWarning"}, "应以 Wea 开头"),
        ({"WeaLevel": "Level"}, "Level is defined|类型 Level 应以"),
        ({"wea_storm_count": "storm_count"}, "应以 wea_ 开头"),
        ({"wea_storm_count": "wea_storm_warnings"}, "已存在|一次"),
        ({'fact("场所")': "1 / 0"}, "ZeroDivisionError"),
        ({"MODULE = Module(": "MODULE = dict("}, "ValueError"),
        ({"MODULE = Module(": "OTHER = Module("}, "应为 adapters.Module"),
    ],
)
def test_what_is_not_its_own_is_refused(
    directory: Path, edits: dict[str, str], words: str
) -> None:
    put(directory, **edits)
    found = modules_of(directory)
    [problem] = found.problems.values()
    assert any(word in str(problem) for word in words.split("|")), problem
    assert not found.contract.brought


def test_a_breaking_change_leaves_the_module_before(directory: Path) -> None:
    put(directory)
    first = modules_of(directory)
    assert not first.problems
    assert modules_of(directory, first) is first
    put(directory, **{'    site: str | None = fact("场所")\n': ""})
    second = modules_of(directory, first)
    assert "WeaStormWarning.site was removed" in str(second.problems["qh_wea"])
    assert second.loaded["qh_wea"].module is first.loaded["qh_wea"].module
    more = '    site: str | None = fact("场所")\n'
    put(directory, **{more: more + '    area: str | None = fact("区域")\n'})
    third = modules_of(directory, second)
    assert not third.problems
    schema = third.schemas[Audience.PUBLIC]
    assert "area" in schema.type_map["WeaStormWarning"].fields  # type: ignore[attr-defined]
    words = vocabulary_of(
        third.schemas[Audience.GOVERNMENT], schema, third.contract.records
    )
    assert words.records["WeaStormWarning"] is RecordType("WEA__STORM_WARNING")
    assert words.lists["Enterprise.weaStormWarnings"] == "WeaStormWarning"
    assert "WeaStormWarning.inspector" in words.marked
    assert "WeaStormWarning" not in build(Audience.GOVERNMENT).type_map


def test_a_broken_declaration_stands_for_what_is_brought(directory: Path) -> None:
    put(directory)
    declared = directory / "modules" / "qh_wea" / "QH-WEA.toml"
    text = declared.read_text(encoding="utf-8").replace('"date"', '"dates"')
    declared.write_text(text, encoding="utf-8")
    modules = directory / "modules"
    registry = Declarations(directory, {}, modules=modules).load()
    assert registry.problems.keys() == {"QH-WEA"}
    assert registry.adapters["QH-WEA"].kind == "refused"
    brought = {RecordType("WEA__STORM_WARNING")}
    assert registry.adapters["QH-WEA"].record_types == brought


@pytest.mark.usefixtures("fresh_imports")
def test_an_installed_package_is_found_by_its_entry_point(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = directory / "site"
    shutil.copytree(PACKAGE, site / "qh_wea")
    monkeypatch.syspath_prepend(str(site))
    nobody = load_modules(None, Modules())
    assert not nobody.loaded
    told = site / "qh_wea-1.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: qh-wea\nVersion: 1.0\n"
    )
    (told / "RECORD").write_text("qh_wea/__init__.py,,\nqh_wea/QH-WEA.toml,,\n")
    points = "[creditnet.adapters]\nqh_wea = qh_wea:MODULE\n"
    (told / "entry_points.txt").write_text(points)
    found = load_modules(None, nobody)
    module = found.by_department["QH-WEA"]
    assert module.declaration == site / "qh_wea" / "QH-WEA.toml"
    assert load_modules(None, found) is found
    with (site / "qh_wea" / "__init__.py").open("a") as file:
        file.write("MODULE = None\n")
    broken = load_modules(None, found)
    assert "应为 adapters.Module" in str(broken.problems["qh_wea"])
    assert broken.by_department["QH-WEA"] is module, "the one before goes on"
    shutil.rmtree(told)
    assert not load_modules(None, broken).loaded


@pytest.fixture
def fresh_imports() -> Iterator[None]:
    yield
    sys.modules.pop("qh_wea", None)


def test_names_of_brought_types_cannot_be_mistaken() -> None:
    assert RecordType("WEA__STORM") is RecordType("WEA__STORM")
    assert RecordType("WEA__STORM") not in set(RecordType)
    assert RecordType("WEA__STORM").brought
    for name in ("STORM", "PENALTY_", "WEA_STORM", "wea__storm", "WEA__"):
        with pytest.raises(ValueError, match=name):
            RecordType(name)


def test_all_that_a_module_may_import() -> None:
    assert set(surface) >= {
        *("Around", "AroundHeld", "Batch", "CreditRecord", "Info", "Module"),
        *("RecordQuery", "RecordType", "Row", "Rows", "SourceError", "Unreadable"),
        *("Visibility", "batched", "code_list", "fact", "record"),
    }
    assert DeclarationError.__name__ in surface
