"""Issues receipts: each is durable in a chain before it is given."""

import asyncio
import base64
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from adapters.digests import canonical
from gateway.access.audit.committing import Committing, Patience
from gateway.access.audit.entries import hash_of_document, hash_of_variables
from gateway.access.audit.errors import AuditUnavailable
from gateway.access.audit.journal import Habits, Journal
from gateway.access.audit.lines import Place
from gateway.access.audit.log import KEY, Clock, own_journal
from gateway.access.audit.signing import PublicKey, SigningKey, signing_key
from gateway.access.receipts.hashes import hash_of_answer, hash_of_parts
from gateway.access.receipts.sources import sources_of
from gateway.loading.answers import SourceCall

KIND: Final = "receipt"
VERSION: Final = 1
_OPENING: Final = 60.0
"""Seconds that the last segments may take to be read."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer that a receipt is wanted for."""

    document: str
    """As sent."""
    variables: Mapping[str, object] | None
    answer: bytes
    """JSON with `data` and `errors`, as they go out; `extensions` don't count."""
    calls: Sequence[SourceCall]
    completeness: Mapping[str, object] | None
    """As `extensions.completeness` says; None: no department was asked."""
    register: datetime | None = None
    """As of when the registrations are that were looked at."""
    policy: str = ""
    parts: Sequence[str] = ()
    """Hashes of the parts in which it went out, in place of `answer`."""


class Receipts:
    """Signs what was said, in a chain of its own."""

    def __init__(self, committing: Committing, key: SigningKey) -> None:
        """Keep receipts by `committing`."""
        self._committing = committing
        self._key = key

    @property
    def public(self) -> PublicKey:
        """Give the key by which receipts are checked."""
        return self._key.public

    async def issue(self, said: Said) -> dict[str, object]:
        """Give the receipt of an answer, for `extensions.receipt`.

        Raises AuditUnavailable when it can't be kept.
        """
        line = await self._committing.put(lambda place: self._receipt(said, place))
        receipt: dict[str, object] = msgspec.json.decode(line.text)
        return receipt

    def _receipt(self, said: Said, place: Place) -> bytes:
        register = said.register
        content: dict[str, object] = {
            "kind": KIND,
            "version": VERSION,
            "sequence": place.sequence,
            "previous": place.previous,
            "time": place.time,
            "document": hash_of_document(said.document),
            "variables": hash_of_variables(said.variables),
            "policy": said.policy,
            "register": None if register is None else register.isoformat(),
            "completeness": said.completeness,
            "sources": sources_of(said.calls),
        }
        if said.parts:
            content["answer"] = hash_of_parts(said.parts)
            content["parts"] = len(said.parts)
        else:
            content["answer"] = hash_of_answer(said.answer)
        return canonical(self._key.sign(content))


@asynccontextmanager
async def open_receipts(
    directory: Path,
    clock: Clock,
    habits: Habits | None = None,
    patience: Patience | None = None,
) -> AsyncIterator[Receipts]:
    """Open the receipts of a gateway: the first chain that nobody else writes.

    `clock` tells the real time, with offset. Raises AuditUnavailable, AuditBroken.
    """

    def opened() -> tuple[Journal, SigningKey]:
        try:
            key = signing_key(directory / KEY)
        except OSError as error:
            raise AuditUnavailable(
                f"{directory}: 无法写入，{error.strerror} (can't be written)"
            ) from error
        return own_journal(directory, key, clock, habits or Habits()), key

    async with asyncio.timeout(_OPENING):
        journal, key = await asyncio.to_thread(opened)
    committing = Committing(journal, patience or Patience())
    async with committing.running():
        yield Receipts(committing, key)


def published(key: PublicKey) -> dict[str, object]:
    """Give what `/.well-known/creditnet-receipts.json` says: a JWK set (RFC 8037)."""
    x = base64.urlsafe_b64encode(key.raw).rstrip(b"=").decode()
    jwk = {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA"}
    return {"keys": [{**jwk, "kid": key.name, "x": x}]}
