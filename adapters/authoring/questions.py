"""At most five questions, each with an answer that stands when nothing is said."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from adapters.authoring.errors import CannotAuthor
from adapters.authoring.guess import UNDECIDED, Given, SectionGuess
from adapters.authoring.kinds_of_record import TypeGuess
from adapters.faults import nearest
from schema.record_type import RecordType
from schema.records import RECORDS

MOST = 5
AskOne = Callable[[str, str], str]
"""Puts a question; the second word is the answer that stands otherwise."""
UNITS = {"万元": "wan_yuan", "元": "yuan", "wan_yuan": "wan_yuan", "yuan": "yuan"}


class Questions:
    """Counts what was asked; without a person nothing is."""

    def __init__(self, ask: AskOne | None) -> None:
        """Ask by `ask`; None: every answer is the one that stands."""
        self._ask = ask
        self._asked = 0

    def text(self, question: str, default: str = "") -> str:
        """Ask for a text; raises CannotAuthor where nothing is said."""
        answer = self._put(question, default)
        if not answer:
            raise CannotAuthor(f"缺少：{question}，请用选项给出（missing）")
        return answer

    def record_type(self, name: str, guesses: Sequence[TypeGuess]) -> RecordType:
        """Ask which records a table holds."""
        likely = "、".join(
            f"{one.record_type.value} {RECORDS[one.record_type].term}"
            for one in guesses[:3]
        )
        question = f"{name} 是哪种记录？可能是 {likely}（record type）"
        answer = self._put(question, guesses[0].record_type.value)
        known = {kind.value: kind for kind in RecordType}
        known |= {RECORDS[kind].term: kind for kind in RecordType}
        if answer not in known:
            words = f"没有这种记录 {answer!r}，{nearest(answer, known)}"
            raise CannotAuthor(f"{words}（no such record type）")
        return known[answer]

    def settle(self, guesses: Sequence[SectionGuess], given: Given) -> Given:
        """Ask what matters most of what could not be guessed, while one may ask."""
        for guess in guesses:
            for name in _nameless(guess):
                given = self._column(guess, name, given)
        return self._unit(guesses, given)

    def _column(self, guess: SectionGuess, name: str, given: Given) -> Given:
        term = RECORDS[guess.record_type].fields[name].term
        there = "、".join(guess.unused or guess.sample.columns)[:200]
        question = f"{name}（{term}）是哪一列？没有可留空，或写 =常数。可选：{there}"
        answer = self._put(question, "")
        if not answer:
            return given
        if answer.startswith("="):
            constants = {**given.constants, name: answer[1:].strip()}
            return replace(given, constants=constants)
        return replace(given, columns={**given.columns, name: answer})

    def _unit(self, guesses: Sequence[SectionGuess], given: Given) -> Given:
        unsure = [
            line
            for guess in guesses
            for line in guess.fields.values()
            if any("unit?" in doubt for doubt in line.doubts)
        ]
        if not unsure or given.unit:
            return given
        line = unsure[0]
        told = "；".join(line.evidence)
        question = f"{line.columns[0]} 的单位是 万元 还是 元？（{told}）"
        answer = self._put(question, "")
        if answer and answer not in UNITS:
            raise CannotAuthor(f"单位应为 万元 或 元，不是 {answer!r}（unit）")
        return replace(given, unit=UNITS[answer]) if answer else given

    def _put(self, question: str, default: str) -> str:
        if self._ask is None or self._asked >= MOST:
            return default
        self._asked += 1
        return self._ask(question, default).strip() or default


def _nameless(guess: SectionGuess) -> Sequence[str]:
    """Name the required fields without which no record can be read, then the others."""
    hopeless = [
        name
        for name in guess.missing
        if UNDECIDED in str(guess.fields[name].words) and not guess.fields[name].columns
    ]
    return hopeless + [name for name in guess.missing if name not in hopeless]
