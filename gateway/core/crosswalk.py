"""From codes, old numbers, names and former names to enterprises, set at a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from adapters.contract import EnterpriseKey, Subject
from gateway.core.candidates import near, rated
from gateway.core.gathering import Gathering
from gateway.core.keys import Keys
from gateway.core.reading import Reads, Rows, of_keys
from schema.codes import uscc as codes
from schema.codes.names import normalise

_BEARERS = (
    "SELECT name_key, uscc, current FROM bearer WHERE name_key IN :keys "
    "ORDER BY name_key, current DESC, uscc"
)
_EXISTING = "SELECT uscc FROM registration WHERE uscc IN :keys"
_BY_NUMBER = (
    "SELECT registration_number, uscc FROM registration "
    "WHERE registration_number IN :keys ORDER BY uscc"
)


@dataclass(frozen=True, slots=True)
class Match:
    """Whom a subject is: one enterprise, or why none, with who it may be."""

    uscc: str | None
    reason: str | None = None
    """UNKNOWN_CODE, INVALID_CODE, UNKNOWN_NUMBER, UNKNOWN_NAME, AMBIGUOUS_NAME or
    NO_IDENTITY."""
    candidates: tuple[tuple[str, str, float], ...] = ()
    """Code, name and similarity, the most similar first."""
    repaired: bool = False


class Crosswalk:
    """Reads the crosswalk of the core."""

    def __init__(self, reads: Reads) -> None:
        """Read from the core's tables."""
        self._reads = reads
        self._gathering = Gathering(Keys(reads).of)

    async def keys_of(self, usccs: Sequence[str]) -> Mapping[str, EnterpriseKey]:
        """Give the keys by which departments may know the enterprises.

        Those of several record types are asked for at the same time, and read once.
        """
        return await self._gathering.of(usccs)

    async def match(
        self, subjects: Sequence[Subject], *, candidates: bool = True
    ) -> Sequence[Match]:
        """Find out whom subjects are; candidates only for those who fit nobody."""
        found = await self._found(subjects)
        matches = [_match(subject, found) for subject in subjects]
        if not candidates:
            return matches
        return await self._with_candidates(subjects, matches, found)

    async def by_number(self, numbers: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """Give the codes of who bears each registration number."""
        return _several(await of_keys(self._reads, _BY_NUMBER, numbers))

    async def by_name(self, names: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """Give the codes of who bears each name, else of who bore it."""
        keys = {name: normalise(name) for name in names}
        bearers = _group(
            await of_keys(self._reads, _BEARERS, sorted(set(keys.values())))
        )
        return {name: _bearers(bearers.get(key, ())) for name, key in keys.items()}

    async def _found(self, subjects: Sequence[Subject]) -> "_Found":
        written = {s.uscc for s in subjects if s.uscc}
        repairs = {
            code
            for subject in subjects
            if subject.written_code
            for code in codes.repairs(codes.normalise(subject.written_code))
        }
        numbers = {s.registration_number for s in subjects if s.registration_number}
        names = {s.name for s in subjects if s.name}
        existing = await of_keys(self._reads, _EXISTING, sorted(written | repairs))
        return _Found(
            {row[0] for row in existing},
            _several(await of_keys(self._reads, _BY_NUMBER, sorted(numbers))),
            _group(await of_keys(self._reads, _BEARERS, sorted(names))),
        )

    async def _with_candidates(
        self,
        subjects: Sequence[Subject],
        matches: Sequence[Match],
        found: "_Found",
    ) -> Sequence[Match]:
        """Say who may be meant; each name is looked for once."""
        pairs = list(zip(subjects, matches, strict=True))
        asked = {s.name for s, match in pairs if s.name and match.uscc is None}
        candidates = {}
        for name in sorted(asked):
            bearers = {code: name for code, _ in found.names.get(name, ())}
            candidates[name] = rated(name, await near(self._reads, name) | bearers)
        return [
            replace(match, candidates=candidates.get(subject.name or "", ()))
            if match.uscc is None
            else match
            for subject, match in pairs
        ]


@dataclass(frozen=True, slots=True)
class _Found:
    existing: set[str]
    numbers: Mapping[str, Sequence[str]]
    names: Mapping[str, Sequence[tuple[str, int]]]


def _match(subject: Subject, found: _Found) -> Match:  # noqa: PLR0911
    """Trust the code first, then the number, then a name that only one bears."""
    by_name = _bearers(found.names.get(subject.name or "", ()))
    if subject.uscc:
        if subject.uscc in found.existing:
            return Match(subject.uscc)
        return Match(None, "UNKNOWN_CODE")
    if subject.written_code:
        return _repaired(subject.written_code, found, by_name)
    if subject.registration_number:
        return _numbered(found.numbers.get(subject.registration_number, ()), by_name)
    if not subject.name:
        return Match(None, "NO_IDENTITY")
    if len(by_name) == 1:
        return Match(by_name[0])
    return Match(None, "AMBIGUOUS_NAME" if by_name else "UNKNOWN_NAME")


def _numbered(bearers: Sequence[str], by_name: Sequence[str]) -> Match:
    """Accept a number that one bears; of several, the one that bears the name."""
    named = [code for code in bearers if code in by_name]
    for choice in (bearers, named):
        if len(choice) == 1:
            return Match(choice[0])
    return Match(None, "UNKNOWN_NUMBER")


def _repaired(written: str, found: _Found, by_name: Sequence[str]) -> Match:
    """Accept the only repair of a code, if the name agrees."""
    repairs = codes.repairs(codes.normalise(written))
    if (
        len(repairs) == 1
        and list(by_name) == [repairs[0]]
        and (repairs[0] in found.existing)
    ):
        return Match(repairs[0], repaired=True)
    return Match(None, "INVALID_CODE")


def _bearers(rows: Iterable[tuple[str, int]]) -> Sequence[str]:
    """Give those who bear a name today; if nobody does, those who bore it."""
    known = list(rows)
    current = [code for code, is_current in known if is_current]
    return current or [code for code, _ in known]


def _group(rows: Rows) -> dict[str, list[tuple[str, int]]]:
    grouped: dict[str, list[tuple[str, int]]] = {}
    for name, code, current in rows:
        grouped.setdefault(name, []).append((code, current))
    return grouped


def _several(rows: Rows) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for number, code in rows:
        grouped.setdefault(number, []).append(code)
    return grouped
