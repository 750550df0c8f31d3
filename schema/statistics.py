"""Counts of enterprises and of records."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import strawberry

from schema.declaration import resolved
from schema.departments import Completeness
from schema.errors import BadInput


@strawberry.type(description="按维度统计的一组")
class StatisticsGroup:
    """A group and how many fall into it."""

    keys: list[str] = strawberry.field(description="各维度的取值，顺序同 groupBy")
    count: int = strawberry.field(description="数量")
    sums: strawberry.Private[Mapping[str, Decimal]]
    amounts: strawberry.Private[Sequence[str]] = ()
    """The money fields of what is counted."""

    @resolved("某金额字段的合计（元），例如 fine")
    def sum(self, field: str) -> Decimal | None:
        """Give the exact total of a money field such as `fine`; raises BadInput."""
        if field not in self.amounts:
            known = "、".join(self.amounts) or "无 (none)"
            reason = f"没有金额字段 {field!r}，可用 (no such sum; there are): {known}"
            raise BadInput("field", reason)
        return self.sums.get(field)


@strawberry.type(description="记录统计")
class RecordStatistics:
    """Groups of records; departments that did not answer are absent and named."""

    groups: list[StatisticsGroup] = strawberry.field(description="各组")
    completeness: Completeness = strawberry.field(description="完整性")
