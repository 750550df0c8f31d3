"""Opens departments for those who prove their adapters."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from adapters.conformance.keys import named
from adapters.contract import EnterpriseKey, Transport
from adapters.declaration import Declaration
from adapters.errors import DeclarationError
from adapters.kinds.push import PushTransport
from adapters.registry import maker, with_environment
from gateway.changelog import ChangeLog
from gateway.core import Core, CoreUnusable, open_core
from gateway.errors import OperationRefused
from gateway.inbox import DatabaseInbox
from gateway.settings import Settings


@dataclass(slots=True)
class Sources:
    """Declarations and transports; the core is opened when it is first needed."""

    settings: Settings
    environment: Mapping[str, str]
    _core: Core | None = None

    async def __aenter__(self) -> Self:
        """Open nothing yet."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the core."""
        if self._core is not None:
            await self._core.close()

    def paths(self, wanted: Sequence[str]) -> Sequence[Path]:
        """Find the declarations of codes and files, or all.

        Raises OperationRefused naming those that are not there.
        """
        folder = self.settings.departments
        if not wanted:
            return sorted(folder.glob("*.toml"))
        found = [
            Path(one) if one.endswith(".toml") else folder / f"{one}.toml"
            for one in wanted
        ]
        if missing := [str(path) for path in found if not path.is_file()]:
            raise OperationRefused(f"没有 {'、'.join(missing)} (no such declaration)")
        return found

    async def transport(self, declaration: Declaration) -> Transport:
        """Connect to a department; raises OperationRefused where that can't be."""
        try:
            if declaration.kind == "push":
                core = await self.core()
                log = ChangeLog(core.engine, self.settings.now)
                return PushTransport(declaration, DatabaseInbox(core.engine, log))
            return maker(declaration)(declaration, self.environment)
        except DeclarationError as error:
            raise OperationRefused(str(error)) from error

    def filled(self, declaration: Declaration) -> Declaration:
        """Fill `${NAME}` in; raises OperationRefused naming what is not set."""
        try:
            return with_environment(declaration, self.environment)
        except DeclarationError as error:
            raise OperationRefused(str(error)) from error

    async def firms(self, written: Sequence[str]) -> Sequence[EnterpriseKey]:
        """Read codes, numbers and names; the core adds what else it knows of codes."""
        told = list(_named(written))
        known: Mapping[str, EnterpriseKey] = {}
        if told:
            with suppress(CoreUnusable):
                core = await self.core()
                known = await core.keys_of([one.uscc for one in told])
        return [known.get(one.uscc, one) for one in told]

    async def core(self) -> Core:
        """Open the core, once; raises CoreUnusable."""
        if self._core is None:
            address = self.settings.core_url()
            self._core = await open_core(address, self.settings.secret)
        return self._core


def _named(written: Sequence[str]) -> Iterator[EnterpriseKey]:
    for number, one in enumerate(written):
        yield named(one, 2_000_000 + number)
