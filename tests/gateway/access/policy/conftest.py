"""The words of both schemas, as recorded, and the packaged policy."""

from collections.abc import Callable
from pathlib import Path

import pytest
from graphql import build_schema

from gateway.access.policy import PACKAGED, Policy, Vocabulary, load, vocabulary_of
from gateway.directory import read_entries
from schema.build import snapshot
from schema.visibility import Audience

DEPARTMENTS = frozenset(entry.code for entry in read_entries())


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    government, public = (
        build_schema(snapshot(one).read_text(encoding="utf-8"))
        for one in (Audience.GOVERNMENT, Audience.PUBLIC)
    )
    return vocabulary_of(government, public)


@pytest.fixture(scope="session")
def packaged(vocabulary: Vocabulary) -> Policy:
    return load(PACKAGED, vocabulary, DEPARTMENTS)


@pytest.fixture
def written(tmp_path: Path, vocabulary: Vocabulary) -> Callable[[str], Policy]:
    """Gives the policy of a text."""

    def read(text: str) -> Policy:
        path = tmp_path / "policy.toml"
        path.write_text(text, encoding="utf-8")
        return load(path, vocabulary, DEPARTMENTS)

    return read
