"""From codes, old numbers, names and former names to enterprises, set at a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from adapters.contract import EnterpriseKey, Subject
from gateway.core.candidates import near, rated
from gateway.core.database import reading
from gateway.core.filters import storable
from schema.codes import uscc as codes
from schema.codes.names import normalise

CHUNK = 5_000
"""Values of one statement at the most."""


def _in(sql: str) -> TextClause:
    return text(sql).bindparams(bindparam("keys", expanding=True))


_NUMBERS = _in("SELECT uscc, registration_number FROM registration WHERE uscc IN :keys")
_NAMES = _in("SELECT uscc, name_key, current FROM bearer WHERE uscc IN :keys")
_BEARERS = _in(
    "SELECT name_key, uscc, current FROM bearer WHERE name_key IN :keys "
    "ORDER BY name_key, current DESC, uscc"
)
_EXISTING = _in("SELECT uscc FROM registration WHERE uscc IN :keys")
_BY_NUMBER = _in(
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

    def __init__(self, engine: AsyncEngine) -> None:
        """Read from the core's tables."""
        self._engine = engine

    async def keys_of(self, usccs: Sequence[str]) -> Mapping[str, EnterpriseKey]:
        """Give the keys by which departments may know the enterprises."""
        async with reading(self._engine) as connection:
            numbers: dict[str, str | None] = dict(
                await _all(connection, _NUMBERS, usccs)
            )
            names: dict[str, list[str]] = {}
            for code, name, _ in sorted(
                await _all(connection, _NAMES, usccs), key=lambda row: -row[2]
            ):
                names.setdefault(code, []).append(name)
            every = {name for known in names.values() for name in known}
            bearers = _group(await _all(connection, _BEARERS, sorted(every)))
        shared = {name for name, who in bearers.items() if len(who) > 1}
        return {
            code: EnterpriseKey(
                code,
                number,
                tuple(names.get(code, ())),
                frozenset(shared.intersection(names.get(code, ()))),
            )
            for code, number in numbers.items()
        }

    async def match(
        self, subjects: Sequence[Subject], *, candidates: bool = True
    ) -> Sequence[Match]:
        """Find out whom subjects are; candidates only for those who fit nobody."""
        async with reading(self._engine) as connection:
            found = await self._found(connection, subjects)
            matches = [_match(subject, found) for subject in subjects]
            if not candidates:
                return matches
            return await self._with_candidates(connection, subjects, matches, found)

    async def by_number(self, numbers: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """Give the codes of who bears each registration number."""
        async with reading(self._engine) as connection:
            rows = await _all(connection, _BY_NUMBER, numbers)
        return _several(rows)

    async def by_name(self, names: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """Give the codes of who bears each name, else of who bore it."""
        keys = {name: normalise(name) for name in names}
        async with reading(self._engine) as connection:
            rows = await _all(connection, _BEARERS, sorted(set(keys.values())))
        bearers = _group(rows)
        return {name: _bearers(bearers.get(key, ())) for name, key in keys.items()}

    async def _found(
        self, connection: AsyncConnection, subjects: Sequence[Subject]
    ) -> "_Found":
        written = {s.uscc for s in subjects if s.uscc}
        repairs = {
            code
            for subject in subjects
            if subject.written_code
            for code in codes.repairs(codes.normalise(subject.written_code))
        }
        numbers = {s.registration_number for s in subjects if s.registration_number}
        names = {s.name for s in subjects if s.name}
        existing = await _all(connection, _EXISTING, sorted(written | repairs))
        return _Found(
            {row[0] for row in existing},
            _several(await _all(connection, _BY_NUMBER, sorted(numbers))),
            _group(await _all(connection, _BEARERS, sorted(names))),
        )

    async def _with_candidates(
        self,
        connection: AsyncConnection,
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
            candidates[name] = rated(name, await near(connection, name) | bearers)
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


def _group(rows: Iterable[Sequence[Any]]) -> dict[str, list[tuple[str, int]]]:
    grouped: dict[str, list[tuple[str, int]]] = {}
    for name, code, current in rows:
        grouped.setdefault(name, []).append((code, current))
    return grouped


def _several(rows: Sequence[Sequence[Any]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for number, code in rows:
        grouped.setdefault(number, []).append(code)
    return grouped


async def _all(
    connection: AsyncConnection, query: TextClause, keys: Sequence[str]
) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for start in range(0, len(keys), CHUNK):
        chunk = [storable(key) for key in keys[start : start + CHUNK]]
        rows += [tuple(row) for row in await connection.execute(query, {"keys": chunk})]
    return rows
