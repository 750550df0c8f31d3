"""Which enterprises and records a request saw, out of what it heard."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from gateway.loading.answers import GIVEN_NOTHING, Note, SourceCall
from schema.departments import SourceOutcome


@dataclass(frozen=True, slots=True)
class Seen:
    """What a request saw."""

    enterprises: Sequence[str]
    """USCCs, sorted; the first ones where there are more than may be listed."""
    count: int
    """Of all of them."""
    records: Mapping[str, Mapping[str, int]]
    """How many, by department and record type; 0: it was heard, and holds none."""


def calls_of(note: Note) -> Sequence[SourceCall]:
    """Keep what a request heard up to now; who answers later was not heard."""
    return (*note.calls, *note.told)


def seen(calls: Iterable[SourceCall], others: Iterable[str], most: int) -> Seen:
    """Say what was seen of departments, and of `others` whom only the core knows.

    Who was asked about was seen, also where there was nothing to find. Of a listing of
    whole departments, the enterprises are those of whom something was taken up.
    """
    usccs = set(others)
    records: dict[str, dict[str, int]] = {}
    for call in calls:
        usccs.update(_about(call))
        if call.outcomes.keys() <= _UNHEARD:
            continue
        count = sum([one.count for one in call.answers])
        types = records.setdefault(call.department, {})
        kind = call.record_type.value
        types[kind] = types.get(kind, 0) + count
    listed = sorted(usccs)
    return Seen(listed[:most], len(listed), records)


def _about(call: SourceCall) -> Collection[str]:
    """Give whom a call was about: its answers are the values of a dict by USCC."""
    by_uscc = getattr(call.answers, "mapping", None)
    if isinstance(by_uscc, MappingProxyType):
        return by_uscc.keys()
    if not call.listing:
        return ()
    given = [one.given for one in call.answers if one.given is not None]
    return {uscc for one in given for uscc in one.enterprises}


_UNHEARD = GIVEN_NOTHING | {SourceOutcome.NOTHING_HELD}
"""Outcomes of departments that said nothing for this request."""
