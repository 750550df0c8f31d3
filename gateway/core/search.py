"""Searches names, former names, codes and old numbers; the best hit first."""

from gateway.core.filters import ESCAPE, escaped
from schema.codes.names import normalise
from schema.codes.regions import significant

TRIGRAM = 3
"""Characters from which on the trigram index helps."""
MOST_WORDS = 8

_GRADE = (
    "CASE WHEN uscc = :exact OR registration_number = :exact OR name_key = :key THEN 0 "
    f"WHEN name LIKE :prefix{ESCAPE} THEN 1 WHEN name LIKE :inside{ESCAPE} THEN 2 "
    "ELSE 3 END"
)


def hits(
    text: str, region: str | None, *, sqlite: bool
) -> tuple[str, dict[str, object]]:
    """Give the query of all hits (uscc, name, body, grade) and its values.

    Every word must stand in the name, a former name, the code or the number. The
    index's own syntax is inert.
    """
    words = text.split()[:MOST_WORDS]
    values: dict[str, object] = {
        "exact": text.strip().upper(),
        "key": normalise(text),
        "prefix": f"{escaped(text.strip())}%",
        "inside": f"%{escaped(text.strip())}%",
    }
    parts = []
    long = [word for word in words if len(word) >= TRIGRAM]
    if sqlite and long:
        values["match"] = " AND ".join(f'"{_quoted(word)}"' for word in long)
        parts.append("uscc IN (SELECT uscc FROM search WHERE search MATCH :match)")
        words = [word for word in words if len(word) < TRIGRAM]
    for place, word in enumerate(words):
        values[f"word{place}"] = f"%{escaped(word)}%"
        operator = "LIKE" if sqlite else "ILIKE"
        parts.append(f"words {operator} :word{place}{ESCAPE}")
    if region:
        values["region"] = f"{significant(region)}%"
        parts.append("region LIKE :region")
    return (
        f"SELECT uscc, name, body, {_GRADE} AS grade FROM registration "  # noqa: S608
        f"WHERE {' AND '.join(parts) or '1 = 0'}",
        values,
    )


def _quoted(word: str) -> str:
    return word.replace('"', '""')
