"""The named code lists, and how a declaration's own are checked."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from adapters.field_rule import CodeList

CodeLists = Mapping[str, CodeList]

_FILE = Path(__file__).with_name("codes.toml")


def load_code_lists(path: Path = _FILE) -> CodeLists:
    """Read the named code lists that all declarations share."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def meanings(codes: CodeList) -> Iterator[str]:
    """Yield every enum value that a list can give."""
    for meaning in codes.values():
        if isinstance(meaning, str):
            yield meaning
        elif isinstance(meaning, Mapping):
            yield from (str(value) for value in meaning.values())
