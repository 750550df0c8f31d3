"""Which document a request means: by its text, or by an identifier."""

from typing import Final

from gateway.access.documents.manifest import Manifest
from gateway.access.documents.persisted import PersistedQueries
from gateway.graphql_over_http import RequestRefused
from gateway.setting_readers import DocumentMode

_NO_STORE: Final = {"Cache-Control": "no-store"}


class TrustedDocuments:
    """The documents of a manifest."""

    def __init__(self, manifest: Manifest) -> None:
        """Trust what the manifest holds."""
        self._manifest = manifest

    def text(self, identifier: str) -> str | None:
        """Give a trusted document; None for an identifier that nobody registered."""
        found = self._manifest.get(identifier)
        return None if found is None else found.body


class FindsDocuments:
    """Finds the documents of requests; implements `graphql_over_http.Finds`."""

    def __init__(
        self,
        mode: DocumentMode,
        trusted: TrustedDocuments,
        persisted: PersistedQueries | None = None,
    ) -> None:
        """Look among trusted ones, and among persisted ones if the mode is FREE.

        Without `persisted`, clients can leave no documents here.
        """
        self._mode = mode
        self._trusted = trusted
        self._persisted = persisted

    def find(self, query: str | None, identifier: str | None) -> str:
        """Give the document of a request that told its text, its identifier or both.

        Raises RequestRefused: PERSISTED_QUERY_NOT_FOUND (200, send the text along),
        PERSISTED_QUERY_NOT_IN_LIST, PERSISTED_QUERY_NOT_SUPPORTED or BAD_REQUEST (400).
        """
        if self._mode is DocumentMode.TRUSTED:
            return self._among_trusted(query, identifier)
        if identifier is None:
            if query is None:
                raise _no_document()
            return query
        text = self._trusted.text(identifier)
        if text is not None:
            return _agreed(text, query)
        return self._among_persisted(query, identifier)

    def _among_trusted(self, query: str | None, identifier: str | None) -> str:
        text = None if identifier is None else self._trusted.text(identifier)
        if text is None:
            raise RequestRefused(
                400,
                "只执行已登记的操作，请以其标识提出 "
                "(registered operations only: ask by identifier)",
                "PERSISTED_QUERY_NOT_IN_LIST",
                _NO_STORE,
            )
        return _agreed(text, query)

    def _among_persisted(self, query: str | None, identifier: str) -> str:
        if self._persisted is None:
            raise RequestRefused(
                400, "PersistedQueryNotSupported", "PERSISTED_QUERY_NOT_SUPPORTED"
            )
        if query is None:
            text = self._persisted.get(identifier)
            if text is None:
                raise RequestRefused(
                    200,
                    "PersistedQueryNotFound",
                    "PERSISTED_QUERY_NOT_FOUND",
                    _NO_STORE,
                )
            return text
        if not self._persisted.keep(identifier, query):
            raise _mismatch()
        return query


def _agreed(text: str, query: str | None) -> str:
    if query is not None and query != text:
        raise _mismatch()
    return text


def _mismatch() -> RequestRefused:
    return RequestRefused(
        400,
        "sha256Hash: 与查询文本不符 (provided sha does not match query)",
        headers=_NO_STORE,
    )


def _no_document() -> RequestRefused:
    return RequestRefused(
        400, "query: 缺少查询文本 (a non-empty string is needed)", headers=_NO_STORE
    )
