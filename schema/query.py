"""The root of the graph.

A Listed stands for a Connection: it answers the same fields.
"""

import asyncio
from datetime import date, datetime
from typing import Annotated, Any

import strawberry

from schema.audit import AuditEntry, AuditQuery
from schema.catalogue import RecordTypeInfo
from schema.connections import Connection
from schema.declaration import resolved
from schema.departments import Department
from schema.enterprise import Enterprise
from schema.errors import AmbiguousName, BadInput
from schema.filters import (
    EnterpriseDimension,
    EnterpriseFilter,
    EnterpriseOrder,
    RecordDimension,
    RecordFilter,
    RecordOrder,
    page_size,
    unique_codes,
)
from schema.findings import CreditCheck, UnresolvedRecord
from schema.record_type import RecordType
from schema.records.record import CreditRecord
from schema.scalars import USCC, RegionCode
from schema.services import Info
from schema.statistics import RecordStatistics, StatisticsGroup
from schema.subgraph import Entity, Representation, Service, entities_of, subgraph_sdl
from schema.subscription import RecordChangeConnection
from schema.viewer import Viewer
from schema.visibility import Visibility

GOVERNMENT = Visibility.GOVERNMENT


@strawberry.type(name="RecordConnection", description="各企业的同类记录")
class RecordConnection(Connection[CreditRecord]):
    """A page of records of all enterprises."""


@strawberry.type(description="可以查询的内容")
class Query:
    """What can be asked."""

    @resolved("按统一社会信用代码、注册号或名称查一家企业")
    async def enterprise(
        self,
        info: Info,
        uscc: USCC | None = None,
        registration_number: str | None = None,
        name: str | None = None,
        as_of: datetime | None = None,
    ) -> Enterprise | None:
        """Find one enterprise by exactly one key; null when nobody has it."""
        given = {"uscc": uscc, "registrationNumber": registration_number, "name": name}
        keys = [argument for argument, value in given.items() if value is not None]
        if len(keys) != 1:
            reason = "应恰好给出其中一个 (give exactly one of them)"
            raise BadInput(", ".join(keys or given), reason)
        if uscc is not None:
            return await info.context.enterprise_by_uscc(uscc, as_of)
        if registration_number is not None:
            number = registration_number.strip()
            found = await info.context.enterprises_by_number(number, as_of)
            return _only("registrationNumber", number, list(found))
        wanted = (name or "").strip()
        found = await info.context.enterprises_by_name(wanted, as_of)
        return _only("name", wanted, list(found))

    @resolved("筛选企业", GOVERNMENT)
    async def enterprises(
        self,
        info: Info,
        where: EnterpriseFilter | None = None,
        order_by: list[EnterpriseOrder] | None = None,
        first: int | None = 20,
        after: str | None = None,
        as_of: datetime | None = None,
    ) -> Connection[Enterprise]:
        """Filter enterprises by what the core and the departments hold."""
        return await info.context.find(  # type: ignore[return-value]
            where, order_by or [], page_size(first), after, as_of
        )

    @resolved("按名称、曾用名、代码搜索企业")
    async def search(
        self,
        info: Info,
        text: str,
        region: RegionCode | None = None,
        first: int | None = 10,
        after: str | None = None,
    ) -> Connection[Enterprise]:
        """Search enterprises, the best hit first."""
        return await info.context.search(  # type: ignore[return-value]
            text, region, page_size(first, 10), after
        )

    @resolved("企业统计", GOVERNMENT)
    async def enterprise_statistics(
        self,
        info: Info,
        group_by: list[EnterpriseDimension],
        where: EnterpriseFilter | None = None,
    ) -> list[StatisticsGroup]:
        """Count enterprises by dimensions."""
        if not group_by:
            raise BadInput("groupBy", "至少一个维度 (at least one dimension)")
        return list(await info.context.statistics(where, group_by))

    @resolved("记录统计", GOVERNMENT)
    async def record_statistics(
        self,
        info: Info,
        record_type: RecordType,
        group_by: list[RecordDimension],
        where: EnterpriseFilter | None = None,
        from_: Annotated[date | None, strawberry.argument(name="from")] = None,
        to: date | None = None,
    ) -> RecordStatistics:
        """Count records of all enterprises by dimensions."""
        if not group_by:
            raise BadInput("groupBy", "至少一个维度 (at least one dimension)")
        return await info.context.record_statistics(
            record_type, where, (from_, to), group_by
        )

    @resolved("各企业的同类记录，例如被冻结的股权")
    async def records(  # noqa: PLR0913, PLR0917 - the arguments of the contract
        self,
        info: Info,
        record_type: RecordType,
        where: RecordFilter | None = None,
        enterprises: EnterpriseFilter | None = None,
        order_by: RecordOrder | None = RecordOrder.OCCURRED_DESC,
        first: int | None = 20,
        after: str | None = None,
    ) -> RecordConnection:
        """List records of all enterprises in one order."""
        page = (page_size(first), after)
        return await info.context.records(  # type: ignore[return-value]
            record_type,
            where,
            enterprises,
            order_by or RecordOrder.OCCURRED_DESC,
            page,
        )

    @resolved("某一游标或时刻以来的记录变更，供离线的客户端补齐", GOVERNMENT)
    async def changes_since(
        self,
        info: Info,
        cursor: str | None = None,
        since: datetime | None = None,
        record_types: list[RecordType] | None = None,
        departments: list[strawberry.ID] | None = None,
        first: int | None = 100,
    ) -> RecordChangeConnection:
        """Give what changed, so that who was offline misses nothing."""
        if cursor is not None and since is not None:
            reason = "游标与时刻只能给出一个 (give only one of them)"
            raise BadInput("cursor, since", reason)
        return await info.context.changes_since(
            (cursor, since), record_types, departments, page_size(first, 100)
        )

    @resolved("无法匹配到唯一企业的记录", GOVERNMENT)
    async def unresolved_records(
        self,
        info: Info,
        department: strawberry.ID | None = None,
        first: int | None = 20,
        after: str | None = None,
    ) -> Connection[UnresolvedRecord]:
        """List what fits no single enterprise, with reason and candidates."""
        if department is not None:
            await _department(info, department, "department")
        return await info.context.unresolved(  # type: ignore[return-value]
            department, page_size(first), after
        )

    @resolved("批量核查，一次至多 1,000 家", GOVERNMENT)
    async def check(
        self, info: Info, usccs: list[USCC], purpose: str
    ) -> list[CreditCheck]:
        """Check many enterprises for a purpose."""
        if not purpose.strip():
            raise BadInput("purpose", "须说明核查用途 (say what the check is for)")
        codes = unique_codes("usccs", usccs)
        return list(await info.context.checks(codes, purpose.strip()))

    @resolved("全部部门")
    async def departments(self, info: Info) -> list[Department]:
        """List all contributors."""
        return list(await info.context.departments())

    @resolved("一个部门")
    async def department(self, info: Info, code: strawberry.ID) -> Department | None:
        """Find one contributor by code; null when nobody has it."""
        found = await info.context.departments()
        return next((one for one in found if one.code == code), None)

    @resolved("记录类型目录")
    async def catalogue(self, info: Info) -> list[RecordTypeInfo]:
        """List every record type with its fields and who contributes."""
        return list(await info.context.catalogue())

    @resolved("审计记录，由近及远；只供审计人员", GOVERNMENT)
    async def audit_trail(  # noqa: PLR0913, PLR0917 - the arguments of the contract
        self,
        info: Info,
        first: int | None = 20,
        after: str | None = None,
        from_: Annotated[datetime | None, strawberry.argument(name="from")] = None,
        to: datetime | None = None,
        department: strawberry.ID | None = None,
        uscc: USCC | None = None,
        subject: str | None = None,
    ) -> Connection[AuditEntry]:
        """List who looked at what, newest first, of a time that ends before `to`."""
        wanted = AuditQuery(from_, to, department, uscc, subject)
        return await info.context.audit_trail(  # type: ignore[return-value]
            wanted, page_size(first), after
        )

    @resolved("作为子图的说明（Apollo Federation 2）", GOVERNMENT, "_service")
    async def service(self, info: Info) -> Service:
        """Give the schema that is asked, with the directives of Federation."""
        asked: Any = info.schema  # the engine's info has graphql-core's schema
        return Service(sdl=await asyncio.to_thread(subgraph_sdl, asked))

    @resolved("其他图所知的实体", GOVERNMENT, "_entities")
    async def entities(
        self, info: Info, representations: list[Representation]
    ) -> list[Entity | None]:
        """Find entities by key, in the order asked; unknown ones are null."""
        return await entities_of(info.context, representations)

    @resolved("当前用户", GOVERNMENT)
    def viewer(self, info: Info) -> Viewer:
        """Say who asks, and what is withheld from him."""
        return info.context.viewer()


def _only(argument: str, key: str, found: list[Enterprise]) -> Enterprise | None:
    if len(found) > 1 and argument == "name":
        raise AmbiguousName(key, [(one.uscc, one.name) for one in found])
    if len(found) > 1:
        raise BadInput(argument, f"{key} 对应 {len(found)} 家企业 (not unique)")
    return found[0] if found else None


async def _department(info: Info, code: str, argument: str) -> Department:
    for one in await info.context.departments():
        if one.code == code:
            return one
    raise BadInput(argument, f"没有部门 {code} (no such department)")
