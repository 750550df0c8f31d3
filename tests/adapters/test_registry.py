from collections.abc import Mapping
from pathlib import Path

import pytest

from adapters.contract import Ask, EnterpriseKey, Transport
from adapters.declaration import Declaration
from adapters.errors import SourceError
from adapters.registry import load_all, with_environment
from schema.record_type import RecordType
from tests.adapters.declarations import HEAD, PENALTY, declare
from tests.adapters.fakes import LiveFake

ENVIRONMENT = {"QH_TST_URL": "http://127.0.0.1:1", "QH_TST_TOKEN": "s3cret"}


def write(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")


def test_a_broken_declaration_does_not_stop_others(tmp_path: Path) -> None:
    seen: list[Declaration] = []

    def make(declaration: Declaration, _environment: Mapping[str, str]) -> Transport:
        seen.append(declaration)
        return LiveFake([])

    good = HEAD + PENALTY
    write(tmp_path, "QH-TST", good)
    write(tmp_path, "QH-TWN", good)
    write(tmp_path, "QH-BAD", good.replace("decidedOn", "decideOn"))
    unset = good.replace("QH-TST", "QH-ENV").replace("QH_TST_URL", "QH_ENV_URL")
    write(tmp_path, "QH-ENV", unset)
    registry = load_all(tmp_path, ENVIRONMENT, {"rest": make})
    assert registry.adapters.keys() == {"QH-TST", "QH-ENV"}
    assert registry.problems.keys() == {"QH-BAD", "QH-ENV", "QH-TWN"}
    assert "缺少环境变量 QH_ENV_URL" in str(registry.problems["QH-ENV"])
    assert "已有另一个文件声明" in str(registry.problems["QH-TWN"])
    assert seen[0].connection == {
        "base_url": "http://127.0.0.1:1",
        "auth": {"kind": "bearer", "token": "s3cret"},
    }


@pytest.mark.anyio
async def test_a_refused_department_is_asked_and_never_answers(tmp_path: Path) -> None:
    write(tmp_path, "QH-TST", HEAD + PENALTY)
    write(tmp_path, "QH-TORN", "[source\ndepartment = ")
    registry = load_all(tmp_path, {}, {})
    named, torn = registry.adapters["QH-TST"], registry.adapters["QH-TORN"]
    assert named.record_types == {RecordType.PENALTY}
    assert torn.record_types == set(RecordType) - {RecordType.REGISTRATION}
    ask = Ask(RecordType.PENALTY, (EnterpriseKey("911101087000000001"),))
    with pytest.raises(SourceError, match="适配声明有误"):
        await named.fetch(ask)
    with pytest.raises(SourceError):
        await named.check()
    for listing in (
        named.keys(RecordType.PENALTY),
        named.changes(RecordType.PENALTY, None),
    ):
        with pytest.raises(SourceError):
            await anext(aiter(listing))
    await named.close()


def test_variables_are_filled_in_wherever_they_stand(tmp_path: Path) -> None:
    text = (HEAD + PENALTY).replace(
        "[capabilities]", 'mirrors = ["${QH_TST_URL}/b"]\ntimeout = 3\n[capabilities]'
    )
    declaration = with_environment(declare(tmp_path, text), ENVIRONMENT)
    assert declaration.connection["mirrors"] == ["http://127.0.0.1:1/b"]
    assert declaration.connection["timeout"] == 3
