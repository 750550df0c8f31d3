"""A declaration whose connection leads elsewhere: to this machine, without secrets."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from adapters.declaration import Declaration
from adapters.registry import with_environment
from adapters.source_table import VARIABLE

HTTP = frozenset({"rest", "soap", "graphql"})
"""Kinds that speak HTTP."""
_ONLINE = frozenset({"tls", "rate"})
"""Words of a connection that mean nothing on this machine."""


def pointed(declaration: Declaration, **instead: object) -> Declaration:
    """Fill `${NAME}` with stand-ins, and put other words where there are some."""
    own = with_environment(
        declaration, dict.fromkeys(variables(declaration), "recorded")
    )
    kept = {key: value for key, value in own.connection.items() if key not in _ONLINE}
    fitting = {key: value for key, value in instead.items() if key in _words(own)}
    connection: Mapping[str, Any] = {**kept, **fitting}
    return replace(own, connection=connection)


def variables(declaration: Declaration) -> frozenset[str]:
    """Name the environment variables that a connection is filled from."""
    texts = _texts(declaration.connection)
    return frozenset(name for text in texts for name in VARIABLE.findall(text))


def _words(declaration: Declaration) -> frozenset[str]:
    """What this kind of connection can be told."""
    if declaration.kind in HTTP:
        return frozenset({"base_url", "max_bytes"})
    if declaration.kind == "files":
        return frozenset({"directory", "settle"})
    return frozenset({"url"})


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
