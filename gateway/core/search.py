"""Searches names, former names, codes and old numbers; the best hit first."""

from gateway.core.filters import ESCAPE, escaped, storable
from schema.codes.names import normalise
from schema.codes.regions import significant

TRIGRAM = 3
"""Characters from which on the trigram index helps."""
MOST_WORDS = 8


def hits(
    text: str, region: str | None, like: str, *, trigrams: bool
) -> tuple[str, dict[str, object]]:
    """Give the query of all hits (uscc, name, body, grade) and its values.

    Every word must stand in the name, a former name, the code or the number, as
    written or as names are compared. The index's own syntax is inert.
    """
    asked = storable(text).strip()
    values: dict[str, object] = {"exact": asked.upper(), "key": normalise(asked)}
    for side, form in (("written", asked), ("compared", normalise(asked))):
        values |= {f"{side}0": f"{escaped(form)}%", f"{side}1": f"%{escaped(form)}%"}
    parts = []
    for place, word in enumerate(asked.split()[:MOST_WORDS]):
        forms = list(dict.fromkeys((word, normalise(word) or word)))
        if trigrams and all(len(form) >= TRIGRAM for form in forms):
            values[f"match{place}"] = " OR ".join(map(_quoted, forms))
            matching = f"SELECT uscc FROM search WHERE search MATCH :match{place}"  # noqa: S608
            parts.append(f"uscc IN ({matching})")
            continue
        marks = []
        for number, form in enumerate(forms):
            values[f"word{place}_{number}"] = f"%{escaped(form)}%"
            marks.append(f"words {like} :word{place}_{number}{ESCAPE}")
        parts.append(f"({' OR '.join(marks)})")
    if region:
        values["lowest"] = significant(region).ljust(6, "0")
        values["highest"] = significant(region).ljust(6, "9")
        parts.append("region BETWEEN :lowest AND :highest")
    return (
        f"SELECT uscc, name, body, {_grade(like)} AS grade FROM registration "  # noqa: S608
        f"WHERE {' AND '.join(parts) if asked else '1 = 0'}",
        values,
    )


def _grade(like: str) -> str:
    """Put exact before prefix before part, the name before former names."""

    def stands(place: int) -> str:
        return (
            f"name {like} :written{place}{ESCAPE} "
            f"OR name_key {like} :compared{place}{ESCAPE}"
        )

    return (
        "CASE WHEN uscc = :exact OR registration_number = :exact "
        f"OR name_key = :key THEN 0 WHEN {stands(0)} THEN 1 "
        f"WHEN {stands(1)} THEN 2 ELSE 3 END"
    )


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'
