"""Looks at data, as a gateway records them, and a clock that a test moves."""

from datetime import datetime, timedelta
from pathlib import Path

from gateway.access.audit.entries import Matter, Outcome
from gateway.access.audit.journal import Habits, Journal
from gateway.access.audit.lines import made_of
from gateway.access.audit.signing import signing_key
from gateway.access.viewer import Caller, Role, Viewer
from gateway.loading.answers import Answer, SourceCall
from schema.departments import SourceOutcome
from schema.record_type import RecordType

NOON = datetime.fromisoformat("2016-10-20T12:00:00+08:00")
USCC = "916300007105213377"
OTHER = "91630000226580898F"


class Clock:
    """Tells a time that a test moves."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **units: float) -> None:
        self.now += timedelta(**units)


def caller(
    subject: str = "analyst-7", department: str = "QH-EPD", role: Role = Role.ANALYST
) -> Caller:
    return Caller(Viewer(subject, role, department), "例行检查", "2016-12", "10.0.0.7")


def call(department: str, *usccs: str, records: int = 0) -> SourceCall:
    given = tuple(object() for _ in range(records))
    answer = Answer(department, SourceOutcome.LIVE, given)  # type: ignore[arg-type]
    answers = dict.fromkeys(usccs, answer).values()
    return SourceCall(department, RecordType.PENALTY, answers, 1, 1.0)


def matter(
    *calls: SourceCall,
    document: str = "{ viewer { roles } }",
    outcome: Outcome = Outcome.OK,
) -> Matter:
    return Matter(outcome, document, {"uscc": USCC}, calls=calls, policy="3")


def journal(
    directory: Path, clock: Clock | None = None, habits: Habits | None = None
) -> Journal:
    key = signing_key(directory.parent / "signing.pem")
    return Journal(directory, key, clock or Clock(), habits)


def write(chain: Journal, *words: str) -> None:
    for one in words:
        chain.append([made_of("entry", {"word": one})])
