"""The names under which departments keep a field: official terms, codes, synonyms."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from adapters.contract import KeyKind
from schema.record_type import RecordType
from schema.records import RECORDS

KEYS: Final[tuple[KeyKind, ...]] = ("uscc", "registration_number", "name")
"""What can say whom a row is about, in the order of trust."""
VALIDITY = "_validity"
"""Not a field: one column that tells from when to when."""

_FILE = Path(__file__).with_name("terms.toml")
_CUT = re.compile(r"[（(：:；;].*")
_NUMBERED = re.compile(r"行政相对人代码_\d\s*")


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one field or key."""

    official: tuple[str, ...]
    """Official Chinese terms, and the name in the contract."""
    usual: tuple[str, ...] = ()
    """All others."""


@dataclass(frozen=True, slots=True)
class Terms:
    """All names of all fields."""

    fields: Mapping[RecordType, Mapping[str, Names]]
    keys: Mapping[str, Names]
    tables: Mapping[RecordType, Names]
    stand_ins: Mapping[RecordType, Mapping[str, Sequence[str]]]
    """Fields whose column may stand for one that has none."""
    natural: Mapping[RecordType, Sequence[str]]
    """Fields that are equal when a record is sent again."""


def read_terms(path: Path = _FILE) -> Terms:
    """Read the synonyms and join them with the record types' declarations."""
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    return Terms(
        fields={kind: _fields(kind, told) for kind in RECORDS},
        keys={key: Names((), tuple(told["key"][key])) for key in KEYS},
        tables={kind: _table(kind, told) for kind in RECORDS},
        stand_ins={kind: told["stand_in"].get(kind.value, {}) for kind in RECORDS},
        natural={kind: told["natural"].get(kind.value, ()) for kind in RECORDS},
    )


def _fields(
    kind: RecordType, told: Mapping[str, Mapping[str, list[str]]]
) -> Mapping[str, Names]:
    own, shared = told.get(kind.value, {}), told["any"]
    names = {
        name: Names(
            (*_terms_in(field.term), name),
            tuple(own.get(name, [])) or tuple(shared.get(name, [])),
        )
        for name, field in RECORDS[kind].fields.items()
    }
    if VALIDITY in own:
        names[VALIDITY] = Names((), tuple(own[VALIDITY]))
    return names


def _table(kind: RecordType, told: Mapping[str, Mapping[str, list[str]]]) -> Names:
    declared = RECORDS[kind]
    own = tuple(told.get(kind.value, {}).get("_table", []))
    return Names((declared.term, declared.english, kind.value), own)


def _terms_in(term: str) -> tuple[str, ...]:
    """Cut an official term into the words that a head may have."""
    plain = _CUT.sub("", _NUMBERED.sub("", term)).strip()
    return (plain, *plain.split("、")) if "、" in plain else (plain,)
