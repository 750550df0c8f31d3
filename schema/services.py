"""What resolvers call; the gateway implements it. Always many in, many out."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

import strawberry

from schema.audit import AuditEntry, AuditQuery
from schema.catalogue import RecordTypeInfo
from schema.connections import Listed, Slice
from schema.departments import Department
from schema.filters import (
    ArchiveQuery,
    EnterpriseDimension,
    EnterpriseFilter,
    EnterpriseOrder,
    RecordDimension,
    RecordFilter,
    RecordOrder,
    RecordQuery,
)
from schema.findings import Conflict, CreditCheck, Restriction, UnresolvedRecord
from schema.record_type import RecordType
from schema.records.record import CreditRecord
from schema.registration import Registration
from schema.statistics import RecordStatistics, StatisticsGroup
from schema.viewer import Viewer

if TYPE_CHECKING:
    from schema.enterprise import Enterprise
    from schema.subscription import RecordChange, RecordChangeConnection


class Enterprises(Protocol):
    """The core."""

    as_of: Mapping[RecordType, datetime]
    """How fresh each kind of its data was when last looked at."""

    async def freshness(self) -> Mapping[RecordType, datetime]:
        """Say how fresh each kind of data is; absent: never read to its end."""

    async def by_uscc(
        self, usccs: Sequence[str], as_of: datetime | None = None
    ) -> Mapping[str, Registration]:
        """Give those that exist, by code."""

    async def by_registration_number(
        self, numbers: Sequence[str], as_of: datetime | None = None
    ) -> Mapping[str, Sequence[Registration]]:
        """Give who bears each number."""

    async def by_name(
        self, names: Sequence[str], as_of: datetime | None = None
    ) -> Mapping[str, Sequence[Registration]]:
        """Give who bears each name, else who bore it, after normalising."""

    async def find(
        self,
        where: EnterpriseFilter | None,
        order_by: Sequence[EnterpriseOrder],
        first: int,
        after: str | None,
        as_of: datetime | None = None,
    ) -> Slice[Registration]:
        """Give one page of those that a filter without `has` lets through."""

    async def search(
        self, text: str, region: str | None, first: int, after: str | None
    ) -> Slice[Registration]:
        """Give one page of hits by name, former name or code, the best first."""

    async def statistics(
        self,
        where: EnterpriseFilter | None,
        group_by: Sequence[EnterpriseDimension],
    ) -> Sequence[StatisticsGroup]:
        """Count enterprises by dimensions."""


class Questions(Protocol):
    """What one request can ask; single parents are collected into sets."""

    @property
    def today(self) -> date:
        """The calendar day in Qinghai."""

    async def enterprise_by_uscc(
        self, uscc: str, as_of: datetime | None
    ) -> Enterprise | None:
        """Find one by code."""

    async def enterprises_by_number(
        self, number: str, as_of: datetime | None
    ) -> Sequence[Enterprise]:
        """Find by old registration number."""

    async def enterprises_by_name(
        self, name: str, as_of: datetime | None
    ) -> Sequence[Enterprise]:
        """Find by name or former name."""

    async def find(
        self,
        where: EnterpriseFilter | None,
        order_by: Sequence[EnterpriseOrder],
        first: int,
        after: str | None,
        as_of: datetime | None,
    ) -> Listed[Enterprise]:
        """Filter enterprises, across departments too."""

    async def search(
        self, text: str, region: str | None, first: int, after: str | None
    ) -> Listed[Enterprise]:
        """Search names and codes."""

    async def statistics(
        self, where: EnterpriseFilter | None, group_by: Sequence[EnterpriseDimension]
    ) -> Sequence[StatisticsGroup]:
        """Count enterprises."""

    async def records_of(
        self,
        enterprises: Sequence[Enterprise],
        record_type: RecordType,
        query: RecordQuery,
    ) -> Sequence[Listed[CreditRecord] | Exception]:
        """List each enterprise's records of one type, or say what was wrong."""

    async def archive_of(
        self, enterprises: Sequence[Enterprise], query: ArchiveQuery
    ) -> Sequence[Listed[CreditRecord] | Exception]:
        """List all of each enterprise's records, newest first."""

    async def restrictions_of(
        self, enterprises: Sequence[Enterprise], first: int, after: str | None
    ) -> Sequence[Listed[Restriction] | Exception]:
        """List the restrictions in force for each."""

    async def conflicts_of(
        self, enterprises: Sequence[Enterprise], first: int, after: str | None
    ) -> Sequence[Listed[Conflict] | Exception]:
        """List each one's commendations beside penalties of others."""

    async def checks(self, usccs: Sequence[str], purpose: str) -> Sequence[CreditCheck]:
        """Check many enterprises at once."""

    async def records(
        self,
        record_type: RecordType,
        where: RecordFilter | None,
        enterprises: EnterpriseFilter | None,
        order_by: RecordOrder,
        page: tuple[int, str | None],
    ) -> Listed[CreditRecord]:
        """List records of all enterprises."""

    async def record_statistics(
        self,
        record_type: RecordType,
        where: EnterpriseFilter | None,
        period: tuple[date | None, date | None],
        group_by: Sequence[RecordDimension],
    ) -> RecordStatistics:
        """Count records of all enterprises."""

    async def unresolved(
        self, department: str | None, first: int, after: str | None
    ) -> Listed[UnresolvedRecord]:
        """List what fits no single enterprise."""

    def record_changes(
        self,
        record_types: Sequence[RecordType] | None,
        departments: Sequence[str] | None,
        region: str | None,
    ) -> AsyncGenerator[RecordChange, None]:
        """Tell of changes from now on; must be closed."""

    async def changes_since(
        self,
        place: tuple[str | None, datetime | None],
        record_types: Sequence[RecordType] | None,
        departments: Sequence[str] | None,
        first: int,
    ) -> RecordChangeConnection:
        """Give a page of the changes since a cursor, a moment, or all that is kept."""

    async def audit_trail(
        self, wanted: AuditQuery, first: int, after: str | None
    ) -> Listed[AuditEntry]:
        """List who looked at what, newest first."""

    def viewer(self) -> Viewer:
        """Say who asks."""

    async def departments(self) -> Sequence[Department]:
        """List all contributors."""

    async def catalogue(self) -> Sequence[RecordTypeInfo]:
        """List all record types of this schema."""


Info = strawberry.Info[Questions, None]
