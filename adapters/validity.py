"""Whether a record is valid without end, where a type says so and no column does."""

from collections.abc import Callable
from dataclasses import dataclass

from adapters.readers.dates import is_indefinite
from adapters.readers.intervals import has_no_end
from adapters.section import Section


@dataclass(frozen=True, slots=True)
class NoEnd:
    """How the end as written tells that there is none."""

    columns: tuple[str, ...]
    """Of the end; the first that is not empty."""
    test: Callable[[object], bool]


def no_end(section: Section) -> NoEnd | None:
    """Say how `validTo` tells `indefinite`; None where it need not."""
    declared = section.declared.fields
    if "indefinite" not in declared or "indefinite" in section.fields:
        return None
    rule = section.fields.get("validTo")
    if rule is None:
        return NoEnd((), lambda _value: False)
    if rule.read == "interval_to":
        return NoEnd(rule.columns, has_no_end)
    words = rule.indefinite
    return NoEnd(rule.columns, lambda value: is_indefinite(value, words))
