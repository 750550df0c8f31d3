"""The directive by which a query says what its answer must be."""

from collections.abc import Mapping
from typing import Final

from graphql import (
    DirectiveLocation,
    GraphQLArgument,
    GraphQLDefaultInput,
    GraphQLDirective,
    GraphQLEnumType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLString,
)

REQUIRE: Final = "require"


def require_of(types: Mapping[str, GraphQLNamedType]) -> GraphQLDirective:
    """Declare @require with the enums of a schema."""
    return GraphQLDirective(
        REQUIRE,
        [DirectiveLocation.QUERY],
        {
            "completeness": GraphQLArgument(
                GraphQLNonNull(_enum(types, "CompletenessStatus")),
                default=GraphQLDefaultInput("COMPLETE"),
                description="整个答复至少的完整性 what the whole answer is at least",
            ),
            "maxAge": GraphQLArgument(
                GraphQLString,
                description="数据最多多旧，如 90s、15m、24h、7d："
                "部门的答复自取得时起算，已归集的自数据截至时起算 "
                "the greatest age, since it was fetched, or as of when it was "
                "materialized",
            ),
            "noStale": GraphQLArgument(
                GraphQLList(GraphQLNonNull(_enum(types, "RecordType"))),
                description="不得使用部门中断前最后答复（STALE）的记录类型 "
                "record types whose last answers are not taken in place of new ones",
            ),
        },
        description="答复须达到的要求；未达到时不给数据，只给错误 REQUIREMENT_NOT_MET "
        "what the answer must be; if it is less, there is an error and no data",
    )


def _enum(types: Mapping[str, GraphQLNamedType], name: str) -> GraphQLEnumType:
    found = types[name]
    if not isinstance(found, GraphQLEnumType):
        raise TypeError(f"{name} is no enum")
    return found
