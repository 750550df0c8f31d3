"""Puts an adapter on the bench."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from adapters.conformance.bench import Bench, Materials, Terms
from adapters.conformance.player import Player, RecordedRows
from adapters.conformance.pointing import pointed
from adapters.conformance.replaying import Build
from adapters.conformance.watched import Watch, watched
from adapters.contract import Transport
from adapters.declaration import Declaration, load
from adapters.registry import maker
from adapters.source import DeclaredAdapter
from adapters.source_table import VARIABLE

_NO_SECRETS = frozenset({"base_url", "directory", "path", "authority", "certificate"})
"""Words of a connection that may be shown."""


def bench_of(
    declaration: Declaration,
    transport: Transport,
    terms: Terms,
    materials: Materials,
    build: Build = DeclaredAdapter,
) -> Bench:
    """Let an adapter speak through a transport that is watched."""
    watch = Watch()
    adapter = build(declaration, watched(transport, watch))
    return Bench(declaration, adapter, watch, terms, materials, build)


async def load_whole(path: Path) -> Declaration:
    """Load a declaration, and let its kind read its own words.

    Raises DeclarationError with all faults of either.
    """
    declared = load(path)
    if declared.kind != "push":
        own = pointed(
            declared,
            base_url="http://127.0.0.1",
            directory="/",
            url="sqlite:////dev/null",
        )
        await maker(own)(own, {}).close()
    return declared


def secrets_of(
    declaration: Declaration, environment: Mapping[str, str]
) -> Sequence[str]:
    """Give the values that a connection takes from the environment and may not show.

    `declaration` is as it was written.
    """
    names = set(_secret_names(declaration.connection))
    return sorted(environment[name] for name in names if environment.get(name))


def _secret_names(value: object, key: str = "") -> Iterator[str]:
    if isinstance(value, str) and key not in _NO_SECRETS:
        yield from VARIABLE.findall(value)
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from _secret_names(part, str(name))
    elif isinstance(value, list):
        for part in value:
            yield from _secret_names(part, key)


def unconnected() -> Transport:
    """Give a transport for an adapter whose source is not asked."""
    return RecordedRows(Player([]))
