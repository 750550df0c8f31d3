"""The enterprise 市场主体, as all departments together know it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import strawberry

from schema.codes.regions import RegionSource
from schema.connections import Batch, Connection
from schema.declaration import batched, fact
from schema.departments import Provenance
from schema.filters import ArchiveQuery, RecordFilter, RecordQuery, page_size
from schema.findings import Conflict, Restriction
from schema.record_type import RecordType
from schema.records import (
    AbnormalListing,
    Announcement,
    AnnualReport,
    Branch,
    Change,
    ChattelMortgage,
    Commendation,
    CreditRecord,
    EquityPledge,
    Inspection,
    IpPledge,
    JudgmentDefault,
    JudicialAssistance,
    KeyPerson,
    Licence,
    Penalty,
    SelfPublished,
    SeriousViolation,
    Shareholder,
    TaxCredit,
)
from schema.registration import EnterpriseStatus
from schema.scalars import USCC, RegionCode
from schema.services import Info
from schema.visibility import Visibility

GOVERNMENT = Visibility.GOVERNMENT
PUBLIC = Visibility.PUBLIC


@strawberry.type(description="行政区划（GB/T 2260）")
class Region:
    """A division of Qinghai."""

    code: RegionCode = strawberry.field(description="代码")
    name: str = strawberry.field(description="名称")
    full_name: str = strawberry.field(description="含上级的全称")


@strawberry.type(description="国民经济行业（GB/T 4754-2017）")
class Industry:
    """An industry; the name is that of the division, else of the section."""

    section: str = strawberry.field(description="门类，A 至 T")
    code: str = strawberry.field(description="小类代码，四位")
    name: str = strawberry.field(description="大类名称")


@strawberry.type(
    name="ArchiveConnection", description="信用档案：全部记录的时间线，新的在前"
)
class ArchiveConnection(Connection[CreditRecord]):
    """A page of the archive."""


def listed(
    record_type: RecordType, cls: type, term: str, visibility: Visibility = PUBLIC
) -> Any:  # noqa: ANN401 - like strawberry.field, it stands for the annotated type
    """Declare a filtered list of one record type."""

    async def resolve(
        parents: Sequence["Enterprise"],
        info: Info,
        where: RecordFilter | None = None,
        first: int | None = 20,
        after: str | None = None,
    ) -> Batch:
        query = RecordQuery(page_size(first), after, where)
        return await info.context.records_of(parents, record_type, query)

    return batched(resolve, term, Connection[cls], visibility)  # type: ignore[valid-type]


def _parts(record_type: RecordType, cls: type, term: str) -> Any:  # noqa: ANN401
    """Declare a list that is taken whole, page by page."""

    async def resolve(
        parents: Sequence["Enterprise"],
        info: Info,
        first: int | None = 20,
        after: str | None = None,
    ) -> Batch:
        query = RecordQuery(page_size(first), after)
        return await info.context.records_of(parents, record_type, query)

    return batched(resolve, term, Connection[cls])  # type: ignore[valid-type]


async def _annual_reports(
    parents: Sequence["Enterprise"],
    info: Info,
    years: list[int] | None = None,
    first: int | None = 20,
    after: str | None = None,
) -> Batch:
    """List annual reports, the latest first."""
    wanted = None if years is None else tuple(years)
    query = RecordQuery(page_size(first), after, years=wanted)
    return await info.context.records_of(parents, RecordType.ANNUAL_REPORT, query)


async def _archive(  # noqa: PLR0913, PLR0917 - the arguments of the contract
    parents: Sequence["Enterprise"],
    info: Info,
    from_: Annotated[date | None, strawberry.argument(name="from")] = None,
    to: date | None = None,
    record_types: list[RecordType] | None = None,
    first: int | None = 50,
    after: str | None = None,
) -> Batch:
    """List every record as one timeline."""
    wanted = None if record_types is None else tuple(record_types)
    query = ArchiveQuery(page_size(first, 50), after, from_, to, wanted)
    return await info.context.archive_of(parents, query)


async def _restrictions(
    parents: Sequence["Enterprise"],
    info: Info,
    first: int | None = 20,
    after: str | None = None,
) -> Batch:
    """List the restrictions in force today."""
    return await info.context.restrictions_of(parents, page_size(first), after)


async def _conflicts(
    parents: Sequence["Enterprise"],
    info: Info,
    first: int | None = 20,
    after: str | None = None,
) -> Batch:
    """List commendations beside penalties of other departments."""
    return await info.context.conflicts_of(parents, page_size(first), after)


@strawberry.type(
    description="市场主体：企业、个体工商户、农民专业合作社（企业信息公示暂行条例第六条）"
)
class Enterprise:
    """An enterprise, an individual business or a cooperative."""

    uscc: USCC = fact("统一社会信用代码（GB 32100-2015）", required=True)
    registration_number: str | None = fact("注册号（15 位）", required=True)
    name: str = fact("名称", required=True)
    former_names: list[str] = fact("曾用名", required=True)
    type: str = fact("类型", required=True)
    legal_representative: str | None = fact(
        "法定代表人（负责人、经营者、投资人）", required=True
    )
    legal_representative_ref: strawberry.ID | None = fact(
        "法定代表人的匿名标识：同一人相同", GOVERNMENT, required=True
    )
    principal_title: str | None = fact("负责人称谓", required=True)
    registered_capital: Decimal | None = fact(
        "注册资本，以 currency 为单位", required=True
    )
    currency: str | None = fact("币种（ISO 4217）", required=True)
    established_on: date | None = fact("成立日期", required=True)
    approved_on: date | None = fact("核准日期", required=True)
    term_from: date | None = fact("营业期限自", required=True)
    term_to: date | None = fact("营业期限至；长期为空", required=True)
    registration_authority: str | None = fact("登记机关", required=True)
    region: Region | None = fact("行政区划，按住所", required=True)
    region_source: RegionSource | None = fact("行政区划由何得出", required=True)
    address: str | None = fact("住所（经营场所）", required=True)
    industry: Industry | None = fact("行业", required=True)
    business_scope: str | None = fact("经营范围", required=True)
    status: EnterpriseStatus = fact("登记状态", required=True)
    revoked_on: date | None = fact("吊销日期", required=True)
    deregistered_on: date | None = fact("注销日期", required=True)
    status_reason: str | None = fact("吊销或注销原因", required=True)
    contact_phone: str | None = fact("联系电话", GOVERNMENT, required=True)
    provenance: Provenance = fact("登记信息的出处", required=True)
    as_of: strawberry.Private[date | None] = None
    """The day as of which it was asked for, with its records; None: today."""

    shareholders: Connection[Shareholder] = _parts(
        RecordType.SHAREHOLDER, Shareholder, "股东及出资"
    )
    key_personnel: Connection[KeyPerson] = _parts(
        RecordType.KEY_PERSON, KeyPerson, "主要人员"
    )
    branches: Connection[Branch] = _parts(RecordType.BRANCH, Branch, "分支机构")
    changes: Connection[Change] = _parts(RecordType.CHANGE, Change, "变更信息")

    licences: Connection[Licence] = listed(RecordType.LICENCE, Licence, "行政许可")
    penalties: Connection[Penalty] = listed(RecordType.PENALTY, Penalty, "行政处罚")
    judicial_assistance: Connection[JudicialAssistance] = listed(
        RecordType.JUDICIAL_ASSISTANCE, JudicialAssistance, "司法协助"
    )
    abnormal_listings: Connection[AbnormalListing] = listed(
        RecordType.ABNORMAL_LISTING, AbnormalListing, "经营异常名录"
    )
    serious_violations: Connection[SeriousViolation] = listed(
        RecordType.SERIOUS_VIOLATION, SeriousViolation, "严重违法失信名单"
    )
    inspections: Connection[Inspection] = listed(
        RecordType.INSPECTION, Inspection, "抽查检查"
    )
    chattel_mortgages: Connection[ChattelMortgage] = listed(
        RecordType.CHATTEL_MORTGAGE, ChattelMortgage, "动产抵押"
    )
    equity_pledges: Connection[EquityPledge] = listed(
        RecordType.EQUITY_PLEDGE, EquityPledge, "股权出质"
    )
    ip_pledges: Connection[IpPledge] = listed(
        RecordType.IP_PLEDGE, IpPledge, "知识产权出质"
    )
    commendations: Connection[Commendation] = listed(
        RecordType.COMMENDATION, Commendation, "表彰奖励"
    )
    tax_credit: Connection[TaxCredit] = listed(
        RecordType.TAX_CREDIT, TaxCredit, "纳税信用等级", GOVERNMENT
    )
    judgment_defaults: Connection[JudgmentDefault] = listed(
        RecordType.JUDGMENT_DEFAULT, JudgmentDefault, "失信被执行人"
    )
    announcements: Connection[Announcement] = listed(
        RecordType.ANNOUNCEMENT, Announcement, "公告"
    )
    self_published: Connection[SelfPublished] = listed(
        RecordType.SELF_PUBLISHED, SelfPublished, "企业即时信息"
    )

    annual_reports: Connection[AnnualReport] = batched(
        _annual_reports, "企业年度报告", Connection[AnnualReport]
    )
    archive: ArchiveConnection = batched(
        _archive, "信用档案：全部记录的时间线，新的在前", ArchiveConnection
    )
    restrictions: Connection[Restriction] = batched(
        _restrictions, "当前受到的限制（联合惩戒）及其原因", Connection[Restriction]
    )
    conflicts: Connection[Conflict] = batched(
        _conflicts,
        "奖惩冲突：一部门处罚、另一部门表彰",
        Connection[Conflict],
        GOVERNMENT,
    )
