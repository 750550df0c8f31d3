"""Who may be meant by a name that nobody bears, the most similar first."""

import difflib
import re
from collections.abc import Mapping, Sequence
from functools import cache

from gateway.core.filters import ESCAPE, escaped, storable
from gateway.core.reading import Reads
from schema.codes import regions
from schema.codes.names import normalise

Candidate = tuple[str, str, float]
"""Code, name and similarity."""
MOST = 5
SIMILAR = 0.5
_LOOKED_AT = 60
_TRIGRAMS = 8
_FORMS = re.compile(
    "(?:(?:股份|集团)?有限公司|集团|(?:农牧民|农民|牧民)?专业合作社|合作社|经营部|商行|厂)$"
)
_BY_INDEX = (
    "SELECT r.uscc, r.name FROM (SELECT uscc FROM search WHERE search MATCH :match "
    "ORDER BY rank LIMIT :most) AS s JOIN registration AS r ON r.uscc = s.uscc"
)
_BY_PART = (
    f"SELECT uscc, name FROM registration WHERE words LIKE :pattern{ESCAPE} "  # noqa: S608
    "ORDER BY uscc LIMIT :most"
)


async def near(reads: Reads, name: str) -> dict[str, str]:
    """Give code and name of those whose names share a part with a normalised name."""
    query, values = _query(storable(stem(name)), trigrams=reads.trigrams)
    found = await reads.rows(query, {**values, "most": _LOOKED_AT})
    return {row[0]: row[1] for row in found}


def rated(asked: str, found: Mapping[str, str]) -> tuple[Candidate, ...]:
    """Give the most similar of those found, similar ones only."""
    candidates = [
        (code, name, _similarity(asked, name)) for code, name in found.items()
    ]
    candidates.sort(key=lambda one: (-one[2], one[0]))
    return tuple(one for one in candidates if one[2] >= SIMILAR)[:MOST]


def stem(name: str) -> str:
    """Give what tells a normalised name apart: no place before, no form behind."""
    rest = _places().sub("", name)
    bare = _FORMS.sub("", rest)
    return next((part for part in (bare, rest) if len(part) > 1), name)


@cache
def _places() -> re.Pattern[str]:
    names = {"青海省", "青海"}
    for division in regions.divisions().values():
        names.add(division.name)
        if division.level == "prefecture":
            names.add(division.name[:2])
    kept = sorted((name for name in names if len(name) > 1), key=len, reverse=True)
    return re.compile(f"^(?:{'|'.join(map(re.escape, kept))})+")


def _query(part: str, *, trigrams: bool) -> tuple[str, dict[str, object]]:
    if trigrams and len(part) > 2:
        pieces = _trigrams(part)
        quoted = (f'"{piece.replace(chr(34), chr(34) * 2)}"' for piece in pieces)
        return _BY_INDEX, {"match": " OR ".join(quoted)}
    return _BY_PART, {"pattern": f"%{escaped(part[:3])}%"}


def _trigrams(part: str) -> Sequence[str]:
    pieces = (part[start : start + 3] for start in range(len(part) - 2))
    return list(dict.fromkeys(pieces))[:_TRIGRAMS]


def _similarity(asked: str, name: str) -> float:
    return round(difflib.SequenceMatcher(None, asked, normalise(name)).ratio(), 3)
