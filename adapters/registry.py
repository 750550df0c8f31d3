"""Brings the declarations of all departments to life."""

import dataclasses
import importlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path

from adapters.code_lists import CodeLists, load_code_lists
from adapters.contract import Adapter, Transport
from adapters.declaration import Declaration, load
from adapters.errors import DeclarationError
from adapters.modules import Module, Modules, load_modules
from adapters.refused import RefusedAdapter, refused
from adapters.settlement import NOTHING_SETTLED, Settlement
from adapters.source import DeclaredAdapter
from adapters.source_table import VARIABLE
from schema.brought import Contract

Make = Callable[[Declaration, Mapping[str, str]], Transport]
"""What each kind offers as `make`."""

DEPARTMENTS = Path(__file__).with_name("departments")


@dataclass(frozen=True, slots=True)
class Registry:
    """The departments that can be asked, and why others can't."""

    adapters: Mapping[str, Adapter]
    """By code of the department; a refused one answers nothing, and says so."""
    problems: Mapping[str, DeclarationError] = field(default_factory=dict)
    """By file name without ending; of a file that was changed, its department goes on
    as it was declared before."""
    files: Mapping[str, "Plugged"] = field(default_factory=dict)
    """What each file gave, by its name without ending."""
    modules: Modules = field(default_factory=Modules)
    """What departments say in code."""

    @property
    def contract(self) -> Contract:
        """Give all record types that there are."""
        return self.modules.contract

    def problem_of(self, department: str) -> DeclarationError | None:
        """Say what is wrong with the file of a department as it stands."""
        for stem, problem in self.problems.items():
            known = self.files.get(stem) or self.modules.loaded.get(stem)
            if known is not None and known.department == department:
                return problem
        return None


@dataclass(frozen=True, slots=True)
class Plugged:
    """What came of one file."""

    stamp: str
    """Another whenever the file, or a variable that it names, is another."""
    adapter: Adapter | None
    """The one in use; None where the department has another file."""

    @property
    def department(self) -> str | None:
        """Code of the department that is spoken to."""
        return None if self.adapter is None else self.adapter.department


def _nothing(_department: str) -> Settlement:
    return NOTHING_SETTLED


@dataclass(frozen=True, slots=True)
class Declarations:
    """A directory of declarations, and all that is needed to bring them to life."""

    directory: Path
    environment: Mapping[str, str]
    makers: Mapping[str, Make] = field(default_factory=dict)
    """Instead of the `make` of some kinds (a push kind with its inbox)."""
    pattern: str = "*"
    """Limits the file names, without their ending."""
    deadline: float = math.inf
    """Shortens that of every declaration, in seconds."""
    modules: Path | None = None
    """Directory of modules beside those that are installed."""
    settled: Callable[[str], Settlement] = _nothing
    """Gives what a department's officers have settled by now."""

    def load(self, before: Registry | None = None) -> Registry:
        """Load every `*.toml`; one that is broken does not stop others.

        After `before`, what did not change is the same adapter, and a department whose
        file is broken now keeps the adapter that it had. Gives `before` itself when
        nothing changed; raises OSError when all files are gone at once, which says
        more of the directory than of the departments.
        """
        held = {} if before is None else before.files
        earlier = Modules() if before is None else before.modules
        modules = load_modules(self.modules, earlier)
        found = {
            path.stem: path for path in self.directory.glob(f"{self.pattern}.toml")
        }
        brought = [one.declaration for one in modules.by_department.values()]
        found |= {
            path.stem: path
            for path in brought
            if path is not None and path.match(f"{self.pattern}.toml")
        }
        if held and not found:
            raise FileNotFoundError(f"{self.directory}: 没有声明文件 (no declarations)")
        stamps = {stem: self._stamp(path) for stem, path in found.items()}
        same = stamps == {stem: one.stamp for stem, one in held.items()}
        if before is not None and same and modules is earlier:
            return before
        loading = _Loading(self, before or Registry({}), modules)
        for stem in sorted(
            found, key=lambda one: (not loading.stays(one, stamps), one)
        ):
            loading.take(found[stem], stamps[stem])
        return loading.registry()

    def _stamp(self, path: Path) -> str:
        try:
            content = path.read_bytes()
        except OSError as error:
            return f"unreadable: {error.strerror}"
        named = sorted(set(VARIABLE.findall(content.decode(errors="replace"))))
        told = [(name, self.environment.get(name)) for name in named]
        return sha256(content + repr(told).encode()).hexdigest()

    def adapter(
        self, path: Path, lists: CodeLists, modules: Modules
    ) -> DeclaredAdapter:
        """Bring one declaration to life; raises DeclarationError."""
        declared = load(path, lists, modules.contract.records)
        declaration = with_environment(declared, self.environment)
        most = min(declaration.deadline, self.deadline)
        declaration = dataclasses.replace(declaration, deadline=most)
        module = modules.by_department.get(declaration.department)
        settled = partial(self.settled, declaration.department)
        return _adapter(declaration, self.environment, self.makers, module, settled)


def load_all(
    directory: Path,
    environment: Mapping[str, str],
    makers: Mapping[str, Make] | None = None,
    pattern: str = "*",
    deadline: float = math.inf,
    settled: Callable[[str], Settlement] = _nothing,
) -> Registry:
    """Load the declarations of a directory, as `Declarations.load` does."""
    wanted = Declarations(
        directory, environment, makers or {}, pattern, deadline, settled=settled
    )
    return wanted.load()


class _Loading:
    """One reading of a directory, after an earlier one."""

    def __init__(
        self,
        declarations: Declarations,
        before: Registry,
        modules: Modules,
    ) -> None:
        self._declarations = declarations
        self._held = before.files
        self._held_problems = before.problems
        self._modules = modules
        self._coded = before.modules.by_department
        self._lists = load_code_lists()
        self._adapters: dict[str, Adapter] = {}
        self._files: dict[str, Plugged] = {}
        self._stamps: dict[str, str] = {}
        self._paths: dict[str, Path] = {}
        self._problems: dict[str, DeclarationError] = {}

    def stays(self, stem: str, stamps: Mapping[str, str]) -> bool:
        """Say whether a file is as it was, and without fault."""
        before = self._held.get(stem)
        if before is None or before.department is None or stem in self._held_problems:
            return False
        code = self._modules.by_department.get(before.department)
        coded = code is self._coded.get(before.department)
        return coded and before.stamp == stamps[stem]

    def take(self, path: Path, stamp: str) -> None:
        """Take the adapter of a file, or keep its problem."""
        stem, before = path.stem, self._held.get(path.stem)
        self._stamps[stem], self._paths[stem] = stamp, path
        if before is not None and self.stays(stem, {stem: stamp}):
            adapter: Adapter | None = before.adapter
        else:
            adapter = self._made(path)
        if adapter is not None:
            self._adapters[adapter.department] = adapter
            self._files[stem] = Plugged(stamp, adapter)

    def _made(self, path: Path) -> Adapter | None:
        try:
            made = self._declarations.adapter(path, self._lists, self._modules)
            _refuse_twin(path, made, self._adapters)
        except DeclarationError as error:
            self._problems[path.stem] = error
            return None
        return made

    def registry(self) -> Registry:
        """Give what was taken; who has a broken file keeps what he had, if anything."""
        for stem, path in self._paths.items():
            if stem not in self._problems:
                continue
            before = self._held.get(stem)
            adapter = None if before is None else before.adapter
            if adapter is None or isinstance(adapter, RefusedAdapter):
                adapter = refused(path, self._modules.contract.records)
            used = self._adapters.setdefault(adapter.department, adapter) is adapter
            self._files[stem] = Plugged(self._stamps[stem], adapter if used else None)
        problems = {**self._problems, **self._modules.problems}
        return Registry(self._adapters, problems, self._files, self._modules)


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
    module: Module | None,
    settled: Callable[[], Settlement],
) -> DeclaredAdapter:
    make = makers.get(declaration.kind) or maker(declaration)
    transport = make(declaration, environment)
    if module is None or module.adapter is None:
        return DeclaredAdapter(declaration, transport, settled=settled)
    try:
        coded = module.adapter(transport)
        return DeclaredAdapter(declaration, coded, settled=settled)
    except Exception as error:
        words = f"模块的适配器无法建立：{error}（the module's adapter can't be made）"
        raise DeclarationError(
            [declaration.places.fault("source", "", words)]
        ) from error


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
