"""Every word that a kind can't take is named, all at once, with place and advice."""

import dataclasses
from pathlib import Path
from typing import Literal

import msgspec
import pytest
from hypothesis import given, strategies as st

from adapters.errors import DeclarationError
from adapters.kinds.options import read_options
from adapters.kinds.rest.options import Section
from adapters.kinds.web import Connection
from tests.adapters.declarations import declare
from tests.adapters.kinds.strangers import declaration

CONNECTION = """\
base_ulr = "http://a"
max_bytes = "many"
rate = { requests = 0, secnds = 2 }
[connection.auth]
kind = "baerer"
"""
SECTION = """\
request = { path = "/p", method = "PUT", parms = {} }
rows = 5
page = { kind = "cursr" }
"""


def test_all_are_named_with_their_lines(tmp_path: Path) -> None:

    said = declare(tmp_path, declaration("rest", CONNECTION, SECTION))
    with pytest.raises(DeclarationError) as caught:
        read_options(said, Connection, Section)
    assert list(caught.value.faults) == [
        "QH-TST.toml:10: [connection] base_ulr: 没有这个词，"
        "是不是 base_url？（unknown word）",
        "QH-TST.toml:14: [connection.auth] kind: 没有 'baerer'，"
        "是不是 bearer？（unknown word）",
        "QH-TST.toml:11: [connection] max_bytes: "
        "Expected `int`, got `str`（wrong value）",
        "QH-TST.toml:12: [connection] rate: secnds: 没有这个词，"
        "是不是 seconds？（unknown word）",
        "QH-TST.toml:12: [connection] rate: requests: "
        "Expected `int` >= 1（wrong value）",
        "QH-TST.toml:22: [PENALTY] request: parms: 没有这个词，"
        "是不是 params？（unknown word）",
        "QH-TST.toml:22: [PENALTY] request: method: 没有 'PUT'，"
        "可用：GET, POST（unknown word）",
        "QH-TST.toml:23: [PENALTY] rows: Expected `str`, got `int`（wrong value）",
        "QH-TST.toml:24: [PENALTY] page: kind: 没有 'cursr'，"
        "是不是 cursor？（unknown word）",
    ]


class Inner(msgspec.Struct, frozen=True):
    """A table inside."""

    kind: Literal["one", "two"] = "one"
    numbers: list[int] = []


class Outer(msgspec.Struct, frozen=True):
    """A table."""

    name: str
    inner: Inner | None = None
    words: tuple[Literal["a", "b"], ...] = ()
    size: int = 1


class Nothing(msgspec.Struct, frozen=True):
    """A section that says nothing."""


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(["a", "b", "one"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["kind", "numbers", "other"]), inner, max_size=3
        )
    ),
    max_leaves=4,
)


@given(
    st.dictionaries(
        st.sampled_from(["name", "inner", "words", "size", "other"]), _VALUES
    )
)
def test_what_is_read_is_what_one_strict_conversion_reads(
    tmp_path_factory: pytest.TempPathFactory, given: dict[str, object]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    said = declare(folder, declaration(section='rows = "r"'))
    said = dataclasses.replace(said, connection=given, sections={})
    try:
        expected: Outer | None = msgspec.convert(given, Outer)
    except msgspec.ValidationError:
        expected = None
    unknown = "other" in given
    inner = given.get("inner")
    unknown = unknown or (isinstance(inner, dict) and "other" in inner)
    if unknown or expected is None:
        with pytest.raises(DeclarationError):
            read_options(said, Outer, Nothing)
    else:
        assert read_options(said, Outer, Nothing) == (expected, {})
