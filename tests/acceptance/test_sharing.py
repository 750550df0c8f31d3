"""Two gateways of one demonstration that share what they remember."""

import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from redis import Redis

from tests.acceptance.conftest import Demo, another_gateway
from tests.redis_server import ADDRESS, need_server

ASKED = (
    "query($u: USCC) { enterprise(uscc: $u) { penalties { nodes { id publishUntil "
    "provenance { digest asOf fetchedAt } } completeness { status "
    "sources { department { code } outcome } } } } }"
)


@pytest.fixture
def prefix() -> Iterator[str]:
    """A prefix that nobody else has."""
    need_server()
    prefix = f"test-{uuid.uuid4().hex}"
    yield prefix
    with Redis.from_url(ADDRESS) as client:
        for key in client.scan_iter(f"{prefix}:*"):
            client.delete(key)


def penalties(gateway: Demo) -> dict[str, Any]:
    uscc = gateway.stories["everything"]
    found: dict[str, Any] = gateway.data_of(ASKED, {"u": uscc})["enterprise"]
    listed: dict[str, Any] = found["penalties"]
    return listed


def outcomes(listed: dict[str, Any]) -> list[str]:
    return [one["outcome"] for one in listed["completeness"]["sources"]]


def test_what_one_gateway_learned_the_other_gives(demo: Demo, prefix: str) -> None:
    settings = {"CACHE": "on", "REDIS_URL": ADDRESS, "REDIS_PREFIX": prefix}
    settings["REDIS_DEADLINE"] = "5"  # a busy machine is no reason to ask again
    with (
        another_gateway(demo, **settings) as first,
        another_gateway(demo, **settings) as second,
        Redis.from_url(ADDRESS) as client,
    ):
        learned = penalties(first)
        live = outcomes(learned).count("LIVE")
        assert live > 5
        until = time.monotonic() + 10
        while len(list(client.scan_iter(f"{prefix}:*"))) < live:
            assert time.monotonic() < until
        known = penalties(second)
        assert outcomes(known).count("CACHED") == live
        assert "LIVE" not in outcomes(known)
        assert known["nodes"] == learned["nodes"]
        assert known["completeness"]["status"] == "COMPLETE"
