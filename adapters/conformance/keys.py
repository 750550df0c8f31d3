"""Enterprises to ask about: those that rows name, and some that nobody knows."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from adapters.contract import EnterpriseKey, KeyKind, SourceRecord, Subject
from schema.codes import names, registration_number, uscc

_FIRST = "9163000098"
"""Of the codes of stand-ins; no authority gives organisation codes that begin so."""


def stand_in(number: int) -> str:
    """Give a valid code that nobody bears."""
    first = f"{_FIRST}{number:07}"
    return first + uscc.check_character(first)


def nobody(number: int) -> EnterpriseKey:
    """Give an enterprise that no department knows."""
    first = f"6399999{number:07}"
    return EnterpriseKey(
        stand_in(number),
        first + registration_number.check_digit(first),
        (names.normalise(f"一致性检查查无此企业{number}"),),
    )


def named(written: str, number: int) -> EnterpriseKey:
    """Read a code, a registration number or a name that somebody typed."""
    code = uscc.normalise(written)
    if uscc.is_valid(code):
        return EnterpriseKey(code)
    if registration_number.is_valid(code):
        return EnterpriseKey(stand_in(number), code)
    return EnterpriseKey(stand_in(number), None, (names.normalise(written),))


def askable(key: EnterpriseKey, kind: KeyKind) -> bool:
    """Say whether a department that is asked by this kind can be asked about it."""
    if kind == "uscc":
        return True
    return bool(key.names if kind == "name" else key.registration_number)


def sample(
    records: Iterable[SourceRecord], kind: KeyKind, most: int, *, held: bool
) -> Sequence[EnterpriseKey]:
    """Choose enterprises that records name, spread over all of them.

    Those whose name another one bears too are left out: about them an adapter may
    well be unsure. Where rows lie with us (`held`) any call finds them.
    """
    subjects = [one for record in records for one in record.subjects]
    bearers: dict[str, set[str]] = defaultdict(set)
    for one in subjects:
        bearers[one.name or ""].add(one.uscc or one.registration_number or "")
    known: dict[str, EnterpriseKey] = {}
    for one in subjects:
        called = _call(one, kind, held=held)
        if called and called not in known and len(bearers[one.name or ""]) < 2:
            known[called] = _key(one, 1_000_000 + len(known))
    found = list(known.values())
    step = max(len(found) // most, 1)
    return found[::step][:most]


def _call(subject: Subject, kind: KeyKind, *, held: bool) -> str | None:
    if held:
        return subject.uscc or subject.registration_number or subject.name
    by_kind = {
        "uscc": subject.uscc,
        "registration_number": subject.registration_number,
        "name": subject.name,
    }
    return by_kind[kind]


def _key(subject: Subject, number: int) -> EnterpriseKey:
    known = () if subject.name is None else (subject.name,)
    code = subject.uscc or stand_in(number)
    return EnterpriseKey(code, subject.registration_number, known)
