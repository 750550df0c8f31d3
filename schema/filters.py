"""What clients can ask for: filters, orders, dimensions."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, cast

import strawberry

from schema.code_list import code_list
from schema.codes.industries import SECTIONS
from schema.errors import BadInput
from schema.record_type import RecordType
from schema.registration import EnterpriseStatus
from schema.scalars import USCC, RegionCode

MOST = 1_000
"""Items of one page, or codes of one list, at the most."""


_NUMBER, _FLAG = cast("type", int | None), cast("type", bool | None)


def _asked(description: str, *, name: str | None = None) -> Any:  # noqa: ANN401
    """Declare a condition that may be left out."""
    return strawberry.field(name=name, default=None, description=description)


@strawberry.input(description="记录的筛选条件，须全部满足")
class RecordFilter:
    """Conditions on records; all that are given must hold."""

    departments: list[strawberry.ID] | None = _asked("提供部门的代码")
    include_predecessors: bool = strawberry.field(
        default=False, graphql_type=_FLAG, description="含所列部门所承接的部门"
    )
    from_: date | None = _asked("决定日期不早于", name="from")
    to: date | None = _asked("决定日期不晚于")
    expiring_from: date | None = _asked("有效期止不早于；长期有效的不计")
    expiring_to: date | None = _asked("有效期止不晚于；长期有效的不计")
    report_year: int | None = _asked("年报或评价年度")
    in_force: bool | None = _asked("现行有效")
    text: str | None = _asked("任一文字字段包含")

    def __post_init__(self) -> None:
        """Read null as the default."""
        self.include_predecessors = bool(self.include_predecessors)


@strawberry.input(description="跨部门条件，例如 2016 年以来至少 min 条环保处罚")
class RecordCondition:
    """A condition that may be answered from any department."""

    record_type: RecordType = strawberry.field(description="记录类型")
    departments: list[strawberry.ID] | None = _asked("提供部门的代码")
    from_: date | None = _asked("决定日期不早于", name="from")
    to: date | None = _asked("决定日期不晚于")
    expiring_from: date | None = _asked("有效期止不早于；长期有效的不计")
    expiring_to: date | None = _asked("有效期止不晚于；长期有效的不计")
    report_year: int | None = _asked("年报或评价年度")
    in_force: bool | None = _asked("现行有效")
    min: int = strawberry.field(
        default=1, graphql_type=_NUMBER, description="至少有多少条"
    )
    none: bool = strawberry.field(
        default=False, graphql_type=_FLAG, description="一条也没有"
    )

    def __post_init__(self) -> None:
        """Read null as the default; raises BadInput for a count below one."""
        least: int | None = self.min
        self.min = 1 if least is None else least
        self.none = bool(self.none)
        if self.min < 1:
            raise BadInput("min", f"至少为 1，实为 {self.min} (1 or more)")


@strawberry.input(description="企业的筛选条件，须全部满足")
class EnterpriseFilter:
    """Conditions on enterprises; all that are given must hold."""

    and_: list["EnterpriseFilter"] | None = _asked("全部满足", name="and")
    or_: list["EnterpriseFilter"] | None = _asked("至少满足其一", name="or")
    not_: "EnterpriseFilter | None" = _asked("不满足", name="not")
    uscc_in: list[USCC] | None = _asked("统一社会信用代码在其中")
    name_contains: str | None = _asked("名称包含")
    region: RegionCode | None = _asked("行政区划或其前缀")
    industry_section: str | None = _asked("行业门类，A 至 T")
    status: EnterpriseStatus | None = _asked("登记状态")
    established_from: date | None = _asked("成立日期不早于")
    established_to: date | None = _asked("成立日期不晚于")
    capital_from: Decimal | None = _asked("注册资本不少于")
    capital_to: Decimal | None = _asked("注册资本不多于")
    has: list[RecordCondition] | None = _asked("各部门记录须全部符合的条件")

    def __post_init__(self) -> None:
        """Raise BadInput for a section that the standard does not have."""
        section = self.industry_section
        if section is not None and section not in SECTIONS:
            raise BadInput(
                "industrySection",
                f"没有行业门类 {section}，应为 A 至 T (no such section, A to T)",
            )


@code_list(
    "记录的排序",
    OCCURRED_DESC="日期，新的在前",
    OCCURRED_ASC="日期，旧的在前",
    AMOUNT_DESC="金额，大的在前",
    EXPIRES_ASC="到期日，先到期的在前",
)
class RecordOrder(Enum):
    """Orders of records."""

    OCCURRED_DESC = "OCCURRED_DESC"
    OCCURRED_ASC = "OCCURRED_ASC"
    AMOUNT_DESC = "AMOUNT_DESC"
    EXPIRES_ASC = "EXPIRES_ASC"


@code_list(
    "企业的排序",
    NAME="名称",
    ESTABLISHED_ASC="成立日期，早的在前",
    ESTABLISHED_DESC="成立日期，晚的在前",
    CAPITAL_DESC="注册资本，大的在前",
    USCC="统一社会信用代码",
)
class EnterpriseOrder(Enum):
    """Orders of enterprises."""

    NAME = "NAME"
    ESTABLISHED_ASC = "ESTABLISHED_ASC"
    ESTABLISHED_DESC = "ESTABLISHED_DESC"
    CAPITAL_DESC = "CAPITAL_DESC"
    USCC = "USCC"


@code_list(
    "企业统计的维度",
    REGION="行政区划",
    INDUSTRY_SECTION="行业门类",
    STATUS="登记状态",
    ESTABLISHED_YEAR="成立年份",
    TYPE="类型",
)
class EnterpriseDimension(Enum):
    """What enterprises can be counted by."""

    REGION = "REGION"
    INDUSTRY_SECTION = "INDUSTRY_SECTION"
    STATUS = "STATUS"
    ESTABLISHED_YEAR = "ESTABLISHED_YEAR"
    TYPE = "TYPE"


@code_list(
    "记录统计的维度",
    DEPARTMENT="部门",
    YEAR="年",
    MONTH="月",
    REGION="行政区划",
    INDUSTRY_SECTION="行业门类",
    CATEGORY="类别",
)
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


def page_size(first: int | None, usual: int = 20) -> int:
    """Check the size of a page, `usual` where none is given; raises BadInput."""
    if first is None:
        return usual
    if not 0 <= first <= MOST:
        raise BadInput("first", f"应在 0 到 {MOST} 之间，实为 {first} (0 to {MOST})")
    return first


def unique_codes(argument: str, codes: list[USCC]) -> list[str]:
    """Check the length of a list of codes; raises BadInput."""
    if len(codes) > MOST:
        reason = f"最多 {MOST} 个代码，实为 {len(codes)} (at most {MOST} codes)"
        raise BadInput(argument, reason)
    return list(dict.fromkeys(codes))


def refuse_has(where: EnterpriseFilter | None, path: str, reason: str) -> None:
    """Refuse conditions across departments wherever they stand; raises BadInput."""
    if where is not None and where.has:
        raise BadInput(f"{path}.has", reason)
    refuse_nested(where, path)


def refuse_nested(where: EnterpriseFilter | None, path: str = "where") -> None:
    """Refuse `has` where it can't be answered yet; raises BadInput."""
    if where is None:
        return
    parts = [("and", one) for one in where.and_ or ()]
    parts += [("or", one) for one in where.or_ or ()]
    parts += [("not", where.not_)] if where.not_ else []
    for word, part in parts:
        reason = "has 目前只能写在最外层 (only at the outermost level so far)"
        refuse_has(part, f"{path}.{word}", reason)
