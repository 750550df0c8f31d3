"""Which record type a table, a file or an answer holds."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from adapters.authoring.contents import Content, contents_of
from adapters.authoring.fits import field_fit
from adapters.authoring.guessing import Knowledge
from adapters.authoring.headers import match
from adapters.authoring.sample import Sample
from adapters.authoring.terms import Names
from schema.record_type import RecordType
from schema.records import RECORDS

ENOUGH = 0.45
_JUDGED = 200
"""Rows that are enough to tell the type by."""


@dataclass(frozen=True, slots=True)
class TypeGuess:
    """A record type and how sure we are of it, from 0 to 1."""

    record_type: RecordType
    confidence: float
    evidence: str


def type_of(sample: Sample, knows: Knowledge) -> list[TypeGuess]:
    """Weigh all record types for a sample, the likeliest first."""
    contents = contents_of(sample.columns, sample.rows[:_JUDGED])
    guesses = [_weigh(kind, sample, contents, knows) for kind in RECORDS]
    return sorted(guesses, key=lambda one: -one.confidence)


def _weigh(
    kind: RecordType,
    sample: Sample,
    contents: Mapping[str, Content],
    knows: Knowledge,
) -> TypeGuess:
    """The name of the table tells most; then how many required fields have a column."""
    declared, names = RECORDS[kind].fields, knows.terms.fields[kind]
    named = _named(sample.name, knows.terms.tables[kind])
    needed = [name for name, field in declared.items() if field.required]
    known = [name for name in declared if name in names and not declared[name].required]
    found = {
        name: max(
            (
                field_fit(
                    declared[name],
                    names[name],
                    sample.titles.get(column) or column,
                    content,
                    knows.lists,
                ).score
                for column, content in contents.items()
            ),
            default=0.0,
        )
        for name in (*needed, *known)
    }
    share = sum(found[name] for name in needed) / len(needed)
    others = sum(found[name] >= 0.85 for name in known) / max(len(contents), 1)
    confidence = min(0.35 * named + 0.5 * share + 0.25 * others, 1.0)
    filled = sum(found[name] >= 0.6 for name in needed)
    words = f"{filled}/{len(needed)} 个必填字段有列 required fields"
    if named > 0.5:
        words = f"名称 name {sample.name}; {words}"
    return TypeGuess(kind, confidence, words)


def _named(name: str, names: Names) -> float:
    """Compare the name of a table and its single words: `t_xzcf_jg`, `v1/penalties`."""
    words = [part for part in re.split(r"[^\w]+|_", name) if len(part) > 1]
    return max(match(word, names).score for word in (name, *words))
