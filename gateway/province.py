"""Questions about all enterprises at once: whole departments, and the departments."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from adapters.contract import UNSTATED, Stated
from gateway.access.audit.shaping import audit_trail
from gateway.access.policy import ALLOWED, Decisions
from gateway.access.viewer import ANYBODY, Viewer
from gateway.counting import Countable, Frame, countable, framed, grouped
from gateway.directory import Directory
from gateway.everything import Everything, Read
from gateway.feed import Feed, Wanted
from gateway.loading.answers import Answer, Given, Note, SourceCall
from gateway.loading.presences import Presences
from gateway.loading.records import Departments, Moment, Records
from gateway.loading.selecting import asks_for_end, matches, ordered, page_of
from gateway.quarantine import Contributed, Quarantine
from schema import viewer as shown
from schema.audit import AuditEntry, AuditQuery
from schema.catalogue import RecordTypeInfo
from schema.connections import Listed
from schema.departments import (
    Completeness,
    CompletenessStatus,
    Contribution,
    Department,
    SourceOutcome,
)
from schema.errors import NotReady
from schema.filters import (
    EnterpriseFilter,
    RecordDimension,
    RecordFilter,
    RecordOrder,
    refuse_has,
)
from schema.findings import UnresolvedRecord
from schema.record_type import RecordType
from schema.records.record import CreditRecord
from schema.renewal import Renewals, term_of
from schema.services import Enterprises
from schema.statistics import RecordStatistics
from schema.subscription import RecordChange, RecordChangeConnection
from schema.visibility import Audience

_NOT_HERE = "此处不支持跨部门条件 (no conditions across departments here)"


@dataclass(frozen=True, slots=True)
class Parts:
    """What all requests on one endpoint share."""

    audience: Audience
    core: Enterprises
    records: Records
    directory: Directory
    everything: Everything
    quarantine: Quarantine
    most_candidates: int
    feed: Feed
    audit: Path
    """Directory of the audit log."""
    presences: Presences | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """By whom a request is made: what he may see, and what he stated."""

    decisions: Decisions = ALLOWED
    stated: Stated = UNSTATED
    viewer: Viewer = ANYBODY


ANYTHING: Final = Asked()


class ProvinceQuestions:
    """What one request can ask about everybody."""

    def __init__(self, parts: Parts, moment: Moment, note: Note, asked: Asked) -> None:
        """Answer as of `moment`, as far as who asks may see.

        `note` goes with all questions to departments.
        """
        self._parts = parts
        self._decisions = asked.decisions
        self._viewer = asked.viewer
        self._moment = moment
        self._note = note

    @property
    def today(self) -> date:
        """The calendar day in Qinghai."""
        return self._moment.today

    @property
    def moment(self) -> Moment:
        """When this is answered."""
        return self._moment

    @property
    def decisions(self) -> Decisions:
        """What who asks may see."""
        return self._decisions

    @property
    def note(self) -> Note:
        """What this request heard of departments."""
        return self._note

    @property
    def signing(self) -> bool:
        """Whether what this request hears will be signed."""
        return self._note.signing

    def viewer(self) -> shown.Viewer:
        """Say who asks, and what is withheld from him."""
        viewer, decisions = self._viewer, self._decisions
        return shown.Viewer(
            roles=[viewer.role.name],
            audience=self._parts.audience.name,
            department=viewer.department,
            region=viewer.region,
            uscc=viewer.uscc,
            policy=decisions.version,
            denials=[
                shown.Denial(
                    what=what,
                    rule=access.forbidden.rule,
                    reason=access.forbidden.reason,
                    in_part=bool(access.scopes),
                )
                for what, access in decisions.things()
            ],
        )

    async def audit_trail(
        self, wanted: AuditQuery, first: int, after: str | None
    ) -> Listed[AuditEntry]:
        """List who looked at what, the newest first."""
        listed = await audit_trail(self._parts.audit, wanted, first, after)
        known = self._parts.directory.records
        for entry in listed.nodes:  # of a module that was taken out, the log tells
            entry.sources = [one for one in entry.sources if one.record_type in known]
        return listed

    def listed(self, record_type: RecordType, answers: Sequence[Answer]) -> None:
        """Hear of a listing of whole departments; what follows has its own time."""
        self._note.listed(record_type, answers)
        self._note.renew()

    def ruled_out(self, record_type: RecordType, answers: Sequence[Answer]) -> None:
        """Hear of departments that presence was looked up for."""
        for one in answers:
            self._note(SourceCall(one.department, record_type, (one,), 0, 0.0))

    async def records(
        self,
        record_type: RecordType,
        where: RecordFilter | None,
        enterprises: EnterpriseFilter | None,
        order_by: RecordOrder,
        page: tuple[int, str | None],
    ) -> Listed[CreditRecord]:
        """List records of all enterprises."""
        await self._require_ready()
        refuse_has(enterprises, "enterprises", _NOT_HERE)
        renewals, ends = Renewals(self.today), asks_for_end(where)

        def keep(record: CreditRecord) -> CreditRecord | None:
            if ends:
                renewals.note(record)
            wanted = where is None or matches(record, where, self.today)
            return record if wanted else None

        read = await self._parts.everything.read(
            record_type,
            self._chosen(where),
            enterprises,
            self._moment,
            keep,
            self._decisions,
            signing=self._note.signing,
        )
        self.listed(record_type, read.answers)
        found = [one for one in read if not (ends and renewals.outlast(term_of(one)))]
        cut = page_of(ordered(found, order_by), *page, known=read.complete)
        return Listed(cut, partial(self._completeness, read))

    async def record_statistics(
        self,
        record_type: RecordType,
        where: EnterpriseFilter | None,
        period: tuple[date | None, date | None],
        group_by: Sequence[RecordDimension],
    ) -> RecordStatistics:
        """Count records of all enterprises."""
        await self._require_ready()
        refuse_has(where, "where", _NOT_HERE)
        wanted = RecordFilter(from_=period[0], to=period[1])

        def keep(record: CreditRecord) -> Countable | None:
            counts = matches(record, wanted, self.today)
            return countable(record, group_by) if counts else None

        read = await self._parts.everything.read(
            record_type,
            None,
            where,
            self._moment,
            keep,
            self._decisions,
            signing=self._note.signing,
        )
        self.listed(record_type, read.answers)
        declared = self._parts.directory.records[record_type]
        frame = Frame(declared, group_by, period, read.heard, self.today)
        return RecordStatistics(
            groups=framed(list(grouped(read, declared)), frame),
            completeness=self._completeness(read),
        )

    async def unresolved(
        self, department: str | None, first: int, after: str | None
    ) -> Listed[UnresolvedRecord]:
        """List what fits no single enterprise."""
        listed = await self._parts.everything.unresolved(
            department, first, after, self._parts.records.department
        )
        if listed.heard().status is not CompletenessStatus.COMPLETE:
            self._note.unasked += 1
        return listed

    def record_changes(
        self,
        record_types: Sequence[RecordType] | None,
        departments: Sequence[str] | None,
        region: str | None,
    ) -> AsyncGenerator[RecordChange, None]:
        """Tell of changes from now on."""
        wanted = self._wanted(record_types, departments)
        return self._noted(self._parts.feed.listen(wanted, region))

    async def _noted(
        self, changes: AsyncGenerator[RecordChange, None]
    ) -> AsyncGenerator[RecordChange, None]:
        """Note of each change alone whom it is about, before it is told."""
        async with aclosing(changes):
            async for change in changes:
                self._note.told[:] = [_told_by(change)]
                yield change

    async def changes_since(
        self,
        place: tuple[str | None, datetime | None],
        record_types: Sequence[RecordType] | None,
        departments: Sequence[str] | None,
        first: int,
    ) -> RecordChangeConnection:
        """Give a page of the changes since a cursor, a moment, or all that is kept."""
        wanted = self._wanted(record_types, departments)
        page = await self._parts.feed.since(*place, wanted, first)
        self._note.told += [_told_by(change) for change in page.nodes]
        return page

    def _wanted(
        self,
        record_types: Sequence[RecordType] | None,
        departments: Sequence[str] | None,
    ) -> Wanted:
        """Say which changes are told: of what may be seen of all enterprises."""
        directory, decisions = self._parts.directory, self._decisions
        chosen = directory.choose(departments, predecessors=False)
        kinds = None if record_types is None else frozenset(record_types)
        if decisions.records or decisions.unpublished is not None:
            some = frozenset(directory.codes()) if chosen is None else chosen
            every = frozenset(directory.records) if kinds is None else kinds
            return Wanted(*decisions.changes(every, some))
        return Wanted(kinds, None if chosen is None else frozenset(chosen))

    async def departments(self) -> Sequence[Department]:
        """List all contributors."""
        parts = self._parts
        counted = {
            code: self._told_of(code, one)
            for code, one in (await parts.quarantine.contributions()).items()
        }
        return [
            parts.directory.department(code, parts.audience, counted)
            for code in parts.directory.codes()
        ]

    def _told_of(self, code: str, counted: Contributed) -> Contribution:
        """Count for who may see all that a department holds, or for the public."""
        unpublished = self._decisions.unpublished
        if self._parts.audience is Audience.PUBLIC or (
            unpublished is not None and not unpublished.hears_all(code)
        ):
            return counted.public
        return counted.government

    async def catalogue(self) -> Sequence[RecordTypeInfo]:
        """List all record types of this schema."""
        return self._parts.directory.catalogue(self._parts.audience)

    def _completeness(self, read: Read[Any]) -> Completeness:
        return self._parts.records.completeness_of(read.answers, read.given)

    def _chosen(self, where: RecordFilter | None) -> Departments:
        if where is None:
            return None
        return self._parts.directory.choose(
            where.departments, predecessors=where.include_predecessors
        )

    async def _require_ready(self) -> None:
        freshness = await self._parts.core.freshness()
        self._note.register = freshness.get(RecordType.REGISTRATION)
        if self._note.register is None:
            raise NotReady("基础数据尚未同步 (the core is not filled yet)")


def _told_by(change: RecordChange) -> SourceCall:
    """Say of a change what a question would have told: who said what about whom."""
    code = str(change.department.code)
    told = Answer(code, SourceOutcome.MATERIALIZED, given=Given(1))
    about = {str(change.enterprise.uscc): told}
    return SourceCall(code, change.record_type, about.values(), 0, 0.0)
