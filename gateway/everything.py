"""Questions about all enterprises at once: records, counts, the unmatched."""

import asyncio
from collections.abc import (
    Callable,
    Iterator,
    Mapping,
    Sequence,
    Set,
    Sized,
)
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import chain
from time import perf_counter
from typing import Generic, NamedTuple, TypeVar

import strawberry
from msgspec import structs

from adapters.contract import Adapter, Page
from adapters.errors import SourceError
from adapters.listing import list_all
from gateway.access.policy.decisions import ALLOWED, Access, Decisions
from gateway.access.policy.permitted import refusals
from gateway.access.receipts.hashes import hash_of_records
from gateway.core import Core
from gateway.loading.answers import GIVEN_NOTHING, Answer, Given, outcome_of
from gateway.loading.records import Departments, Moment, Records, Sees
from gateway.loading.selecting import FIRST_TELLER, told_as
from gateway.quarantine import Quarantine
from gateway.tying import Tied, Tying
from schema.connections import Listed, Slice, decode_cursor, encode_cursor
from schema.departments import (
    Completeness,
    CompletenessStatus,
    Department,
    SourceOutcome,
)
from schema.errors import LimitExceeded
from schema.filters import EnterpriseFilter
from schema.findings import Candidate, UnresolvedRecord
from schema.record_type import RecordType
from schema.records.record import CreditRecord
from schema.scalars import USCC
from schema.visibility import Audience

MOST_RECORDS = 200_000
"""Records of one answer at the most."""
MOST_AT_ONCE = 8
"""Lists of departments that are read at the same time; others wait for their turn."""

Kept = TypeVar("Kept")


class _About(NamedTuple):
    """Whom to read about, and how."""

    where: EnterpriseFilter | None
    moment: Moment
    sees: Sees | None
    signing: bool


@dataclass(frozen=True, slots=True)
class Read(Generic[Kept]):
    """What was kept of all that departments listed."""

    kept: Mapping[str, Sequence[Kept]]
    """By department."""
    answers: Sequence[Answer]
    doubts: Mapping[str, Set[str]] = field(default_factory=dict)
    """By department, about whom it may hold more than was read."""
    lost: bool = False
    """Whether somebody may hold more about anybody."""

    @property
    def complete(self) -> bool:
        """Say whether everybody who may hold records was heard."""
        return bool(self.answers) and all(answer.complete for answer in self.answers)

    @property
    def heard(self) -> Sequence[str]:
        """Name the departments that answered."""
        return [a.department for a in self.answers if a.outcome not in GIVEN_NOTHING]

    @property
    def given(self) -> Mapping[str, int]:
        """Count what is kept of each department."""
        return {code: len(kept) for code, kept in self.kept.items()}

    def __iter__(self) -> Iterator[Kept]:
        """Go through all that is kept."""
        return chain.from_iterable(self.kept.values())


class Everything:
    """Reads whole departments; slower than asking about enterprises."""

    def __init__(
        self,
        adapters: Mapping[str, Adapter],
        core: Core,
        quarantine: Quarantine,
        records: Records,
        audience: Audience,
        deadline: float,
    ) -> None:
        """Give every department `deadline` seconds to list what it holds."""
        self._adapters = adapters
        self._core = core
        self._quarantine = quarantine
        self._records = records
        self._audience = audience
        self._deadline = deadline
        self._turns = asyncio.Semaphore(MOST_AT_ONCE)

    def providers(
        self, record_type: RecordType, departments: Departments
    ) -> Sequence[str]:
        """Name those of the departments that provide a record type."""
        return [
            code
            for code, adapter in sorted(self._adapters.items())
            if record_type in adapter.record_types
            and (departments is None or code in departments)
        ]

    async def read(  # noqa: PLR0913 - all that narrows a listing
        self,
        record_type: RecordType,
        departments: Departments,
        where: EnterpriseFilter | None,
        moment: Moment,
        keep: Callable[[CreditRecord], Kept | None],
        decisions: Decisions = ALLOWED,
        *,
        signing: bool = False,
    ) -> Read[Kept]:
        """Read all records of a type about enterprises that `where` lets through.

        It is without `has`. Of each record, what `keep` makes of it is remembered; of
        none, nothing. Only what `decisions` allow is read. `signing`: the answers tell
        the digest of all that was listed. Raises LimitExceeded when they are too many.
        """
        asked = self.providers(record_type, departments)
        about = _About(where, moment, decisions.sees_unpublished, signing)
        access = decisions.of_records(record_type)
        if access is None:
            return await self._read(record_type, asked, about, keep)
        return await self._read_some(record_type, asked, about, keep, access)

    async def _read_some(
        self,
        record_type: RecordType,
        providers: Sequence[str],
        about: _About,
        keep: Callable[[CreditRecord], Kept | None],
        access: Access,
    ) -> Read[Kept]:
        """Read of those departments, about those enterprises, that may be seen."""
        asked = [one for one in providers if access.hears(one)]
        refused = refusals(frozenset(providers) - {*asked}, access.forbidden)

        def keep_some(record: CreditRecord) -> Kept | None:
            department = str(record.provenance.department.code)
            seen = access.tells(record.enterprise, department)
            return keep(record) if seen else None

        read = await self._read(record_type, asked, about, keep_some)
        reason = access.forbidden.reason
        answers = [
            one
            if access.hears_all(one.department)
            else structs.replace(one, complete=False, reason=one.reason or reason)
            for one in read.answers
        ]
        lost = read.lost or not all(map(access.hears_all, providers))
        return Read(read.kept, [*answers, *refused], read.doubts, lost)

    async def _read(
        self,
        record_type: RecordType,
        asked: Sequence[str],
        about: _About,
        keep: Callable[[CreditRecord], Kept | None],
    ) -> Read[Kept]:
        tying = Tying(self._core, self._records, self._audience, *about[:3])

        def empty() -> "_Found[Kept]":
            return _Found(
                self._audience is Audience.PUBLIC, [] if about.signing else None
            )

        parts = await asyncio.gather(
            *(self._one((code, record_type), tying, keep, empty()) for code in asked)
        )
        told: set[object] = set()
        kept: dict[str, Sequence[Kept]] = {}
        for found, answer in sorted(
            parts, key=lambda part: part[1].department != FIRST_TELLER
        ):
            kept[answer.department] = [
                one for same, one in found.pairs if same is None or same not in told
            ]
            told.update(same for same, _ in found.pairs)
        answers = [answer for _, answer in parts]
        doubts = {answer.department: found.doubtful for found, answer in parts}
        lost = not parts or any(found.lost for found, _ in parts)
        return Read(kept, answers, doubts, lost)

    async def unresolved(
        self,
        department: str | None,
        first: int,
        after: str | None,
        department_of: Callable[[str], Department],
    ) -> Listed[UnresolvedRecord]:
        """List what fits no single enterprise, as of the last reconciliation."""
        start = int(str(decode_cursor(after, 1)[0])) if after else 0
        kinds = {one for each in self._adapters.values() for one in each.record_types}
        among = list(self._adapters), [one.value for one in kinds]
        page = await self._quarantine.unresolved(department, first, start, among)
        nodes = [
            UnresolvedRecord(
                department=department_of(row.department),
                record_type=RecordType(row.record_type),
                source_record_id=row.source_record_id,
                received_on=row.received_on,
                name=row.name,
                code=row.code,
                reason=row.reason,
                candidates=[
                    Candidate(uscc=USCC(uscc), name=name, similarity=similarity)
                    for uscc, name, similarity in row.candidates
                ],
                raw=strawberry.scalars.JSON(row.raw),
            )
            for row in page.rows
        ]
        cursors = [encode_cursor(start + n) for n in range(1, len(nodes) + 1)]
        more = start + len(nodes) < page.total
        cut = Slice(nodes, cursors, more, start > 0, page.total)
        status = CompletenessStatus.COMPLETE
        if not page.reconciled:
            status = CompletenessStatus.UNAVAILABLE
        return Listed(cut, partial(Completeness, status=status, sources=[]))

    async def _one(
        self,
        whose: tuple[str, RecordType],
        tying: Tying,
        keep: Callable[[CreditRecord], Kept | None],
        found: "_Found[Kept]",
    ) -> tuple["_Found[Kept]", Answer]:
        """Read one department, when its turn comes."""
        code, record_type = whose
        async with self._turns:
            started = perf_counter()
            outcome, reason = SourceOutcome.LIVE, None
            try:
                async with asyncio.timeout(self._deadline):
                    async for page in list_all(self._adapters[code], record_type):
                        found.take(page, await tying.tie_page(code, page), keep)
            except TimeoutError:
                outcome = SourceOutcome.TIMED_OUT
                reason = f"{self._deadline:g} 秒内未列完 (did not list all in time)"
            except SourceError as error:
                outcome, reason = outcome_of(error), error.reason
        if found.unread and reason is None:
            reason = f"{found.unread} 条记录无法读取，已搁置 (could not be read)"
        answer = Answer(
            code,
            outcome,
            (),
            found.newest,
            round((perf_counter() - started) * 1000, 3),
            reason,
            complete=reason is None,
            given=found.given() if outcome is SourceOutcome.LIVE else None,
        )
        return found if outcome is SourceOutcome.LIVE else _Found(lost=True), answer


@dataclass(slots=True)
class _Found(Generic[Kept]):
    """What one department listed, page by page."""

    public: bool = False
    """Whether it is told only how new that is which may be shown."""
    digests: list[str] | None = None
    """Of all records, where they are to be signed."""
    records: int = 0
    about: set[str] = field(default_factory=set)
    """Of whom something is kept."""
    once: dict[object, Sequence[tuple[object, Kept]]] = field(default_factory=dict)
    """What is kept of each record, with the fact that it tells."""
    newest: datetime | None = None
    unread: int = 0
    doubtful: set[str] = field(default_factory=set)
    """About whom it may hold more than was read."""
    lost: bool = False
    """Whether that may be anybody."""

    @property
    def pairs(self) -> Iterator[tuple[object, Kept]]:
        return chain.from_iterable(self.once.values())

    def given(self) -> Given:
        """Say what it listed, for who records and signs it."""
        digests = self.digests
        digest = None if digests is None else hash_of_records(digests)
        return Given(self.records, self.about, digest)

    def take(
        self, page: Page, tied: Tied, keep: Callable[[CreditRecord], Kept | None]
    ) -> None:
        for record, shown in zip(page.records, tied.shown, strict=True):
            told = []
            for one in shown:
                if (kept := keep(one)) is not None:
                    told.append((told_as(one), kept))
                    self.about.add(one.enterprise.uscc)
            same = record.subjects, record.identity
            if told:
                self.once[same] = told
            else:  # the limit tells nothing of what is not shown
                self.once.pop(same, None)
            if shown or not self.public:
                self.newest = max(self.newest or record.as_of, record.as_of)
        self.records += len(page.records)
        if self.digests is not None:
            self.digests += [record.digest for record in page.records]
        self.unread += len(page.set_aside)
        self.doubtful |= tied.perhaps
        self.lost |= not all(one.subjects for one in page.set_aside)
        _refuse_too_many(self.once)


def _refuse_too_many(found: Sized) -> None:
    if len(found) > MOST_RECORDS:
        raise LimitExceeded(
            f"记录超过 {MOST_RECORDS} 条，请用导出 (too many records for one answer)"
        )
