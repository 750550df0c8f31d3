"""The audit trail in the shape of the schema."""

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

import strawberry

from gateway.access.audit.kept_documents import KeptDocuments
from gateway.access.audit.log import DOCUMENTS
from gateway.access.audit.trail import Place, Trail, Wanted
from schema.audit import AuditEntry, AuditOutcome, AuditQuery, AuditSource
from schema.connections import Listed, Slice
from schema.departments import Completeness, CompletenessStatus
from schema.errors import LimitExceeded
from schema.record_type import RecordType
from schema.scalars import USCC

_SECONDS: Final = 5.0
"""That a page may take; reading itself gives up a little earlier."""


async def audit_trail(
    root: Path, query: AuditQuery, first: int, after: str | None
) -> Listed[AuditEntry]:
    """Give one page of the log below `root`, newest first; it does not know a total.

    Raises BadInput, LimitExceeded, OSError.
    """
    wanted = Wanted(query.from_, query.to, query.department, query.uscc, query.subject)
    try:
        async with asyncio.timeout(_SECONDS):
            page, more = await asyncio.to_thread(
                _read, root, partial(Trail(root).page, wanted, first, after)
            )
    except TimeoutError as error:
        raise LimitExceeded(
            "审计记录的磁盘过慢，请稍后再试 (the audit disk is slow, try again)"
        ) from error
    cursors = [cursor for _, cursor in page]
    items = [entry for entry, _ in page]
    cut = Slice(items, cursors, more, after is not None, None)
    return Listed(
        cut, partial(Completeness, status=CompletenessStatus.COMPLETE, sources=[])
    )


def _read(
    root: Path, page: "partial[tuple[Sequence[Place], bool]]"
) -> tuple[Sequence[tuple[AuditEntry, str]], bool]:
    places, more = page()
    documents = KeptDocuments(root / DOCUMENTS)
    texts = {
        name: documents.text(name) for name in {one.entry.document for one in places}
    }
    return [
        (_shaped(one, texts[one.entry.document]), one.cursor) for one in places
    ], more


def _shaped(place: Place, document: str | None) -> AuditEntry:
    entry = place.entry
    return AuditEntry(
        id=strawberry.ID(f"{place.chain}/{entry.sequence}"),
        at=entry.time,
        subject=entry.subject,
        role=entry.role,
        department=_id(entry.department),
        region=entry.region,
        address=entry.address,
        purpose=entry.purpose,
        case_number=entry.case,
        operation=entry.operation,
        document=document,
        document_hash=entry.document,
        variables_hash=entry.variables,
        enterprises=[USCC(one) for one in entry.enterprises],
        enterprise_count=entry.count,
        sources=_sources(place),
        outcome=AuditOutcome(entry.outcome.value),
        denied=list(entry.denied),
        policy_version=entry.policy,
        duration_ms=entry.microseconds / 1000,
    )


def _sources(place: Place) -> list[AuditSource]:
    return [
        AuditSource(
            department=strawberry.ID(code),
            record_type=RecordType(kind),
            records=count,
        )
        for code, given in sorted(place.entry.records.items())
        for kind, count in sorted(given.items())
    ]


def _id(code: str | None) -> strawberry.ID | None:
    return None if code is None else strawberry.ID(code)
