"""Departments' modules: what they say in code, beside their declarations.

A module is found by the entry point group `creditnet.adapters` of an installed package,
or in a directory. It is loaded again when it changes; one that can't be used leaves
the one before in use.
"""

import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from hashlib import sha256
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, Final

from graphql import GraphQLSchema

from adapters.contract import Transport
from adapters.errors import DeclarationError
from adapters.extending import Accepting
from schema.brought import Brought, Contract
from schema.build import build
from schema.visibility import Audience

GROUP: Final = "creditnet.adapters"
ATTRIBUTE: Final = "MODULE"
"""Name of the module's `Module` where it is found in a directory."""
_OURS: Final = "creditnet_module_"
_TOLD: Final = frozenset({".py", ".toml"})
"""Endings of files that make a module another when they change."""
Load = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Module:
    """All that a department's engineer says in code."""

    department: str
    """Code of the department, e.g. `QH-WEA`."""
    adapter: Callable[[Any], Transport] | None = None
    """Makes the conversation out of the declared kind's transport; None: that one."""
    records: tuple[type, ...] = ()
    """Record types, declared by `@record` under the department's prefix."""
    fields: Mapping[str, Any] = field(default_factory=dict)
    """More fields of `Enterprise`, made by `batched`, under the prefix."""
    declaration: Path | None = None
    """The department's TOML, where it comes with the module."""

    @property
    def brought(self) -> Brought:
        """Give what it brings to the contract."""
        return Brought(self.department, self.records, self.fields)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of one module."""

    stamp: str
    module: Module | None
    """The one in use; None: there is none that can be used."""

    @property
    def department(self) -> str | None:
        """Code of the department whose module it is."""
        return None if self.module is None else self.module.department


@dataclass(frozen=True, slots=True)
class Modules:
    """The modules that are in use, and why others are not."""

    loaded: Mapping[str, Loaded] = field(default_factory=dict)
    """By name of the entry point, or of the file without ending."""
    problems: Mapping[str, DeclarationError] = field(default_factory=dict)
    contract: Contract = field(default_factory=Contract)
    schemas: Mapping[Audience, GraphQLSchema] = field(default_factory=dict)
    """Of the contract; none where it is only our own."""

    @property
    def by_department(self) -> Mapping[str, Module]:
        """Give the modules in use by department."""
        found = [one.module for one in self.loaded.values() if one.module is not None]
        return {one.department: one for one in found}


def load_modules(directory: Path | None, before: Modules) -> Modules:
    """Load all modules; what did not change is the same object, `before` itself too."""
    found = dict(_found(directory, _points()))
    stamps = {name: stamp for name, (stamp, _) in found.items()}
    if stamps == {name: one.stamp for name, one in before.loaded.items()}:
        return before
    accepting = Accepting()
    loaded: dict[str, Loaded] = {}
    problems: dict[str, DeclarationError] = {}

    def stays(name: str) -> bool:
        known = before.loaded.get(name)
        same = known is not None and known.stamp == stamps[name]
        return same and name not in before.problems

    for name in sorted(found, key=lambda one: (not stays(one), one)):
        known = before.loaded.get(name)
        old = None if known is None else known.module
        try:
            module = old if stays(name) else _module(name, found[name][1])
            if module is not None:
                accepting.take(module.brought, None if old is None else old.brought)
        except DeclarationError as error:
            problems[name], module = error, _kept(accepting, old)
        loaded[name] = Loaded(stamps[name], module)
    contract, schemas = accepting.contract, before.schemas
    if contract == before.contract:
        contract = before.contract
    else:
        brought = Audience if contract.brought else ()
        schemas = {one: build(one, contract) for one in brought}
    return Modules(loaded, problems, contract, schemas)


def _kept(accepting: Accepting, old: Module | None) -> Module | None:
    """Go on with the module before, if that can still be."""
    if old is None:
        return None
    try:
        accepting.take(old.brought, old.brought)
    except DeclarationError:
        return None
    return old


def _module(name: str, load: Load) -> Module:
    try:
        made = load()
    except (Exception, SystemExit) as error:  # whatever the code does while it loads
        words = (
            f"{name}: 模块无法加载：{type(error).__name__}: {error}（can't be loaded）"
        )
        raise DeclarationError([words]) from error
    if not isinstance(made, Module):
        words = f"{name}: {ATTRIBUTE} 应为 adapters.Module（not a Module）"
        raise DeclarationError([words])
    return made


def _points() -> tuple[EntryPoint, ...]:
    """Give the entry points of installed packages."""
    paths = [Path(one) for one in sys.path if one]
    places = [(str(one), one.stat().st_mtime_ns) for one in paths if one.is_dir()]
    return _points_in(tuple(places))


@lru_cache(maxsize=1)
def _points_in(_: tuple[tuple[str, int], ...]) -> tuple[EntryPoint, ...]:
    """Look through directories of packages, each with its last change."""
    importlib.invalidate_caches()
    return tuple(entry_points(group=GROUP))


def _found(
    directory: Path | None, points: Iterable[EntryPoint]
) -> Iterator[tuple[str, tuple[str, Load]]]:
    """Give name, stamp and loader of all modules there are."""
    for point in points:
        yield point.name, (_installed_stamp(point), partial(_installed, point))
    for path in sorted(directory.iterdir()) if directory is not None else ():
        start = path / "__init__.py" if path.is_dir() else path
        if start.suffix == ".py" and start.is_file():
            stamp = _stamp(path)
            yield path.stem, (stamp, partial(_in_directory, start, stamp))


def _installed_stamp(point: EntryPoint) -> str:
    dist = point.dist
    files = [] if dist is None else dist.files or []
    places = [Path(str(one.locate())) for one in files if one.suffix in _TOLD]
    changed = [one.stat().st_mtime_ns for one in places if one.exists()]
    version = "" if dist is None else dist.version
    return sha256(repr((point.value, version, changed)).encode()).hexdigest()


def _installed(point: EntryPoint) -> object:
    """Import an installed package anew."""
    top = point.module.partition(".")[0]
    for name in [one for one in sys.modules if one == top or one.startswith(f"{top}.")]:
        del sys.modules[name]
    return point.load()


def _stamp(path: Path) -> str:
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    told = sha256()
    for one in files:
        if one.suffix in _TOLD and one.is_file():
            told.update(str(one.relative_to(path.parent)).encode() + one.read_bytes())
    return told.hexdigest()


def _in_directory(path: Path, stamp: str) -> object:
    """Run the code of a file, or of a directory's `__init__.py`, as a new module."""
    folder = path.parent if path.name == "__init__.py" else None
    name = f"{_OURS}{(folder or path).stem}_{stamp[:12]}"
    places = None if folder is None else [str(folder)]
    spec = importlib.util.spec_from_file_location(
        name, path, submodule_search_locations=places
    )
    if spec is None or spec.loader is None:
        raise ImportError(str(path))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # for annotations, and modules beside it
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return getattr(module, ATTRIBUTE, None)
