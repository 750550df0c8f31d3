"""What each department answered, as a receipt says it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import sha256

from gateway.loading.answers import SourceCall

_Key = tuple[str, str]


def sources_of(calls: Iterable[SourceCall]) -> Sequence[dict[str, object]]:
    """Sum up by department and record type, in their order.

    `digest` is the SHA-256 of the records' digests, sorted, each with a line break.
    """
    grouped: dict[_Key, list[SourceCall]] = {}
    for call in calls:
        grouped.setdefault((call.department, call.record_type.value), []).append(call)
    return [_source(key, grouped[key]) for key in sorted(grouped)]


def _source(key: _Key, calls: Sequence[SourceCall]) -> dict[str, object]:
    answers = [one for call in calls for one in call.answers]
    records = [record for one in answers for record in one.records]
    digests = sorted(record.digest for record in records)
    outcomes = Counter(one.outcome.value for one in answers)
    ages = [one.as_of for one in answers if one.as_of is not None]
    return {
        "department": key[0],
        "recordType": key[1],
        "outcomes": dict(sorted(outcomes.items())),
        "asOf": min(ages).isoformat() if ages else None,
        "records": len(records),
        "digest": sha256("".join(f"{one}\n" for one in digests).encode()).hexdigest(),
        "complete": all(one.complete for one in answers),
    }
