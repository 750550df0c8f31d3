"""Documents beside the log, each once, named by its hash; without their literals."""

import os
import re
from collections import OrderedDict
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from graphql import GraphQLSyntaxError, Source, TokenKind
from graphql.language import Lexer

from gateway.access.audit.entries import hash_of_document
from gateway.access.audit.segments import settle

MOST: Final = 20_000
"""Documents that are kept; of others, the log has only the hash."""
_REMEMBERED: Final = 1_000
_STRINGS: Final = (TokenKind.STRING, TokenKind.BLOCK_STRING)
_SUFFIX: Final = ".graphql"


class KeptDocuments:
    """Keeps documents; for one thread at a time."""

    def __init__(self, directory: Path, most: int = MOST) -> None:
        """Keep at most so many files in a directory."""
        self._directory = directory
        self._most = most
        self._count: int | None = None
        self._known: OrderedDict[str, str] = OrderedDict()

    def keep(self, document: str) -> str:
        """Keep a document durably, if it is new; gives its hash. Raises OSError."""
        known = self._known.get(document)
        if known is not None:
            return known
        name = hash_of_document(document)
        path = self._directory / f"{name}{_SUFFIX}"
        if not path.exists() and self._room():
            self._write(path, without_literals(document))
        self._known[document] = name
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return name

    def text(self, name: str) -> str | None:
        """Give a document by its hash; None where it was not kept."""
        try:
            return (self._directory / f"{name}{_SUFFIX}").read_text(encoding="utf-8")
        except OSError:
            return None

    def _room(self) -> bool:
        if self._count is None:
            self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._count = sum(1 for _ in self._directory.iterdir())
        return self._count < self._most

    def _write(self, path: Path, text: str) -> None:
        with NamedTemporaryFile(dir=path.parent, delete=False) as file:
            try:
                file.write(text.encode())
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                Path(file.name).unlink(missing_ok=True)
                raise
        Path(file.name).replace(path)
        settle(path.parent)
        self._count = (self._count or 0) + 1


def without_literals(document: str) -> str:
    """Put «…» for every text in a document, and empty comments: both may name people.

    What can't be read is left out.
    """
    lexer, end = Lexer(Source(document)), 0
    parts: list[str] = []
    try:
        while (token := lexer.advance()).kind is not TokenKind.EOF:
            parts.append(_COMMENT.sub("#", document[end : token.start]))
            text = token.kind in _STRINGS
            parts.append('"…"' if text else document[token.start : token.end])
            end = token.end
    except GraphQLSyntaxError:
        return "".join(parts)
    return "".join([*parts, _COMMENT.sub("#", document[end:])])


_COMMENT: Final = re.compile(r"#[^\r\n]*")
