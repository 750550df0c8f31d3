"""Ties rows to the enterprises that were asked about."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from adapters.contract import EnterpriseKey, Subject
from schema.codes import uscc

_Index = Mapping[str, Sequence[EnterpriseKey]]


@dataclass(frozen=True, slots=True)
class Matched:
    """What one row says about those asked."""

    surely: frozenset[str] = frozenset()
    """USCCs of whom it is about."""
    perhaps: Mapping[str, str] = field(default_factory=dict)
    """USCCs of whom it may be about, each with the reason for the doubt."""

    @property
    def concerned(self) -> frozenset[str]:
        """All of them."""
        return self.surely | self.perhaps.keys() if self.perhaps else self.surely


class Asked:
    """The enterprises of one question, findable by all that rows call them."""

    def __init__(self, enterprises: Sequence[EnterpriseKey]) -> None:
        """Index them by code; by all else when a row first needs it."""
        self._enterprises = enterprises
        self._by_uscc = {enterprise.uscc: enterprise for enterprise in enterprises}

    @cached_property
    def _by_number(self) -> _Index:
        return _index((one.registration_number, one) for one in self._enterprises)

    @cached_property
    def _by_name(self) -> _Index:
        return _index((name, one) for one in self._enterprises for name in one.names)

    @cached_property
    def _by_organisation(self) -> _Index:
        return _index((one.uscc[8:17], one) for one in self._enterprises)

    @cached_property
    def _by_own_number(self) -> Mapping[str | None, str]:
        numbers = self._by_number.items()
        return {number: them[0].uscc for number, them in numbers if len(them) == 1}

    def one(self, subjects: Sequence[Subject]) -> str | None:
        """Name him whom a row is about, where a valid code or number leaves no doubt.

        It says what `match` says of nearly all rows, without its words.
        """
        if len(subjects) != 1:
            return None
        subject = subjects[0]
        if subject.uscc is None:
            number = subject.registration_number or subject.written_code
            return self._by_own_number.get(number)
        return subject.uscc if subject.uscc in self._by_uscc else None

    def match(self, subjects: Sequence[Subject]) -> Matched:
        """Say whom of those asked a row is about."""
        if len(subjects) == 1:
            return self._match(subjects[0])
        surely: set[str] = set()
        perhaps: dict[str, str] = {}
        for subject in subjects:
            one = self._match(subject)
            surely |= one.surely
            perhaps |= one.perhaps
        return Matched(
            frozenset(surely), {k: perhaps[k] for k in perhaps.keys() - surely}
        )

    def _match(self, subject: Subject) -> Matched:
        """A valid code decides; then the number, a repaired code, the name."""
        if subject.uscc is not None:
            return self._surely(subject.uscc)
        number = subject.registration_number or subject.written_code
        if number is not None and number in self._by_number:
            return self._by_their(number)
        if subject.registration_number is not None:
            return _NOBODY
        if subject.written_code is not None:
            return self._by_written_code(subject)
        return self._by_their_name(subject.name)

    def _surely(self, code: str) -> Matched:
        return Matched(frozenset((code,))) if code in self._by_uscc else _NOBODY

    def _by_their(self, number: str) -> Matched:
        found = self._by_number[number]
        if len(found) == 1:
            return Matched(frozenset((found[0].uscc,)))
        return _doubt(found, f"注册号 {number} 有多家企业使用（number is shared）")

    def _by_written_code(self, subject: Subject) -> Matched:
        """A code typed wrongly counts only where the name says the same."""
        written = subject.written_code or ""
        meant = self._meant(written)
        if len(meant) == 1 and subject.name in meant[0].names:
            return Matched(frozenset((meant[0].uscc,)))
        near = [*meant, *self._by_name.get(subject.name or "", ())]
        return _doubt(near, f"有一条记录写的代码 {written} 无效（code is not valid）")

    def _meant(self, written: str) -> Sequence[EnterpriseKey]:
        repairs = uscc.repairs(written)
        if len(repairs) == 1:
            found = self._by_uscc.get(repairs[0])
            return () if found is None else (found,)
        if len(organisation := written.replace("-", "")) == 9:
            return self._by_organisation.get(organisation, ())
        return ()

    def _by_their_name(self, name: str | None) -> Matched:
        found = self._by_name.get(name or "", ())
        if len(found) == 1 and name not in found[0].shared_names:
            return Matched(frozenset((found[0].uscc,)))
        return _doubt(found, f"名称「{name}」有多家企业用过（name is shared）")


_NOBODY = Matched()


def _index(calls: Iterable[tuple[str | None, EnterpriseKey]]) -> _Index:
    found: dict[str, list[EnterpriseKey]] = {}
    for call, enterprise in calls:
        if call:
            found.setdefault(call, []).append(enterprise)
    return found


def _doubt(found: Iterable[EnterpriseKey], reason: str) -> Matched:
    return Matched(perhaps={enterprise.uscc: reason for enterprise in found})
