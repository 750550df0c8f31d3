"""The catalogue: every record type, its fields, who contributes."""

import strawberry

from schema.departments import Department
from schema.record_type import RecordType


@strawberry.type(description="字段目录")
class FieldInfo:
    """One field of a record type."""

    name: str = strawberry.field(description="字段名")
    term: str = strawberry.field(description="官方名称")
    kind: str = strawberry.field(description="数据类型")
    visibility: str = strawberry.field(
        description="公开范围：P 公开 P° 自然人不公开 M 脱敏 O 企业选择 G 仅政务"
    )
    rule: str = strawberry.field(description="依据")


@strawberry.type(description="记录类型目录")
class RecordTypeInfo:
    """One record type."""

    record_type: RecordType = strawberry.field(description="记录类型")
    term: str = strawberry.field(description="官方名称")
    type_name: str = strawberry.field(description="GraphQL 类型名")
    rule: str = strawberry.field(description="依据")
    fields: list[FieldInfo] = strawberry.field(description="字段")
    departments: list[Department] = strawberry.field(description="提供部门")
