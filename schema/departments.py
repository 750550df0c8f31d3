"""Departments, and what each said to a question."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

import strawberry

from schema.code_list import code_list
from schema.declaration import GOVERNMENT_ONLY, resolved
from schema.health import DepartmentHealth
from schema.record_type import RecordType
from schema.visibility import Visibility

HealthOf = Callable[[str], Awaitable[DepartmentHealth | None]]
"""Tells how a department answers, by its code."""


@code_list(
    "来源的答复情况 how a department answered",
    LIVE="实时答复",
    CACHED="缓存",
    STALE="部门中断，最后一次的答复",
    MATERIALIZED="已归集",
    NOTHING_HELD="该部门没有该企业的数据",
    TIMED_OUT="超时",
    FAILED="失败",
    CIRCUIT_OPEN="暂停访问",
    DENIED="无权访问",
)
class SourceOutcome(Enum):
    """How a department answered."""

    LIVE = "LIVE"
    CACHED = "CACHED"
    STALE = "STALE"
    MATERIALIZED = "MATERIALIZED"
    NOTHING_HELD = "NOTHING_HELD"
    TIMED_OUT = "TIMED_OUT"
    FAILED = "FAILED"
    CIRCUIT_OPEN = "CIRCUIT_OPEN"
    DENIED = "DENIED"


@code_list(
    "完整性 whether all that may hold records were heard",
    COMPLETE="全部来源均已答复",
    PARTIAL="部分来源未答复",
    UNAVAILABLE="没有来源答复",
)
class CompletenessStatus(Enum):
    """Whether all departments that may hold records were heard."""

    COMPLETE = "COMPLETE"
    PARTIAL = "PARTIAL"
    UNAVAILABLE = "UNAVAILABLE"


def _stated(
    description: str,
    *,
    name: str | None = None,
    audience: Mapping[str, object] | None = None,
) -> Any:  # noqa: ANN401
    """Declare a figure that is null until it is counted."""
    return strawberry.field(
        name=name, default=None, description=description, metadata=audience
    )


@strawberry.type(description="归集数据量与及时性 what a department contributes")
class Contribution:
    """What a department contributes, counted at the last reconciliation.

    All counts are null before the first. The public is told of what was public then.
    """

    records: int | None = _stated("收到的记录数 all received")
    enterprises: int | None = _stated("涉及企业数 enterprises covered")
    rejected: int | None = _stated(
        "其中无法读取 could not be read", audience=GOVERNMENT_ONLY
    )
    unresolved: int | None = _stated(
        "其中无法匹配 fit no single enterprise", audience=GOVERNMENT_ONLY
    )
    published_late7: int | None = _stated(
        "超过 7 个工作日公示 published late", name="publishedLate7"
    )
    published_late20: int | None = _stated(
        "超过 20 个工作日公示 published very late", name="publishedLate20"
    )
    median_working_days: float | None = _stated("决定至公示的工作日中位数")
    last_update: datetime | None = _stated("最近数据时间")
    complete: bool = strawberry.field(
        default=False, description="统计时该部门是否全部答复 whether all was counted"
    )


@strawberry.type(description="部门 a contributor of records")
class Department:
    """One of the contributors."""

    code: strawberry.ID = strawberry.field(description="部门代码，如 QH-EPD")
    name: str = strawberry.field(description="部门名称（2016 年）")
    english_name: str = strawberry.field(description="英文名称")
    record_types: list[RecordType] = strawberry.field(description="提供的记录类型")
    source_kind: str | None = strawberry.field(
        description="来源技术 rest soap sql files graphql push",
        metadata=GOVERNMENT_ONLY,
    )
    launch: bool = strawberry.field(description="是否上线时的 35 个部门之一")
    today: str = strawberry.field(description="现名称或承接部门")
    valid_from: date | None = strawberry.field(description="设立日期")
    valid_to: date | None = strawberry.field(description="撤并日期")
    successors: strawberry.Private[tuple["Department", ...]] = ()
    contributed: strawberry.Private[Contribution | None] = None
    health_of: strawberry.Private[HealthOf | None] = None

    @resolved("承接部门（2018 年机构改革） departments that took over")
    def succeeded_by(self) -> list["Department"]:
        """Give the departments of this graph that took over."""
        return list(self.successors)

    @resolved("访问状况，由本进程最近的访问得出", Visibility.GOVERNMENT)
    async def health(self) -> DepartmentHealth | None:
        """Give how it answers; null for a department without a source."""
        return await self.health_of(str(self.code)) if self.health_of else None

    @resolved("归集情况，截至最近一次核对")
    def contribution(self) -> Contribution:
        """Give what was counted."""
        return self.contributed or Contribution()


@strawberry.type(description="来源报告 what one department said")
class SourceReport:
    """What one department said to one list."""

    department: Department = strawberry.field(description="部门")
    outcome: SourceOutcome = strawberry.field(description="答复情况")
    as_of: datetime | None = strawberry.field(description="数据截至 how fresh")
    records: int | None = strawberry.field(description="给出的记录数")
    latency_ms: float | None = strawberry.field(description="答复用时（毫秒）")
    reason: str | None = strawberry.field(description="未能完整答复的原因")


@strawberry.type(description="完整性 “无记录”仅在全部来源均已答复时成立")
class Completeness:
    """Whether all that may hold records were heard, and what each said."""

    status: CompletenessStatus = strawberry.field(description="完整性")
    sources: list[SourceReport] = strawberry.field(description="各来源的答复")


@strawberry.type(description="数据出处 where a record came from")
class Provenance:
    """Where a record came from and how fresh it is."""

    department: Department = strawberry.field(description="提供部门")
    source_record_id: str = strawberry.field(description="部门自己的记录编号")
    as_of: datetime = strawberry.field(description="部门最近一次这样说的时间")
    fetched_at: datetime = strawberry.field(description="取得时间")
    outcome: SourceOutcome = strawberry.field(description="如何取得")
    digest: str = strawberry.field(
        description="原始记录摘要 SHA-256 of the record as given, canonical JSON"
    )
