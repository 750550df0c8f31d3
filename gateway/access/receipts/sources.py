"""What each department answered, as a receipt says it."""

from collections import Counter
from collections.abc import Iterable, Sequence

from gateway.access.receipts.hashes import hash_of_records
from gateway.loading.answers import Answer, SourceCall

_Key = tuple[str, str]


def sources_of(calls: Iterable[SourceCall]) -> Sequence[dict[str, object]]:
    """Sum up by department and record type, in their order; listings by themselves.

    `digest` is the SHA-256 of the records' digests, sorted, each with a line break.
    """
    grouped: dict[_Key, list[Answer]] = {}
    listings: list[tuple[_Key, Answer]] = []
    for call in calls:
        key = call.department, call.record_type.value
        if call.listing:
            listings += [(key, one) for one in call.answers]
        else:
            grouped.setdefault(key, []).extend(call.answers)
    return [
        *(_source(key, grouped[key]) for key in sorted(grouped)),
        *(_listing(*one) for one in sorted(listings, key=lambda one: one[0])),
    ]


def _source(key: _Key, answers: Sequence[Answer]) -> dict[str, object]:
    digests = [record.digest for one in answers for record in one.records]
    return _told(key, answers, hash_of_records(digests))


def _listing(key: _Key, answer: Answer) -> dict[str, object]:
    digest = None if answer.given is None else answer.given.digest
    return {**_told(key, [answer], digest), "listing": True}


def _told(
    key: _Key, answers: Sequence[Answer], digest: str | None
) -> dict[str, object]:
    outcomes = Counter(one.outcome.value for one in answers)
    ages = [one.as_of for one in answers if one.as_of is not None]
    return {
        "department": key[0],
        "recordType": key[1],
        "outcomes": dict(sorted(outcomes.items())),
        "asOf": min(ages).isoformat() if ages else None,
        "records": sum(one.count for one in answers),
        "digest": digest,
        "complete": all(one.complete for one in answers),
    }
