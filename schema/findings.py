"""What follows from records: restrictions, conflicts, checks, what fits nobody."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry.scalars import JSON

from schema.departments import Completeness, Department
from schema.record_type import RecordType
from schema.records.honours import Commendation
from schema.records.penalty import Penalty
from schema.records.record import CreditRecord
from schema.scalars import USCC

if TYPE_CHECKING:
    from schema.enterprise import Enterprise


@strawberry.type(description="联合惩戒措施 a restriction in force, with its cause")
class Restriction:
    """A restriction that follows from a record in force."""

    kind: str = strawberry.field(description="措施种类")
    scope: str = strawberry.field(description="适用范围")
    since: date | None = strawberry.field(description="起始日期")
    until: date | None = strawberry.field(description="截止日期；随原因消失为空")
    basis: str = strawberry.field(description="依据")
    cause: CreditRecord = strawberry.field(description="所据记录")
    actors: list[Department] = strawberry.field(description="应采取措施的部门")


@strawberry.type(description="奖惩冲突：甲部门处罚、乙部门表彰")
class Conflict:
    """A commendation and a penalty of different departments within a year."""

    severity: str = strawberry.field(description="严重程度 HIGH MEDIUM LOW")
    commendation: Commendation = strawberry.field(description="表彰")
    penalty: Penalty = strawberry.field(description="处罚")


@strawberry.type(description="核查结果")
class CreditCheck:
    """What is against an enterprise; `clear` is null unless everybody was heard."""

    uscc: USCC = strawberry.field(description="所核查的代码")
    found: bool = strawberry.field(description="是否有此市场主体")
    enterprise: Annotated["Enterprise", strawberry.lazy("schema.enterprise")] | None = (
        strawberry.field(description="市场主体")
    )
    clear: bool | None = strawberry.field(
        description="是否无不良记录；有来源未答复时为空 null unless complete"
    )
    findings: list[CreditRecord] = strawberry.field(description="不良记录")
    completeness: Completeness = strawberry.field(description="完整性")


@strawberry.type(description="可能的企业")
class Candidate:
    """An enterprise that an unmatched record may be about."""

    uscc: USCC = strawberry.field(description="统一社会信用代码")
    name: str = strawberry.field(description="名称")
    similarity: float = strawberry.field(description="相似度，0 至 1")


@strawberry.type(description="无法匹配到唯一企业的记录")
class UnresolvedRecord:
    """A record that fits no single enterprise; nothing is guessed."""

    department: Department = strawberry.field(description="提供部门")
    record_type: RecordType = strawberry.field(description="记录类型")
    source_record_id: str = strawberry.field(description="部门自己的记录编号")
    received_on: datetime = strawberry.field(description="收到时间")
    name: str | None = strawberry.field(description="部门所写的名称")
    code: str | None = strawberry.field(description="部门所写的代码")
    reason: str = strawberry.field(description="原因")
    candidates: list[Candidate] = strawberry.field(description="可能的企业")
    raw: JSON = strawberry.field(description="来源原样")
