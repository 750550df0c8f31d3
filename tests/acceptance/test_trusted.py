"""A public endpoint in production: registered operations only, and no more is told."""

import json

import httpx
import pytest

from gateway.access.documents.manifest import id_of
from tests.acceptance.conftest import REGISTERED, Demo

PUBLIC = "/public/graphql"


@pytest.mark.parametrize("name", ["documentId", "id", "doc_id"])
def test_a_registered_operation_is_run_by_its_name(production: Demo, name: str):
    answer = httpx.post(
        production.url + PUBLIC, json={name: id_of(REGISTERED)}, timeout=30
    )
    assert len(answer.json()["data"]["departments"]) == 45


def test_as_apollo_s_clients_ask_by_get(production: Demo):
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": id_of(REGISTERED)}}
    asked = {"extensions": json.dumps(extensions)}
    answer = httpx.get(production.url + PUBLIC, params=asked, timeout=30)
    assert answer.json()["data"]["departments"]
    assert "etag" in answer.headers


@pytest.mark.parametrize(
    "body",
    [
        {"query": REGISTERED},
        {"query": "{ __typename }"},
        {"query": "{ __schema { types { name } } }"},
        {"query": "{ departmets { name } }"},
        {"query": "{ a: __typename b: __typename }"},
        {"query": "{ " + "__typename " * 2_001 + "}"},
        {"query": "{ __typename " + "@skip(if: false) " * 201 + "}"},
        {"query": "mutation { __typename }"},
        {"query": "{ __typename", "variables": {"a": 1}},
        [{"query": "{ __typename }"}] * 10,
        {"documentId": "0" * 64},
        {},
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_other_is_even_read(production: Demo, method: str, body: object):
    if method == "GET":
        asked = body if isinstance(body, dict) else {}
        written = {k: v if isinstance(v, str) else "{}" for k, v in asked.items()}
        answer = httpx.get(production.url + PUBLIC, params=written, timeout=30)
    else:
        answer = httpx.post(production.url + PUBLIC, json=body, timeout=30)
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] in {"PERSISTED_QUERY_NOT_IN_LIST", "BAD_REQUEST"}
    assert "Did you mean" not in answer.text
    assert "data" not in answer.json()


def test_government_may_still_ask_freely(production: Demo):
    answer = production.ask("{ __schema { queryType { name } } }")
    assert answer["data"]["__schema"]["queryType"]["name"] == "Query"
