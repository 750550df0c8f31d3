"""How a request names its document."""

from collections.abc import Callable
from urllib.parse import urlencode

import orjson
import pytest
from hypothesis import given, strategies as st

from gateway.access.documents.manifest import Entry, id_of
from gateway.access.documents.persisted import PersistedQueries
from gateway.access.documents.trusted import FindsDocuments, TrustedDocuments
from gateway.graphql_over_http import Operation, RequestRefused, Sizes, operation_of
from gateway.setting_readers import DocumentMode

TEXT = "{ departments { name } }"
OTHER = "{ catalogue { term } }"
KNOWN = TrustedDocuments({id_of(TEXT): Entry(id_of(TEXT), TEXT)})
SIZES = Sizes(100_000)
Make = Callable[[], FindsDocuments]


def trusted() -> FindsDocuments:
    return FindsDocuments(DocumentMode.TRUSTED, KNOWN, PersistedQueries())


def free() -> FindsDocuments:
    return FindsDocuments(DocumentMode.FREE, KNOWN, PersistedQueries())


def posted(documents: FindsDocuments | None, body: object) -> Operation:
    scope = {"method": "POST"}
    return operation_of(scope, {}, orjson.dumps(body), SIZES, documents)


def got(documents: FindsDocuments, **parameters: str) -> Operation:
    text = urlencode(parameters).encode()
    return operation_of({"method": "GET"}, {}, text, SIZES, documents)


def apollo(text: str) -> dict[str, object]:
    return {"persistedQuery": {"version": 1, "sha256Hash": id_of(text)}}


@pytest.mark.parametrize(
    "body",
    [
        {"extensions": apollo(TEXT)},
        {"extensions": apollo(TEXT), "query": TEXT},
        {"documentId": id_of(TEXT)},
        {"doc_id": id_of(TEXT)},
        {"id": id_of(TEXT), "variables": {"a": 1}},
    ],
)
@pytest.mark.parametrize("documents", [trusted, free])
def test_a_registered_document_is_found(documents: Make, body: object):
    assert posted(documents(), body).query == TEXT


@pytest.mark.parametrize(
    "body",
    [
        {"query": TEXT},
        {"query": OTHER},
        {"extensions": apollo(OTHER)},
        {"extensions": apollo(OTHER), "query": OTHER},
        {"id": "1"},
        {},
    ],
)
def test_nothing_else_is_run_where_only_trusted_ones_are(body: object):
    with pytest.raises(RequestRefused) as caught:
        posted(trusted(), body)
    assert caught.value.code == "PERSISTED_QUERY_NOT_IN_LIST"
    assert caught.value.status == 400


@pytest.mark.parametrize("documents", [trusted, free])
def test_another_text_under_the_identifier_is_refused(documents: Make):
    with pytest.raises(RequestRefused) as caught:
        posted(documents(), {"extensions": apollo(TEXT), "query": OTHER})
    assert caught.value.status == 400


def test_a_client_leaves_its_document_and_gets_by_hash():
    documents = free()
    extensions = orjson.dumps(apollo(OTHER)).decode()
    with pytest.raises(RequestRefused) as caught:
        got(documents, extensions=extensions)
    assert (caught.value.status, caught.value.message, caught.value.code) == (
        200,
        "PersistedQueryNotFound",
        "PERSISTED_QUERY_NOT_FOUND",
    )
    assert caught.value.headers == {"Cache-Control": "no-store"}
    assert got(documents, extensions=extensions, query=OTHER).query == OTHER
    again = got(documents, extensions=extensions)
    assert again.query == OTHER
    assert again.by_get


def test_a_false_hash_leaves_nothing():
    documents = free()
    lie = {"extensions": apollo(OTHER), "query": "{ __typename }"}
    with pytest.raises(RequestRefused):
        posted(documents, lie)
    with pytest.raises(RequestRefused) as caught:
        posted(documents, {"extensions": apollo(OTHER)})
    assert caught.value.code == "PERSISTED_QUERY_NOT_FOUND"


@pytest.mark.parametrize(
    "body",
    [
        {"extensions": {"persistedQuery": {"version": 2, "sha256Hash": "x"}}},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": 7}}},
        {"documentId": 7},
        {"documentId": "a", "id": "b"},
        {"query": 7},
    ],
)
def test_what_names_nothing_is_refused(body: object):
    with pytest.raises(RequestRefused) as caught:
        posted(free(), body)
    assert caught.value.status == 400


def test_free_texts_are_run_as_ever():
    assert posted(free(), {"query": OTHER}).query == OTHER
    assert posted(None, {"query": OTHER, "id": "x"}).query == OTHER


@given(st.lists(st.text(min_size=1, max_size=40), max_size=30))
def test_what_is_left_here_is_bounded(texts: list[str]):
    kept = PersistedQueries(most=5, characters=60)
    for text in texts:
        assert kept.keep(id_of(text), text)
        assert kept.get(id_of(text)) == text
    held = [text for text in set(texts) if kept.get(id_of(text)) is not None]
    assert len(held) <= 5
    assert sum(map(len, held)) <= 60
