"""What speaks for an enterprise: commendations 表彰奖励, tax credit 纳税信用."""

from datetime import date
from enum import Enum

import strawberry

from schema.declaration import fact, record
from schema.record_type import RecordType
from schema.records.record import CreditRecord
from schema.visibility import Visibility

G = Visibility.GOVERNMENT


@strawberry.enum(description="表彰类型")
class CommendationKind(Enum):
    """Kinds of commendations."""

    HONOUR = "HONOUR"
    RED_LIST = "RED_LIST"
    CERTIFICATION = "CERTIFICATION"
    AWARD = "AWARD"


@strawberry.enum(description="级别")
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


@strawberry.enum(description="纳税信用级别")
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
    public=False,
)
class TaxCredit(CreditRecord):
    """The grade of one year."""

    year: int = fact("评价年度", G, required=True)
    grade: TaxGrade = fact("信用级别", G, required=True)
    decided_by: str = fact("评定机关", G, required=True)
    decided_on: date = fact("评定日期", G, required=True)
    change_reason: str | None = fact("调整原因", G)
