"""What can be subscribed to; only by government."""

from collections.abc import AsyncGenerator
from datetime import datetime
from enum import Enum

import strawberry

from schema.code_list import code_list
from schema.connections import Edge, PageInfo
from schema.declaration import subscribed
from schema.departments import Department
from schema.enterprise import Enterprise
from schema.record_type import RecordType
from schema.records.record import CreditRecord
from schema.scalars import RegionCode
from schema.services import Info


@code_list(
    "变更种类",
    ADDED="新增",
    CHANGED="更正",
    REMOVED="撤销或改属他人",
)
class ChangeKind(Enum):
    """What happened to a record."""

    ADDED = "ADDED"
    CHANGED = "CHANGED"
    REMOVED = "REMOVED"


@strawberry.type(description="记录变更：部门推送或轮询得知的新增、更正、撤销")
class RecordChange:
    """A change of a record, as it became known to the gateway."""

    kind: ChangeKind = strawberry.field(description="变更种类")
    at: datetime = strawberry.field(description="本系统得知的时刻")
    record_type: RecordType = strawberry.field(description="记录类型")
    department: Department = strawberry.field(description="报送部门")
    enterprise: Enterprise = strawberry.field(description="所属市场主体")
    before: CreditRecord | None = strawberry.field(
        description="变更前；新增时为空，未留存时也为空 null for a new record, "
        "and where the earlier version was not kept"
    )
    after: CreditRecord | None = strawberry.field(
        description="变更后；改属他人时为空 null when it is now about somebody else"
    )


@strawberry.type(
    name="RecordChangeConnection", description="记录变更的一页，按本系统得知的先后"
)
class RecordChangeConnection:
    """A page of changes, in the order in which they became known."""

    nodes: list[RecordChange] = strawberry.field(description="本页各项")
    edges: list[Edge[RecordChange]] = strawberry.field(description="本页各项及其游标")
    page_info: PageInfo = strawberry.field(
        description="分页信息；endCursor 总是给出，从它续查不会遗漏 never null here"
    )


@strawberry.type(description="可以订阅的内容")
class Subscription:
    """What can be subscribed to."""

    @subscribed("推送或轮询得知的记录变更；过慢的读者会被告知并断开（SLOW_READER）")
    async def record_changes(
        self,
        info: Info,
        record_types: list[RecordType] | None = None,
        departments: list[strawberry.ID] | None = None,
        region: RegionCode | None = None,
    ) -> AsyncGenerator[RecordChange, None]:
        """Tell of changes from now on; a list that is not given means all."""
        return info.context.record_changes(record_types, departments, region)
