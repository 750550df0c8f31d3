"""Asks a subgraph of Apollo Federation v2 for entities, and reads them.

What a subgraph gives it gives by place; that is believed only where each entity says
by its key whom it is.
"""

from collections.abc import Mapping, Sequence

from adapters.contract import Row
from adapters.errors import SourceContractBroken
from adapters.kinds.graphql.options import ENTITIES, Entity
from adapters.paths import found


def representations(entity: Entity, keys: Sequence[str]) -> list[Mapping[str, str]]:
    """Write the entities asked for."""
    return [{"__typename": entity.type, entity.key: key} for key in keys]


def read_entities(
    entity: Entity, path: str, keys: Sequence[str], body: object
) -> list[Row]:
    """Give the rows of all entities, each with the key of its entity.

    An entity that is null is one that the subgraph does not know.

    Raises SourceContractBroken for fewer or others than asked for, and for one that
    has no list of rows.
    """
    entities = found(f"data.{ENTITIES}", body)
    if not isinstance(entities, list) or len(entities) != len(keys):
        raise SourceContractBroken("答复的实体与所问不符 (not the entities asked for)")
    rows: list[Row] = []
    for key, one in zip(keys, entities, strict=True):
        if one is None:
            continue
        if not isinstance(one, Mapping) or one.get(entity.key) != key:
            words = f"答复的实体没有给出所问的 {entity.key} (not the one asked for)"
            raise SourceContractBroken(words)
        rows.extend({entity.key: key, **row} for row in _rows(path, one))
    return rows


def _rows(path: str, entity: Mapping[str, object]) -> Sequence[Row]:
    rows = found(path, entity)
    if not isinstance(rows, list) or set(map(type, rows)) - {dict}:
        raise SourceContractBroken("答复中没有约定的记录列表 (no list of rows)")
    return rows
