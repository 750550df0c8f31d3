"""How one field of a record type is read from a department's columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

CodeList = Mapping[str, object]
"""Code as written to the enum's value, or to words in the text that tell it apart."""


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One line of `[TYPE.fields]`."""

    name: str
    """Of the field, as in the contract (`decidedOn`)."""
    columns: tuple[str, ...] = ()
    """The first that is not empty wins; lists are joined."""
    read: str = "text"
    """Name of the reader."""
    value: object = None
    """A constant instead of columns."""
    default: object = None
    """What stands in when all columns are empty."""
    codes: CodeList | None = None
    list_name: str | None = None
    """Name of the code list, where it has one."""
    by_text: tuple[str, ...] = ()
    """Columns whose text decides where a code means several things."""
    otherwise: str | None = None
    """The enum value for codes that the list does not know."""
    split: str | None = None
    indefinite: tuple[str, ...] = ()
    """Dates as written that mean «no end» 长期."""
    fields: Mapping[str, "FieldRule"] = field(default_factory=dict)
    """For `objects`: the fields inside."""


def texts(value: object) -> tuple[str, ...]:
    """Read a text or a list of texts; anything else gives nothing."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, Sequence) and all(isinstance(part, str) for part in value):
        return tuple(value)
    return ()
