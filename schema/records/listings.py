"""The two lists: abnormal operation 经营异常名录, serious violation 严重违法失信."""

from datetime import date
from enum import Enum
from typing import Any

import strawberry

from schema.code_list import code_list
from schema.declaration import fact, record, resolved
from schema.record_type import RecordType
from schema.records.record import CreditRecord
from schema.three_years import ThreeYearWarning, three_years_on, warning_of


@code_list(
    "列入经营异常名录原因",
    ANNUAL_REPORT_MISSING="未依照规定的期限公示年度报告",
    INFORMATION_NOT_PUBLISHED="未在责令的期限内公示有关企业信息",
    FALSE_INFORMATION="公示企业信息隐瞒真实情况、弄虚作假",
    UNREACHABLE="通过登记的住所或者经营场所无法联系",
)
class AbnormalReason(Enum):
    """Reasons to list (企业信息公示暂行条例 article 17)."""

    ANNUAL_REPORT_MISSING = "ANNUAL_REPORT_MISSING"
    INFORMATION_NOT_PUBLISHED = "INFORMATION_NOT_PUBLISHED"
    FALSE_INFORMATION = "FALSE_INFORMATION"
    UNREACHABLE = "UNREACHABLE"


@record(
    RecordType.ABNORMAL_LISTING,
    "经营异常名录",
    "企业信息公示暂行条例第十七条",
    occurred="listed_on",
    number="decision_number",
)
class AbnormalListing(CreditRecord):
    """An entry in the abnormal-operation list; removed ones stay visible."""

    reason: AbnormalReason = fact("列入原因", required=True)
    reason_text: str | None = fact("列入原因说明")
    listed_on: date = fact("列入日期", required=True)
    listed_by: str = fact("作出列入决定机关", required=True)
    decision_number: str | None = fact("列入决定书文号")
    removed_on: date | None = fact("移出日期")
    removal_reason: str | None = fact("移出原因")
    removed_by: str | None = fact("作出移出决定机关")
    report_year: int | None = fact("未报年度")

    @resolved("届满3年之日；此前移出的为空（严重违法失信企业名单管理暂行办法第八条）")
    def three_years_on(self) -> date | None:
        """Give the day from which the serious list follows."""
        return three_years_on(self.listed_on, self.removed_on)

    @resolved("将满或已满3年而未移出的提示（严重违法失信企业名单管理暂行办法第八条）")
    def three_year_warning(
        self, info: strawberry.Info[Any, None]
    ) -> ThreeYearWarning | None:
        """Say whether three years are, or are about to be, over."""
        today: date = self.enterprise.as_of or info.context.today
        return warning_of(self.listed_on, self.removed_on, today)


@record(
    RecordType.SERIOUS_VIOLATION,
    "严重违法失信名单",
    "严重违法失信企业名单管理暂行办法",
    occurred="listed_on",
    number="category",
)
class SeriousViolation(CreditRecord):
    """An entry in the serious-violation list."""

    category: str = fact("类别", required=True)
    reason: str = fact("列入原因", required=True)
    listed_on: date = fact("列入日期", required=True)
    listed_by: str = fact("作出列入决定机关", required=True)
    decision_number: str | None = fact("列入决定书文号")
    penalty_decision_number: str | None = fact("所依据的处罚决定书文号")
    measures: str | None = fact("管理措施")
    removed_on: date | None = fact("移出日期")
    removal_reason: str | None = fact("移出原因")
    removed_by: str | None = fact("作出移出决定机关")
