"""What speaks for an enterprise: commendations 表彰奖励, tax credit 纳税信用."""

from datetime import date
from enum import Enum

from schema.code_list import code_list
from schema.declaration import fact, record
from schema.record_type import RecordType
from schema.records.record import CreditRecord
from schema.visibility import Visibility

G = Visibility.GOVERNMENT


@code_list(
    "表彰类型",
    HONOUR="荣誉",
    RED_LIST="守信红名单",
    CERTIFICATION="认定",
    AWARD="质量奖等奖项",
)
class CommendationKind(Enum):
    """Kinds of commendations."""

    HONOUR = "HONOUR"
    RED_LIST = "RED_LIST"
    CERTIFICATION = "CERTIFICATION"
    AWARD = "AWARD"


@code_list(
    "级别",
    NATIONAL="国家",
    PROVINCE="省",
    PREFECTURE="市州",
    COUNTY="县",
)
class Level(Enum):
    """Who commends: nation, province, prefecture or county."""

    NATIONAL = "NATIONAL"
    PROVINCE = "PROVINCE"
    PREFECTURE = "PREFECTURE"
    COUNTY = "COUNTY"


@record(
    RecordType.COMMENDATION,
    "表彰奖励",
    "国务院关于建立完善守信联合激励和失信联合惩戒制度的指导意见",
    occurred="awarded_on",
    expires="valid_to",
    number="title",
)
class Commendation(CreditRecord):
    """An honour, a red list entry, a certification or an award."""

    title: str = fact("荣誉名称", required=True)
    kind: CommendationKind = fact("类型", required=True)
    level: Level = fact("级别", required=True)
    awarded_by: str = fact("授予机关", required=True)
    awarded_on: date = fact("授予日期", required=True)
    document_number: str | None = fact("文号")
    valid_from: date | None = fact("有效期自")
    valid_to: date | None = fact("有效期至")


@code_list(
    "纳税信用级别",
    A="A级，90 分以上",
    B="B级，70 至 90 分",
    M="M级，新设立等",
    C="C级，40 至 70 分",
    D="D级，不满 40 分或直接判定",
)
class TaxGrade(Enum):
    """Grades of tax credit; M since 2018."""

    A = "A"
    B = "B"
    M = "M"
    C = "C"
    D = "D"


@record(
    RecordType.TAX_CREDIT,
    "纳税信用等级",
    "纳税信用管理办法",
    occurred="decided_on",
    number="year",
    public=False,
)
class TaxCredit(CreditRecord):
    """The grade of one year."""

    year: int = fact("评价年度", G, required=True)
    grade: TaxGrade = fact("信用级别", G, required=True)
    decided_by: str = fact("评定机关", G, required=True)
    decided_on: date = fact("评定日期", G, required=True)
    change_reason: str | None = fact("调整原因", G)
