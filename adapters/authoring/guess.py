"""What we think the fields are in a source, with confidence and evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from adapters.authoring.sample import Sample
from adapters.contract import KeyKind
from schema.record_type import RecordType

UNDECIDED = "待定"
"""Column written where nobody knows which one it is; no source has it."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the person said, which goes before any guess."""

    columns: Mapping[str, str] = field(default_factory=dict)
    """By field, or by `uscc`, `registration_number` and `name` of the key."""
    constants: Mapping[str, str] = field(default_factory=dict)
    """By field."""
    unit: str = ""
    """`yuan` or `wan_yuan` for all amounts; empty: guess."""
    key: KeyKind | None = None
    """What the source is asked by; None: guess."""


@dataclass(frozen=True, slots=True)
class FieldGuess:
    """One line of `[TYPE.fields]`."""

    field: str
    words: object
    """As in the declaration: a column, or a table of words."""
    columns: tuple[str, ...]
    confidence: float
    evidence: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    """What a person must decide."""


@dataclass(frozen=True, slots=True)
class SectionGuess:
    """One `[TYPE]` of the declaration to write."""

    record_type: RecordType
    sample: Sample
    key_kind: KeyKind
    key: Mapping[KeyKind, str]
    """By kind of key: its column."""
    key_evidence: Mapping[KeyKind, tuple[float, Sequence[str]]]
    fields: Mapping[str, FieldGuess]
    missing: tuple[str, ...]
    """Required fields for which there is no column."""
    unused: tuple[str, ...]
    natural_key: tuple[str, ...]
    record_id: tuple[str, ...]
