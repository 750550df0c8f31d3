"""Who asks, and what is withheld from him."""

import strawberry


@strawberry.type(description="不可查看的内容")
class Denial:
    """Something that the policy withholds."""

    what: str = strawberry.field(description="字段或记录类型")
    rule: str = strawberry.field(description="策略规则")
    reason: str = strawberry.field(description="原因")
    in_part: bool = strawberry.field(description="部分企业除外")


@strawberry.type(description="当前用户")
class Viewer:
    """Who asks, and what he may see."""

    roles: list[str] = strawberry.field(description="角色")
    audience: str = strawberry.field(description="可见范围")
    department: str | None = strawberry.field(description="所属部门代码")
    region: str | None = strawberry.field(description="管辖区划；空为全省")
    uscc: str | None = strawberry.field(description="企业用户自己的代码")
    policy: str = strawberry.field(description="策略版本")
    denials: list[Denial] = strawberry.field(description="不可查看的内容")
