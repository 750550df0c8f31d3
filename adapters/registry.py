"""Brings the declarations of all departments to life."""

import dataclasses
import importlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from adapters.code_lists import load_code_lists
from adapters.contract import Adapter, Transport
from adapters.declaration import Declaration, load
from adapters.errors import DeclarationError
from adapters.refused import refused
from adapters.settlement import NOTHING_SETTLED, Settlement
from adapters.source import DeclaredAdapter
from adapters.source_table import VARIABLE

Make = Callable[[Declaration, Mapping[str, str]], Transport]
"""What each kind offers as `make`."""

DEPARTMENTS = Path(__file__).with_name("departments")


@dataclass(frozen=True, slots=True)
class Registry:
    """The departments that can be asked, and why others can't."""

    adapters: Mapping[str, Adapter]
    """By code of the department; a refused one answers nothing, and says so."""
    problems: Mapping[str, DeclarationError] = field(default_factory=dict)
    """By file name without ending."""


def _nothing(_department: str) -> Settlement:
    return NOTHING_SETTLED


def load_all(
    directory: Path,
    environment: Mapping[str, str],
    makers: Mapping[str, Make] | None = None,
    pattern: str = "*",
    deadline: float = math.inf,
    settled: Callable[[str], Settlement] = _nothing,
) -> Registry:
    """Load every `*.toml` of a directory; one that is broken does not stop others.

    `makers` replaces the `make` of some kinds (a push kind with its inbox); `pattern`
    limits the file names, without their ending; `deadline` shortens that of every
    declaration, in seconds; `settled` gives what a department's officers settled.
    """
    lists = load_code_lists()
    adapters: dict[str, Adapter] = {}
    problems: dict[str, DeclarationError] = {}
    for path in sorted(directory.glob(f"{pattern}.toml")):
        try:
            declaration = with_environment(load(path, lists), environment)
            most = min(declaration.deadline, deadline)
            declaration = dataclasses.replace(declaration, deadline=most)
            adapter = _adapter(declaration, environment, makers or {}, settled)
            _refuse_twin(path, adapter, adapters)
        except DeclarationError as error:
            problems[path.stem] = error
        else:
            adapters[adapter.department] = adapter
    for name in problems:
        stand_in = refused(directory / f"{name}.toml")
        adapters.setdefault(stand_in.department, stand_in)
    return Registry(adapters, problems)


def with_environment(
    declaration: Declaration, environment: Mapping[str, str]
) -> Declaration:
    """Fill `${NAME}` of `[connection]` in; names every variable that is missing."""
    missing: set[str] = set()
    connection = {
        key: _filled(value, environment, missing)
        for key, value in declaration.connection.items()
    }
    if missing:
        words = (
            f"缺少环境变量 {'、'.join(sorted(missing))}（environment variable not set）"
        )
        raise DeclarationError([declaration.places.fault("connection", "", words)])
    return dataclasses.replace(declaration, connection=connection)


def _adapter(
    declaration: Declaration,
    environment: Mapping[str, str],
    makers: Mapping[str, Make],
    settled: Callable[[str], Settlement],
) -> DeclaredAdapter:
    make = makers.get(declaration.kind) or maker(declaration)
    transport = make(declaration, environment)
    of_it = partial(settled, declaration.department)
    return DeclaredAdapter(declaration, transport, settled=of_it)


def maker(declaration: Declaration) -> Make:
    """Find what makes the transport of a kind; raises DeclarationError."""
    try:
        kind = importlib.import_module(f"adapters.kinds.{declaration.kind}")
    except ImportError as error:
        words = f"接口类型不可用：{error}（this kind can't be loaded）"
        place = declaration.places.fault("connection", "kind", words)
        raise DeclarationError([place]) from error
    make: Make = kind.make
    return make


def _refuse_twin(
    path: Path, adapter: DeclaredAdapter, adapters: Mapping[str, Adapter]
) -> None:
    if adapter.department in adapters:
        words = f"{adapter.department} 已有另一个文件声明（declared twice）"
        raise DeclarationError([f"{path.name}: {words}"])


def _filled(value: object, environment: Mapping[str, str], missing: set[str]) -> object:
    if isinstance(value, str):
        missing |= set(VARIABLE.findall(value)) - environment.keys()
        return VARIABLE.sub(lambda name: environment.get(name[1], ""), value)
    if isinstance(value, Mapping):
        return {key: _filled(part, environment, missing) for key, part in value.items()}
    if isinstance(value, list):
        return [_filled(part, environment, missing) for part in value]
    return value
