"""Who looked at what, for auditors."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

import strawberry

from schema.code_list import code_list
from schema.record_type import RecordType
from schema.scalars import USCC


@code_list(
    "查阅的结果 what came of a look",
    OK="已答复",
    PARTIAL="部分答复",
    DENIED="有字段无权查看",
    REFUSED="拒绝执行",
    FAILED="失败",
)
class AuditOutcome(Enum):
    """What came of a look."""

    OK = "OK"
    PARTIAL = "PARTIAL"
    DENIED = "DENIED"
    REFUSED = "REFUSED"
    FAILED = "FAILED"


@strawberry.type(description="查阅所得：某部门的某类记录")
class AuditSource:
    """What a department gave for a look."""

    department: strawberry.ID = strawberry.field(description="部门代码")
    record_type: RecordType = strawberry.field(description="记录类型")
    records: int = strawberry.field(description="给出的记录数")


@strawberry.type(description="审计记录：一次查阅，不含个人信息和变量")
class AuditEntry:
    """One look at data, as it was recorded."""

    id: strawberry.ID = strawberry.field(description="审计链及其行号")
    at: datetime = strawberry.field(description="记录时刻")
    subject: str = strawberry.field(description="查阅者的账号")
    role: str = strawberry.field(description="角色")
    department: strawberry.ID | None = strawberry.field(description="查阅者所属部门")
    region: str | None = strawberry.field(description="查阅者所属行政区划")
    address: str = strawberry.field(description="网络地址")
    purpose: str | None = strawberry.field(description="用途")
    case_number: str | None = strawberry.field(description="案号")
    operation: str | None = strawberry.field(description="操作名称")
    document: str | None = strawberry.field(
        description="查询文本，文字已略去；未留存时为空 without its literals"
    )
    document_hash: str = strawberry.field(description="查询原文的 SHA-256")
    variables_hash: str = strawberry.field(description="变量的 SHA-256")
    enterprises: list[USCC] = strawberry.field(description="查阅的企业，至多 1,000 家")
    enterprise_count: int = strawberry.field(description="查阅的企业数")
    sources: list[AuditSource] = strawberry.field(description="各部门给出的记录")
    outcome: AuditOutcome = strawberry.field(description="结果")
    denied: list[str] = strawberry.field(description="无权查看的字段")
    policy_version: str = strawberry.field(description="访问规则的版本")
    duration_ms: float = strawberry.field(description="用时（毫秒）")


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Which looks are wanted; None: any."""

    from_: datetime | None = None
    """Not before."""
    to: datetime | None = None
    """Before."""
    department: str | None = None
    """Of the viewer, or one that gave records."""
    uscc: str | None = None
    subject: str | None = None
