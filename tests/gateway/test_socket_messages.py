"""Whatever a client sends is a message or is refused in words."""

import json
from contextlib import suppress

import msgspec
import pytest
from hypothesis import given, strategies as st

from gateway.socket_messages import Ping, pong, read_message

TYPES = ["connection_init", "ping", "pong", "subscribe", "complete", "next"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
ENVELOPES = st.fixed_dictionaries(
    {"type": st.sampled_from(TYPES)},
    optional={
        "id": st.text(max_size=3) | JSON,
        "payload": JSON
        | st.fixed_dictionaries(
            {"query": st.text() | JSON},
            optional={"variables": JSON, "operationName": JSON},
        ),
    },
)


@given(st.text() | st.none() | (ENVELOPES | JSON).map(json.dumps))
def test_nothing_else_comes_of_it(text: str | None):
    with suppress(ValueError):
        message = read_message(text, 10_000)
        assert isinstance(message, msgspec.Struct)
        if isinstance(message, Ping):
            brought = json.loads(text or "").get("payload")
            assert json.loads(pong(message)).get("payload") == brought


@given(st.integers(min_value=1, max_value=20_000))
def test_neither_depth_nor_length_matters(size: int):
    for inside in ("[" * size + "]" * size, "9" * size):
        with suppress(ValueError):
            read_message('{"type": "ping", "payload": {"a": ' + inside + "}}", 10_000)


def test_a_message_of_too_many_values_is_not_decoded():
    values = ",".join("1" * 200)
    text = f'{{"type": "ping", "payload": {{"a": [{values}]}}}}'
    assert isinstance(read_message(text, 300), Ping)
    with pytest.raises(ValueError, match="max_values"):
        read_message(text, 100)
