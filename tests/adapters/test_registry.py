from collections.abc import Mapping
from pathlib import Path

from adapters.contract import Transport
from adapters.declaration import Declaration
from adapters.registry import load_all, with_environment
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
    assert registry.adapters.keys() == {"QH-TST"}
    assert registry.problems.keys() == {"QH-BAD", "QH-ENV", "QH-TWN"}
    assert "缺少环境变量 QH_ENV_URL" in str(registry.problems["QH-ENV"])
    assert "已有另一个文件声明" in str(registry.problems["QH-TWN"])
    assert seen[0].connection == {
        "base_url": "http://127.0.0.1:1",
        "auth": {"kind": "bearer", "token": "s3cret"},
    }


def test_variables_are_filled_in_wherever_they_stand(tmp_path: Path) -> None:
    text = (HEAD + PENALTY).replace(
        "[capabilities]", 'mirrors = ["${QH_TST_URL}/b"]\ntimeout = 3\n[capabilities]'
    )
    declaration = with_environment(declare(tmp_path, text), ENVIRONMENT)
    assert declaration.connection["mirrors"] == ["http://127.0.0.1:1/b"]
    assert declaration.connection["timeout"] == 3
