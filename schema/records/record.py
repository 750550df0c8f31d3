"""What every record has."""

from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from schema.code_list import code_list
from schema.declaration import RecordDeclaration, fact
from schema.departments import Provenance
from schema.record_type import RecordType

if TYPE_CHECKING:
    from schema.enterprise import Enterprise

_PUBLICATION = "企业信息公示暂行条例第六条、第七条"
_WITHDRAWAL = "行政处罚法第四十八条"


@code_list(
    "字段为空的原因 why a field is null",
    NOT_PUBLISHED="依规定不予公示",
    ENTERPRISE_CHOSE="企业选择不公示",
    FORBIDDEN="无权查看",
    REDACTED="已隐去个人信息",
)
class WithheldReason(Enum):
    """Why a field is null though it has a value."""

    NOT_PUBLISHED = "NOT_PUBLISHED"
    ENTERPRISE_CHOSE = "ENTERPRISE_CHOSE"
    FORBIDDEN = "FORBIDDEN"
    REDACTED = "REDACTED"


@strawberry.type(description="未显示的字段及原因 hidden is not empty is not unfiled")
class Withheld:
    """A field that is not shown, and why."""

    field: str = strawberry.field(description="字段名，例如 respondentIdNumber")
    reason: WithheldReason = strawberry.field(description="原因")


@strawberry.interface(description="信用记录 a record that a department holds")
class CreditRecord:
    """What every record has, whatever it is about."""

    id: strawberry.ID = strawberry.field(description="记录标识")
    enterprise: Annotated["Enterprise", strawberry.lazy("schema.enterprise")] = (
        strawberry.field(description="所属市场主体")
    )
    record_type: RecordType = strawberry.field(description="记录类型")
    headline: str = strawberry.field(description="摘要标题")
    occurred_on: date | None = strawberry.field(description="决定或发生日期")
    under_objection: bool = strawberry.field(
        description="异议处理中（企业信息公示暂行条例第十二条）"
    )
    withheld: list[Withheld] = strawberry.field(description="未显示的字段及原因")
    provenance: Provenance = strawberry.field(description="数据出处")
    published_on: date | None = fact("公示日期", rule=_PUBLICATION)
    publish_until: date | None = fact(
        "公示截止期；来源未给出的行政处罚按规则推算", rule=_PUBLICATION
    )
    withdrawn_on: date | None = fact("撤销公示日期", rule=_WITHDRAWAL)
    withdrawal_reason: str | None = fact("撤销公示原因", rule=_WITHDRAWAL)
    procedure_status: str | None = fact("办理状态", rule=_PUBLICATION)


def declaration_of(record: CreditRecord) -> RecordDeclaration:
    """Give the declaration of a record's type."""
    declared: Any = type(record)
    found: RecordDeclaration = declared.__declaration__
    return found
