"""What one request can ask; single parents are collected into sets."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from math import inf
from typing import Any

from gateway.access.policy import PermittedRecords
from gateway.conditions import find_across
from gateway.enterprises import enterprise_of
from gateway.loading.answers import Note
from gateway.loading.records import Departments, Heard, Moment
from gateway.loading.selecting import matches, ordered, page_of, selected
from gateway.loading.sets import SetLoader
from gateway.loading.shaping import ARCHIVED
from gateway.province import ANYTHING, Asked, Parts, ProvinceQuestions
from gateway.settings import REGISTER, SHANGHAI
from gateway.supervision.checks import AGAINST, findings
from gateway.supervision.conflicts import conflicts
from gateway.supervision.discipline import CAUSES, restrictions
from schema.connections import Listed, Slice, slice_of
from schema.departments import (
    Completeness,
    CompletenessStatus,
    SourceOutcome,
    SourceReport,
)
from schema.enterprise import Enterprise
from schema.errors import BadInput, RequestError
from schema.filters import (
    ArchiveQuery,
    EnterpriseDimension,
    EnterpriseFilter,
    EnterpriseOrder,
    RecordFilter,
    RecordQuery,
    refuse_has,
    refuse_nested,
)
from schema.findings import Conflict, CreditCheck, Restriction
from schema.record_type import RecordType
from schema.records.record import CreditRecord
from schema.registration import Registration
from schema.scalars import USCC
from schema.statistics import StatisticsGroup

LARGEST_SET = 1_000
"""Enterprises of one set at the most."""
_Key = tuple[str, date | None]
"""An enterprise of one request: its code, and the day as of which it is asked for."""


class RequestQuestions(ProvinceQuestions):
    """The context of one request; implements `schema.services.Questions`."""

    def __init__(
        self,
        parts: Parts,
        moment: Moment,
        seconds: float = inf,
        asked: Asked = ANYTHING,
    ) -> None:
        """Answer as of `moment`, without those who don't answer in `seconds`.

        `asked` says what may be seen, and what goes on to the departments.
        """
        note = Note(seconds, stated=asked.stated)
        super().__init__(parts, moment, note, asked)
        self._records = PermittedRecords(parts.records, asked.decisions)
        self._sets: dict[object, SetLoader[Any, Any]] = {}
        self._known: dict[_Key, Enterprise] = {}

    # ---- enterprises ---------------------------------------------------------

    async def enterprise_by_uscc(
        self, uscc: str, as_of: datetime | None
    ) -> Enterprise | None:
        """Find one by code, together with the others that this request asks for."""
        await self._require_ready()

        async def load(usccs: Sequence[str]) -> Sequence[Registration | None]:
            found = await self._parts.core.by_uscc(usccs, as_of)
            return [found.get(code) for code in usccs]

        (found,) = await self._collecting(("enterprise", as_of)).load([uscc], load)
        return None if found is None else self._shape(found, as_of)

    async def enterprises_by_number(
        self, number: str, as_of: datetime | None
    ) -> Sequence[Enterprise]:
        """Find by old registration number."""
        await self._require_ready()
        found = await self._parts.core.by_registration_number([number], as_of)
        return [self._shape(one, as_of) for one in found.get(number, ())]

    async def enterprises_by_name(
        self, name: str, as_of: datetime | None
    ) -> Sequence[Enterprise]:
        """Find by name or former name."""
        await self._require_ready()
        found = await self._parts.core.by_name([name], as_of)
        return [self._shape(one, as_of) for one in found.get(name, ())]

    async def find(
        self,
        where: EnterpriseFilter | None,
        order_by: Sequence[EnterpriseOrder],
        first: int,
        after: str | None,
        as_of: datetime | None,
    ) -> Listed[Enterprise]:
        """Filter enterprises, across departments too."""
        await self._require_ready()
        refuse_nested(where)
        if where is not None and where.has and as_of is None:
            return await find_across(self, self._parts, where, order_by, (first, after))
        page = await self._parts.core.find(where, order_by, first, after, as_of)
        return self._enterprises(page)

    async def search(
        self, text: str, region: str | None, first: int, after: str | None
    ) -> Listed[Enterprise]:
        """Search names and codes."""
        await self._require_ready()
        if not text.strip():
            raise BadInput("text", "请输入名称或代码 (a name or code is needed)")
        page = await self._parts.core.search(text.strip(), region, first, after)
        return self._enterprises(page)

    async def statistics(
        self, where: EnterpriseFilter | None, group_by: Sequence[EnterpriseDimension]
    ) -> Sequence[StatisticsGroup]:
        """Count enterprises."""
        await self._require_ready()
        refuse_has(
            where,
            "where",
            "统计无法说明谁未答复，请用 enterprises 的 totalCount "
            "(counts can't tell who did not answer; take totalCount of enterprises)",
        )
        return await self._parts.core.statistics(where, group_by)

    # ---- records of an enterprise --------------------------------------------

    async def records_of(
        self,
        enterprises: Sequence[Enterprise],
        record_type: RecordType,
        query: RecordQuery,
    ) -> Sequence[Listed[CreditRecord] | Exception]:
        """List each enterprise's records of one type."""
        where, years = query.where, query.years

        def listed(enterprise: Enterprise, heard: Heard) -> Listed[CreditRecord]:
            records = heard.records
            if where is not None:
                day = self._day(enterprise)
                records = selected(records, where, day)
            if years is not None:
                records = [one for one in records if getattr(one, "year", 0) in years]
            return self._page(records, query.first, query.after, heard)

        heard = await self.heard(enterprises, record_type, self._chosen(where))
        return _each(listed, enterprises, heard)

    async def archive_of(
        self, enterprises: Sequence[Enterprise], query: ArchiveQuery
    ) -> Sequence[Listed[CreditRecord] | Exception]:
        """List all of each enterprise's records, newest first."""
        period = RecordFilter(from_=query.from_, to=query.to)

        def listed(enterprise: Enterprise, heard: Heard) -> Listed[CreditRecord]:
            day = self._day(enterprise)
            records = [one for one in heard.records if matches(one, period, day)]
            return self._page(records, query.first, query.after, heard)

        kinds = self._visible(query.record_types or self._archived())
        heard = await self._heard_all(enterprises, kinds, "Enterprise.archive")
        return _each(listed, enterprises, heard)

    async def restrictions_of(
        self, enterprises: Sequence[Enterprise], first: int, after: str | None
    ) -> Sequence[Listed[Restriction] | Exception]:
        """List the restrictions in force for each."""

        def listed(enterprise: Enterprise, heard: Heard) -> Listed[Restriction]:
            found = list(
                restrictions(
                    ordered(heard.records),
                    self._day(enterprise),
                    self._parts.records.department,
                    self._parts.directory.codes(),
                )
            )
            keys = [f"{one.cause.id}:{one.kind}" for one in found]
            return self._listed(found, keys, (first, after), heard)

        heard = await self._heard_all(
            enterprises, self._visible(CAUSES), "Enterprise.restrictions"
        )
        return _each(listed, enterprises, heard)

    async def conflicts_of(
        self, enterprises: Sequence[Enterprise], first: int, after: str | None
    ) -> Sequence[Listed[Conflict] | Exception]:
        """List each one's commendations beside penalties of others."""

        def listed(enterprise: Enterprise, heard: Heard) -> Listed[Conflict]:
            found = list(conflicts(ordered(heard.records), self._day(enterprise)))
            keys = [f"{one.commendation.id}:{one.penalty.id}" for one in found]
            return self._listed(found, keys, (first, after), heard)

        kinds = (RecordType.COMMENDATION, RecordType.PENALTY)
        heard = await self._heard_all(enterprises, kinds, "Enterprise.conflicts")
        return _each(listed, enterprises, heard)

    async def checks(self, usccs: Sequence[str], purpose: str) -> Sequence[CreditCheck]:
        """Check many enterprises at once; nobody unknown is ever called clear.

        The departments hear of this purpose, whatever else the request states.
        """
        await self._require_ready()
        note = self._note.stating(purpose)
        self._note.decided = purpose
        found = await self._parts.core.by_uscc(usccs)
        people = [self._shape(found[uscc]) for uscc in usccs if uscc in found]
        heard = await self._records.hear_all(
            self._visible(AGAINST), people, self._moment, note
        )
        self._note.unasked += note.unasked
        about = {
            one.uscc: self._check(one, each)
            for one, each in zip(people, heard, strict=True)
        }
        self._note.unasked += sum(uscc not in found for uscc in usccs)
        return [about.get(USCC(uscc)) or _unknown(uscc) for uscc in usccs]

    async def heard(
        self,
        enterprises: Sequence[Enterprise],
        record_type: RecordType,
        departments: Departments = None,
    ) -> Sequence[Heard]:
        """Hear about each, in one set with others that this request asks about."""

        async def load(keys: Sequence[_Key]) -> Sequence[Heard]:
            people = [self._known[key] for key in keys]
            return await self._records.hear(
                record_type, people, departments, self._moment, self._note
            )

        sets = self._collecting((record_type, departments))
        return await sets.load([self._key(one) for one in enterprises], load)

    # ---- inside --------------------------------------------------------------

    async def _heard_all(
        self, enterprises: Sequence[Enterprise], kinds: Sequence[RecordType], of: str
    ) -> Sequence[Heard]:
        """Hear all about each, for a list of theirs."""

        async def load(keys: Sequence[_Key]) -> Sequence[Heard]:
            people = [self._known[key] for key in keys]
            return await self._records.hear_all(
                kinds, people, self._moment, self._note, of=of
            )

        sets = self._collecting((of, tuple(kinds)))
        return await sets.load([self._key(one) for one in enterprises], load)

    def _collecting(self, name: object) -> SetLoader[Any, Any]:
        if name not in self._sets:
            self._sets[name] = SetLoader(LARGEST_SET)
        return self._sets[name]

    def _page(
        self,
        records: Sequence[CreditRecord],
        first: int,
        after: str | None,
        heard: Heard,
    ) -> Listed[CreditRecord]:
        page = page_of(ordered(records), first, after, known=heard.complete)
        return Listed(page, partial(self._parts.records.completeness, heard, records))

    def _key(self, enterprise: Enterprise) -> _Key:
        key = (enterprise.uscc, enterprise.as_of)
        self._known.setdefault(key, enterprise)
        return key

    def _day(self, enterprise: Enterprise) -> date:
        return enterprise.as_of or self.today

    def _shape(
        self, registration: Registration, as_of: datetime | None = None
    ) -> Enterprise:
        self._note.enterprises.add(registration.uscc)
        day = None if as_of is None else as_of.astimezone(SHANGHAI).date()
        records, audience = self._parts.records, self._parts.audience
        seal = records.seal_for(audience)
        return enterprise_of(registration, records.department, day, seal)

    def shape(self, registrations: Sequence[Registration]) -> list[Enterprise]:
        """Give registrations the shape of the schema."""
        return [self._shape(one) for one in registrations]

    def _enterprises(self, page: Slice[Registration]) -> Listed[Enterprise]:
        people = self.shape(page.items)
        cut = Slice(people, page.cursors, page.has_next, page.has_previous, page.total)
        return Listed(cut, self.core_completeness)

    def core_completeness(self) -> Completeness:
        """Say that the core answered, which holds all registrations."""
        register = self._parts.records.department(REGISTER)
        report = SourceReport(
            department=register,
            outcome=SourceOutcome.MATERIALIZED,
            as_of=self._parts.core.as_of.get(RecordType.REGISTRATION),
            records=None,
            latency_ms=None,
            reason=None,
        )
        return Completeness(status=CompletenessStatus.COMPLETE, sources=[report])

    def _listed(
        self,
        found: Sequence[Any],
        keys: Sequence[str],
        page: tuple[int, str | None],
        heard: Heard,
    ) -> Listed[Any]:
        items, cursors, more, before = slice_of(found, keys, *page)
        total = len(found) if heard.complete else None
        cut = Slice(items, cursors, more, before, total)
        return Listed(cut, partial(self._parts.records.completeness, heard))

    def _check(self, enterprise: Enterprise, heard: Heard) -> CreditCheck:
        against = findings(ordered(heard.records), self.today)
        return CreditCheck(
            uscc=enterprise.uscc,
            found=True,
            enterprise=enterprise,
            clear=False if against else True if heard.complete else None,
            findings=against,
            completeness=self._parts.records.completeness(heard),
        )

    def _archived(self) -> Sequence[RecordType]:
        """Give what stands in an archive, what modules bring among it."""
        return [*ARCHIVED, *filter(_is_brought, self._parts.directory.records)]

    def _visible(self, kinds: Sequence[RecordType]) -> tuple[RecordType, ...]:
        return tuple(
            kind
            for kind in kinds
            if self._parts.directory.shows(kind, self._parts.audience)
        )


def _is_brought(record_type: RecordType) -> bool:
    return record_type.brought


def _each(
    make: Callable[[Enterprise, Heard], Listed[Any]],
    enterprises: Sequence[Enterprise],
    heard: Sequence[Heard],
) -> Sequence[Listed[Any] | Exception]:
    """Make a list for each enterprise; what is wrong with one is its own."""
    made: list[Listed[Any] | Exception] = []
    for enterprise, one in zip(enterprises, heard, strict=True):
        try:
            made.append(make(enterprise, one))
        except RequestError as error:
            made.append(error)
    return made


def _unknown(uscc: str) -> CreditCheck:
    """Say that nobody knows an enterprise, which is never called clear."""
    nothing = Completeness(status=CompletenessStatus.UNAVAILABLE, sources=[])
    return CreditCheck(
        uscc=USCC(uscc),
        found=False,
        enterprise=None,
        clear=None,
        findings=[],
        completeness=nothing,
    )
