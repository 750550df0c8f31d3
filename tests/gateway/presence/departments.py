"""Departments whose answers tests write by hand, and a gateway on them."""

import dataclasses
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from adapters.contract import Ask, Fetched, Origin, SourceRecord, Subject
from adapters.errors import SourceUnavailable
from adapters.matching import Asked
from gateway.core import Core
from gateway.loading.answers import Answer, Note
from gateway.loading.presences import AgeLimits, Presences
from gateway.loading.shelf import Shelf
from gateway.quarantine import Quarantine
from gateway.reconciliation import Reconciliation
from schema.codes.names import normalise
from schema.record_type import RecordType
from tests.gateway.asking import loader_of
from tests.gateway.core.fakes import FakeAdapter, code, record

NOW = datetime(2016, 10, 20, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def quiet(_stage: str, _done: float) -> None:
    pass


def penalty(number: int, who: int | str) -> SourceRecord:
    """A penalty of an enterprise by its number, or by a name."""
    facts = {"decided_on": date(2016, 9, 1)}
    made = record(RecordType.PENALTY, f"罚{number}", None, facts)
    name = None if isinstance(who, int) else normalise(who)
    subject = Subject(uscc=code(who) if isinstance(who, int) else None, name=name)
    return replace(made, subjects=(subject,), identity=(f"罚{number}",))


@dataclasses.dataclass
class Department(FakeAdapter):
    """Answers about enterprises as a live department does; may leave some out."""

    department: str = "QH-EPD"
    silent_about: frozenset[str] = frozenset()
    down: bool = False
    questions: list[tuple[str, ...]] = dataclasses.field(default_factory=list)

    async def fetch(self, ask: Ask) -> Fetched:
        self.questions.append(tuple(one.uscc for one in ask.enterprises))
        if self.down:
            raise SourceUnavailable("部门系统无法连接 (unreachable)")
        asked = Asked(ask.enterprises)
        found: dict[str, list[SourceRecord]] = {e.uscc: [] for e in ask.enterprises}
        unsure: dict[str, str] = {}
        for one in self.records:
            matched = asked.match(one.subjects)
            for uscc in matched.surely - self.silent_about:
                found[uscc].append(one)
            unsure |= matched.perhaps
        return Fetched(found, NOW, Origin.LIVE, unsure)


@dataclasses.dataclass
class Province:
    """A core, departments, and presence below a directory."""

    core: Core
    directory: Path
    departments: Sequence[Department]
    now: datetime = NOW
    limits: AgeLimits = dataclasses.field(default_factory=lambda: AgeLimits(DAY))

    def __post_init__(self) -> None:
        self.shelf = Shelf(self.directory / "presence")
        self.presences = Presences(
            self.shelf, self.limits, lambda: self.now, self.core.mark
        )
        self.note = Note()

    async def build(self) -> None:
        """Read all departments, and let the gateway see it."""
        adapters = {one.department: one for one in self.departments}
        quarantine = Quarantine(self.core.engine)
        await Reconciliation(adapters, self.core, quarantine, self.shelf).run(
            self.now, quiet
        )
        await self.presences.refresh()

    async def load(self, *numbers: int, sparing: bool = True) -> dict[str, Answer]:
        """Give the only department's answer by code."""
        adapters = {one.department: one for one in self.departments}
        presences = self.presences if sparing else None
        loader = loader_of(adapters, self.core, presences=presences)
        usccs = [code(number) for number in numbers]
        found = await loader.load(RecordType.PENALTY, usccs, None, self.note)
        return {uscc: answers[0] for uscc, answers in found.items()}
