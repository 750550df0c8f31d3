"""Doubts a department that says «nothing» although presence knows of records."""

from collections.abc import Mapping, Sequence

import structlog
from msgspec.structs import replace

from adapters.contract import EnterpriseKey
from gateway.loading.answers import Answer, Note, joined
from gateway.loading.presence import Presence
from gateway.loading.presences import Presences
from gateway.loading.sources import Source
from schema.departments import SourceOutcome
from schema.record_type import RecordType

_log = structlog.get_logger(__name__)
_HALF = (
    "该部门存有该企业的记录，两次答复中却都没有 "
    "(the department holds records, yet left them out twice)"
)


class DoubtedSource:
    """A department whose half answers are asked for again, and then not believed."""

    def __init__(self, source: Source, presences: Presences) -> None:
        """Hold what `source` says against what presence knows."""
        self._source = source
        self._presences = presences

    @property
    def department(self) -> str:
        """Code of the department."""
        return self._source.department

    @property
    def record_types(self) -> frozenset[RecordType]:
        """What it provides."""
        return self._source.record_types

    async def ask(
        self, record_type: RecordType, enterprises: Sequence[EnterpriseKey], note: Note
    ) -> Mapping[str, Answer]:
        """Answer for every enterprise, keyed by USCC; a half answer is FAILED."""
        presence = self._presences.ruling(self.department, record_type)
        if presence is None:
            return await self._source.ask(record_type, enterprises, note)
        inner = Note(stated=note.stated)
        answers = dict(await self._source.ask(record_type, enterprises, inner))
        halves = self._halves(presence, enterprises, answers)
        if halves:
            again = [one for one in enterprises if one.uscc in halves]
            second = await self._source.ask(record_type, again, inner)
            answers |= {uscc: _checked(one) for uscc, one in second.items()}
            self._doubt(presence, sum(answers[u].reason == _HALF for u in halves))
        note(joined(self.department, record_type, inner.calls, answers))
        return answers

    def _halves(
        self,
        presence: Presence,
        enterprises: Sequence[EnterpriseKey],
        answers: Mapping[str, Answer],
    ) -> set[str]:
        """Give those about whom it said «nothing», but holds something.

        What lies with us is read whole: if it lacks somebody, he is gone.
        """
        empty = [
            uscc
            for uscc, one in answers.items()
            if one.outcome is SourceOutcome.LIVE and one.complete and not one.records
        ]
        if not empty:
            return set()
        return presence.missing(self._presences.sought(enterprises), empty)

    def _doubt(self, presence: Presence, missing: int) -> None:
        """Have it looked at whether what is still missing is held at all."""
        if missing:
            _log.warning(
                "half an answer",
                department=presence.department,
                record_type=presence.record_type.value,
                enterprises=missing,
            )
            self._presences.doubt(presence.department)


def _checked(answer: Answer) -> Answer:
    """Refuse to believe «nothing» a second time."""
    if answer.records or not answer.complete:
        return answer
    return replace(answer, outcome=SourceOutcome.FAILED, reason=_HALF, complete=False)
