"""Gathers what a department said about each of the enterprises asked for."""

from collections.abc import Iterable, Mapping, Sequence

from adapters.contract import EnterpriseKey, SetAside, SourceRecord, Subject
from adapters.entries import Entry
from adapters.matching import Asked, Matched

_UNREADABLE = "有一条记录读不出来（unreadable record）："
_UNASKED = "未询问的主体（about somebody who was not asked for）"


class Answer:
    """The lists of one question while its batches come in."""

    def __init__(self, enterprises: Sequence[EnterpriseKey]) -> None:
        """Start with «nothing held» for everyone."""
        self._asked = Asked(enterprises)
        self._lists: dict[str, dict[tuple[object, ...], SourceRecord]] = {
            enterprise.uscc: {} for enterprise in enterprises
        }
        self._set_aside: list[SetAside] = []
        self._unsure: dict[str, str] = {}

    @property
    def records(self) -> Mapping[str, Sequence[SourceRecord]]:
        """The lists by USCC."""
        return {code: tuple(found.values()) for code, found in self._lists.items()}

    @property
    def set_aside(self) -> tuple[SetAside, ...]:
        """All that could not be read or was not asked for."""
        return tuple(self._set_aside)

    @property
    def unsure(self) -> Mapping[str, str]:
        """Why a list may lack a record."""
        return self._unsure

    def take(self, entries: Iterable[Entry], *, refuse_unasked: bool) -> bool:
        """Put entries into the lists; says whether all of them told whom they concern.

        A record sent twice stays once, as it was said last. `refuse_unasked` sets
        records about others aside: a source asked by code must not give them, and
        what it gives with a code that can't be read may be about anybody asked for.
        """
        told = True
        one, lists = self._asked.one, self._lists
        for entry in entries:
            if entry.__class__ is SourceRecord and (code := one(entry.subjects)):
                found = lists[code]
                found.pop(entry.identity, None)
                found[entry.identity] = entry
                continue
            matched = self._asked.match(entry.subjects)
            if refuse_unasked and not matched.concerned:
                told = told and (_is_nobodys(entry) or _of_another(entry.subjects))
            if isinstance(entry, SetAside):
                told = told and bool(entry.subjects)
                self._set_aside.append(entry)
                self.doubt(matched.concerned, _UNREADABLE + "；".join(entry.reasons))
                continue
            self._put(entry, matched)
            if refuse_unasked and not matched.concerned:
                self._set_aside.append(_unasked(entry))
        return told

    def doubt(self, codes: Iterable[str], reason: str) -> None:
        """Note that the lists of these enterprises may lack a record."""
        for code in codes:
            self._unsure.setdefault(code, reason)

    def _put(self, record: SourceRecord, matched: Matched) -> None:
        for code in matched.surely:
            self._add(record, code)
        for code, reason in matched.perhaps.items():
            self.doubt((code,), reason)

    def _add(self, record: SourceRecord, code: str) -> None:
        found = self._lists[code]
        found.pop(record.identity, None)
        found[record.identity] = record


def _is_nobodys(entry: Entry) -> bool:
    """Say whether it was settled that a record is about nobody in the register."""
    return isinstance(entry, SourceRecord) and not entry.subjects


def _of_another(subjects: Iterable[Subject]) -> bool:
    """Say whether somebody is named by a code or number that can be read."""
    return any(one.uscc or one.registration_number for one in subjects)


def _unasked(record: SourceRecord) -> SetAside:
    position = f"record {record.source_record_id}"
    return SetAside(
        record.record_type, position, (_UNASKED,), record.subjects, record.raw
    )
