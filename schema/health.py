"""How well a department answers, for those who look after the gateway."""

from datetime import datetime
from enum import Enum
from typing import Any

import strawberry

from schema.code_list import code_list
from schema.record_type import RecordType


@code_list(
    "熔断状态 whether a source is asked",
    CLOSED="正常访问",
    HALF_OPEN="试探访问",
    OPEN="暂停访问",
)
class BreakerState(Enum):
    """Whether a source is asked."""

    CLOSED = "CLOSED"
    HALF_OPEN = "HALF_OPEN"
    OPEN = "OPEN"


def _figure(description: str) -> Any:  # noqa: ANN401 - like strawberry.field
    """Declare a figure that is null until there is one."""
    return strawberry.field(default=None, description=description)


@strawberry.type(
    description="部门一类记录的访问状况 how a department answers about a type"
)
class RecordTypeHealth:
    """How a department answered the last asks about one record type."""

    record_type: RecordType = strawberry.field(description="记录类型")
    breaker: BreakerState = strawberry.field(description="熔断状态")
    paused_since: datetime | None = _figure("暂停访问的起始时间")
    retried_at: datetime | None = _figure("再次试探的时间")
    asks: int = strawberry.field(description="统计所依据的最近访问次数")
    latency_p50_ms: float | None = _figure("答复用时中位数（毫秒）")
    latency_p95_ms: float | None = _figure("答复用时第 95 百分位（毫秒）")
    error_rate: float | None = _figure("未能完整答复的比例 0 到 1")
    last_success: datetime | None = _figure("最近一次答复的时间")
    as_of: datetime | None = _figure("最近一次答复的数据截至")


@strawberry.type(description="部门访问状况 how a department answers")
class DepartmentHealth:
    """How a department answered this gateway process, over all it provides."""

    breaker: BreakerState = strawberry.field(description="各类记录中最差的熔断状态")
    asks: int = strawberry.field(description="统计所依据的最近访问次数")
    latency_p50_ms: float | None = _figure("答复用时中位数（毫秒）")
    latency_p95_ms: float | None = _figure("答复用时第 95 百分位（毫秒）")
    error_rate: float | None = _figure("未能完整答复的比例 0 到 1")
    last_success: datetime | None = _figure("最近一次答复的时间")
    as_of: datetime | None = _figure("最近一次答复的数据截至")
    freshness: float | None = _figure("该数据的时龄（秒） age of that data")
    presence_size: int | None = _figure("该部门有记录的企业数")
    quarantined: int | None = _figure("搁置的记录数（无法读取），首次核对前为空")
    unresolved: int | None = _figure("无法匹配的记录数，首次核对前为空")
    record_types: list[RecordTypeHealth] = strawberry.field(description="按记录类型")
    problem: str | None = _figure(
        "声明文件现有的错误；改正之前按原声明访问 what is wrong with its declaration"
    )
