"""Asks a department only about those of whom presence says it may hold records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from adapters.contract import EnterpriseKey
from gateway.loading.answers import Answer, Note, joined
from gateway.loading.presence import Sought
from gateway.loading.presences import Presences
from gateway.loading.sources import Source
from schema.departments import SourceOutcome
from schema.record_type import RecordType

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of all departments."""

    record_type: RecordType
    enterprises: Sequence[EnterpriseKey]
    sought: Sought
    """The same, ready for set algebra."""


class Sparing:
    """Rules departments out by presence, and learns from answers whom it lacks."""

    def __init__(self, presences: Presences) -> None:
        """Believe these presences as long as they are fresh."""
        self._presences = presences

    async def ask(
        self,
        source: Source,
        question: Question,
        note: Note,
    ) -> Mapping[str, Answer]:
        """Give the department's answer for every enterprise, keyed by USCC.

        `note` is told once: of those asked about and of those ruled out.
        """
        department, record_type = source.department, question.record_type
        enterprises, known = question.enterprises, question.sought
        presence = self._presences.ruling(department, record_type)
        if presence is None:
            answers = await source.ask(record_type, enterprises, note)
            await self._learn(department, record_type, answers)
            return answers
        concerned = presence.about(known)
        nothing = Answer(
            department, SourceOutcome.NOTHING_HELD, as_of=presence.built, complete=True
        )
        answers = {one.uscc: nothing for one in enterprises}
        inner = Note(life=note.life, stated=note.stated)
        asked = [one for one in enterprises if one.uscc in concerned]
        if asked:
            answers |= await source.ask(record_type, asked, inner)
        note(joined(department, record_type, inner.calls, answers))
        return answers

    async def _learn(
        self, department: str, record_type: RecordType, answers: Mapping[str, Answer]
    ) -> None:
        """Add those about whom records came although presence knows of none."""
        presence = self._presences.of(department, record_type)
        if presence is None:
            return
        ordinals = self._presences.ordinals
        new = [
            uscc
            for uscc, one in answers.items()
            if one.records
            and (number := ordinals.of(uscc)) is not None
            and number not in presence.held
        ]
        if not new:
            return
        _log.info(
            "presence lacked enterprises",
            department=department,
            record_type=record_type.value,
            enterprises=len(new),
        )
        try:
            await self._presences.add(department, record_type, new)
        except OSError as error:  # they count in memory; the next reading finds them
            _log.warning("presence not written", reason=error.strerror)
