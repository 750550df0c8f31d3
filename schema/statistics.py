"""Counts of enterprises and of records."""

from collections.abc import Mapping
from decimal import Decimal

import strawberry

from schema.declaration import resolved
from schema.departments import Completeness


@strawberry.type(description="按维度统计的一组")
class StatisticsGroup:
    """A group and how many fall into it."""

    keys: list[str] = strawberry.field(description="各维度的取值，顺序同 groupBy")
    count: int = strawberry.field(description="数量")
    sums: strawberry.Private[Mapping[str, Decimal]]

    @resolved("某金额字段的合计（元），例如 fine")
    def sum(self, field: str) -> Decimal | None:
        """Give the exact total of a money field such as `fine`."""
        return self.sums.get(field)


@strawberry.type(description="记录统计")
class RecordStatistics:
    """Groups of records; departments that did not answer are absent and named."""

    groups: list[StatisticsGroup] = strawberry.field(description="各组")
    completeness: Completeness = strawberry.field(description="完整性")
