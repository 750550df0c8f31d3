"""A directory of operations becomes a manifest, after a look at what changes."""

from pathlib import Path

import orjson
import pytest
from graphql import build_schema
from hypothesis import given, strategies as st

from gateway.access.documents.command import register_documents
from gateway.access.documents.manifest import (
    Entry,
    id_of,
    manifest_of,
    read_manifest,
    write_manifest,
)
from gateway.access.documents.operations import collect
from gateway.access.documents.register import register, review
from gateway.errors import OperationRefused

SCHEMA = build_schema(
    "type Query { firm(code: ID!): Firm } type Firm { name: String part: Firm }"
)
ONE = "query One($c: ID!) { firm(code: $c) { ...Named } }"
NAMED = "fragment Named on Firm { name part { name } }"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "sub").mkdir()
    (tmp_path / "one.graphql").write_text(ONE)
    (tmp_path / "sub" / "parts.graphql").write_text(NAMED)
    return tmp_path


def test_what_is_registered_can_be_read_again(directory: Path):
    manifest = directory / "manifest.json"
    found = review(directory, manifest, SCHEMA, lambda _: 3.0)
    assert list(found.lines()) == [
        "新增 new  One  cost 3",
        f"  {next(iter(found.manifest))}",
        "  + Firm.name",
        "  + Firm.part",
        "  + Query.firm",
    ]
    assert not manifest.exists()
    register(found, manifest)
    again = read_manifest(manifest)
    assert again == found.manifest
    (entry,) = again.values()
    assert "fragment Named" in entry.body
    assert not review(directory, manifest, SCHEMA).differences
    assert [one.name for one in directory.iterdir() if one.name[0] == "."] == []


def test_it_says_what_changed_and_what_is_gone(directory: Path):
    manifest = directory / "manifest.json"
    (directory / "two.graphql").write_text('query Two { firm(code: "1") { name } }')
    register(review(directory, manifest, SCHEMA), manifest)
    (directory / "two.graphql").unlink()
    (directory / "one.graphql").write_text(ONE.replace("{ ...", "{ name ..."))
    kinds = [
        (one.name, one.kind) for one in review(directory, manifest, SCHEMA).differences
    ]
    assert kinds == [("One", "变更 changed"), ("Two", "移除 gone")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{ firm(code: 1) { name } }", "a name of its own"),
        ("query One { firm(code: 1) { name } }", "a name of its own"),
        ("query Bad { firm(code: 1) { secret } }", "secret"),
        ("query Bad { firm(code: 1) { ...Nobody } }", "Nobody"),
        ("fragment Named on Firm { name }", "twice"),
        ("type Query { a: Int }", "operations and fragments only"),
        ("mutation Change { a }", "mutation"),
        ("query {", "Syntax Error"),
    ],
)
def test_what_the_schema_does_not_have_is_not_registered(
    directory: Path, text: str, words: str
):
    (directory / "zwei.graphql").write_text(text)
    with pytest.raises(OperationRefused, match=words):
        collect(directory, SCHEMA)


def test_an_empty_directory_registers_nothing(tmp_path: Path):
    with pytest.raises(OperationRefused, match="no operations"):
        collect(tmp_path, SCHEMA)


def test_relays_form_is_read(tmp_path: Path):
    manifest = tmp_path / "relay.json"
    manifest.write_bytes(orjson.dumps({id_of(ONE): ONE, "0" * 32: NAMED}))
    assert {one.body for one in read_manifest(manifest).values()} == {ONE, NAMED}


@pytest.mark.parametrize(
    "given_",
    [
        [],
        {"0" * 64: ONE},
        {"": ONE},
        {"x": 7},
        {"x": " "},
        {"format": "other", "version": 1, "operations": []},
        {"format": "apollo-persisted-query-manifest", "version": 1},
        {
            "format": "apollo-persisted-query-manifest",
            "version": 1,
            "operations": [7, {"id": "a", "body": ONE, "name": 7}],
        },
        {
            "format": "apollo-persisted-query-manifest",
            "version": 1,
            "operations": [{"id": "a", "body": ONE}, {"id": "a", "body": NAMED}],
        },
    ],
)
def test_a_manifest_with_a_fault_is_refused(given_: object):
    with pytest.raises(OperationRefused):
        manifest_of(given_, "manifest.json")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["format", "version", "operations", "id", "body"])
            | st.text(max_size=10),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_a_manifest_or_refused(anything: object):
    try:
        found = manifest_of(anything, "x")
    except OperationRefused:
        return
    assert all(one.body and one.id == name for name, one in found.items())


def test_what_cannot_be_read_or_written_is_said(tmp_path: Path):
    with pytest.raises(OperationRefused, match="can't be read"):
        read_manifest(tmp_path / "none.json")
    with pytest.raises(OperationRefused, match="can't be written"):
        write_manifest(tmp_path / "no" / "m.json", {"x": Entry("x", ONE)})
    (tmp_path / "m.json").write_text("{")
    with pytest.raises(OperationRefused, match="not JSON"):
        read_manifest(tmp_path / "m.json")


def test_nothing_is_written_unless_it_is_agreed(
    directory: Path, capsys: pytest.CaptureFixture[str]
):
    manifest = directory / "manifest.json"
    assert not register_documents(directory, manifest, SCHEMA, lambda: False)
    assert not manifest.exists()
    assert register_documents(directory, manifest, SCHEMA, lambda: True)
    assert "One" in capsys.readouterr().out
    assert not register_documents(directory, manifest, SCHEMA, lambda: True)
    assert "nothing changed" in capsys.readouterr().out
