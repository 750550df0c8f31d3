"""What every record has."""

from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from schema.declaration import RecordDeclaration, fact
from schema.departments import Provenance
from schema.record_type import RecordType

if TYPE_CHECKING:
    from schema.enterprise import Enterprise

_COMMON = "公示系统"


@strawberry.enum(description="字段为空的原因 why a field is null")
class WithheldReason(Enum):
    """Why a field is null though it has a value."""

    NOT_PUBLISHED = "NOT_PUBLISHED"
    ENTERPRISE_CHOSE = "ENTERPRISE_CHOSE"
    FORBIDDEN = "FORBIDDEN"
    REDACTED = "REDACTED"


@strawberry.type(description="未显示的字段及原因 hidden is not empty is not unfiled")
class Withheld:
    """A field that is not shown, and why."""

    field: str
    reason: WithheldReason


@strawberry.interface(description="信用记录 a record that a department holds")
class CreditRecord:
    """What every record has, whatever it is about."""

    id: strawberry.ID
    enterprise: Annotated["Enterprise", strawberry.lazy("schema.enterprise")]
    record_type: RecordType
    headline: str = strawberry.field(description="摘要标题")
    occurred_on: date | None = strawberry.field(description="决定或发生日期")
    under_objection: bool = strawberry.field(description="异议处理中")
    withheld: list[Withheld] = strawberry.field(description="未显示的字段及原因")
    provenance: Provenance
    published_on: date | None = fact("公示日期", rule=_COMMON)
    publish_until: date | None = fact("公示截止期", rule=_COMMON)
    withdrawn_on: date | None = fact("撤销公示日期", rule=_COMMON)
    withdrawal_reason: str | None = fact("撤销公示原因", rule=_COMMON)
    procedure_status: str | None = fact("办理状态", rule=_COMMON)


def declaration_of(record: CreditRecord) -> RecordDeclaration:
    """Give the declaration of a record's type."""
    declared: Any = type(record)
    found: RecordDeclaration = declared.__declaration__
    return found
