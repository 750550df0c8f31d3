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
    commendation: Commendation
    penalty: Penalty


@strawberry.type(description="核查结果")
class CreditCheck:
    """What is against an enterprise; `clear` is null unless everybody was heard."""

    uscc: USCC
    found: bool
    enterprise: Annotated["Enterprise", strawberry.lazy("schema.enterprise")] | None
    clear: bool | None = strawberry.field(
        description="是否无不良记录；有来源未答复时为空 null unless complete"
    )
    findings: list[CreditRecord]
    completeness: Completeness


@strawberry.type(description="可能的企业")
class Candidate:
    """An enterprise that an unmatched record may be about."""

    uscc: USCC
    name: str
    similarity: float


@strawberry.type(description="无法匹配到唯一企业的记录")
class UnresolvedRecord:
    """A record that fits no single enterprise; nothing is guessed."""

    department: Department
    record_type: RecordType
    source_record_id: str
    received_on: datetime
    name: str | None
    code: str | None
    reason: str = strawberry.field(description="原因")
    candidates: list[Candidate]
    raw: JSON = strawberry.field(description="来源原样")
