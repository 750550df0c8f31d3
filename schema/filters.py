"""What clients can ask for: filters, orders, dimensions."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

import strawberry

from schema.errors import BadInput
from schema.record_type import RecordType
from schema.registration import EnterpriseStatus
from schema.scalars import USCC, RegionCode

MOST = 1_000
"""Items of one page, or codes of one list, at the most."""


@strawberry.input(description="记录的筛选条件，须全部满足")
class RecordFilter:
    """Conditions on records; all that are given must hold."""

    departments: list[strawberry.ID] | None = None
    include_predecessors: bool = False
    from_: date | None = strawberry.field(
        name="from", default=None, description="决定日期不早于 date of the decision"
    )
    to: date | None = strawberry.field(default=None, description="决定日期不晚于")
    expiring_from: date | None = strawberry.field(
        default=None, description="有效期止不早于；长期有效的不计"
    )
    expiring_to: date | None = None
    report_year: int | None = strawberry.field(default=None, description="年报年度")
    in_force: bool | None = strawberry.field(default=None, description="现行有效")
    text: str | None = strawberry.field(default=None, description="任一文字字段包含")


@strawberry.input(description="跨部门条件，例如 2016 年以来至少 min 条环保处罚")
class RecordCondition:
    """A condition that may be answered from any department."""

    record_type: RecordType
    departments: list[strawberry.ID] | None = None
    from_: date | None = strawberry.field(name="from", default=None)
    to: date | None = None
    expiring_from: date | None = None
    expiring_to: date | None = None
    report_year: int | None = None
    in_force: bool | None = None
    min: int = 1
    none: bool = strawberry.field(default=False, description="一条也没有")


@strawberry.input(description="企业的筛选条件，须全部满足")
class EnterpriseFilter:
    """Conditions on enterprises; all that are given must hold."""

    and_: list["EnterpriseFilter"] | None = strawberry.field(name="and", default=None)
    or_: list["EnterpriseFilter"] | None = strawberry.field(name="or", default=None)
    not_: "EnterpriseFilter | None" = strawberry.field(name="not", default=None)
    uscc_in: list[USCC] | None = None
    name_contains: str | None = None
    region: RegionCode | None = None
    industry_section: str | None = None
    status: EnterpriseStatus | None = None
    established_from: date | None = None
    established_to: date | None = None
    capital_from: Decimal | None = None
    capital_to: Decimal | None = None
    has: list[RecordCondition] | None = None


@strawberry.enum
class RecordOrder(Enum):
    """Orders of records."""

    OCCURRED_DESC = "OCCURRED_DESC"
    OCCURRED_ASC = "OCCURRED_ASC"
    AMOUNT_DESC = "AMOUNT_DESC"
    EXPIRES_ASC = "EXPIRES_ASC"


@strawberry.enum
class EnterpriseOrder(Enum):
    """Orders of enterprises."""

    NAME = "NAME"
    ESTABLISHED_ASC = "ESTABLISHED_ASC"
    ESTABLISHED_DESC = "ESTABLISHED_DESC"
    CAPITAL_DESC = "CAPITAL_DESC"
    USCC = "USCC"


@strawberry.enum
class EnterpriseDimension(Enum):
    """What enterprises can be counted by."""

    REGION = "REGION"
    INDUSTRY_SECTION = "INDUSTRY_SECTION"
    STATUS = "STATUS"
    ESTABLISHED_YEAR = "ESTABLISHED_YEAR"
    TYPE = "TYPE"


@strawberry.enum
class RecordDimension(Enum):
    """What records can be counted by."""

    DEPARTMENT = "DEPARTMENT"
    YEAR = "YEAR"
    MONTH = "MONTH"
    REGION = "REGION"
    INDUSTRY_SECTION = "INDUSTRY_SECTION"
    CATEGORY = "CATEGORY"


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """Which records of an enterprise, and which page of them."""

    first: int
    after: str | None = None
    where: RecordFilter | None = None
    years: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class ArchiveQuery:
    """Which part of an enterprise's archive."""

    first: int
    after: str | None = None
    from_: date | None = None
    to: date | None = None
    record_types: tuple[RecordType, ...] | None = None


def page_size(first: int) -> int:
    """Check the size of a page; raises BadInput."""
    if not 0 <= first <= MOST:
        raise BadInput("first", f"应在 0 到 {MOST} 之间，实为 {first} (0 to {MOST})")
    return first


def code_list(argument: str, codes: list[USCC]) -> list[str]:
    """Check the length of a list of codes; raises BadInput."""
    if len(codes) > MOST:
        reason = f"最多 {MOST} 个代码，实为 {len(codes)} (at most {MOST} codes)"
        raise BadInput(argument, reason)
    return list(dict.fromkeys(codes))
