"""Counts what a department contributes: all of it, and what of it is public.

The public must not learn from a number that there is more than it may see. So its
numbers are those of a world in which nothing else exists.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import median

from adapters.contract import SourceRecord
from gateway.directory import shown
from gateway.loading.told import Shapes, Telling, build_record
from gateway.quarantine import Contributed
from schema.codes.working_days import ChineseCalendar, working_days_between
from schema.declaration import RecordDeclaration
from schema.departments import Contribution, Department, SourceOutcome
from schema.enterprise import Enterprise
from schema.instances import instance
from schema.publication import is_public
from schema.record_type import RecordType
from schema.visibility import Audience


@dataclass(frozen=True, slots=True)
class Occasion:
    """When records are counted, by which calendar, and of which types."""

    now: datetime
    today: date
    calendar: ChineseCalendar
    records: Mapping[RecordType, RecordDeclaration]
    """All record types that there are."""
    shapes: Shapes
    """Of all of them."""

    def shows(self, record_type: RecordType) -> bool:
        """Say whether the public schema has a record type."""
        return shown(record_type, Audience.PUBLIC, self.records)


@dataclass(slots=True)
class Counts:
    """What was counted page by page; a record that is sent twice counts once."""

    records: int = 0
    enterprises: set[str] = field(default_factory=set)
    working_days: list[int] = field(default_factory=list)
    last_update: datetime | None = None
    complete: bool = True
    _seen: set[int] = field(default_factory=set)
    """Hashes of the records so far."""

    def is_new(self, record: SourceRecord) -> bool:
        """Say whether a record was not seen before; from now on it was."""
        before = len(self._seen)
        identity = record.identity or (record.source_record_id, record.digest)
        self._seen.add(hash((record.record_type, record.subjects, identity)))
        return len(self._seen) > before

    def take(
        self, record: SourceRecord, usccs: Collection[str], occasion: Occasion
    ) -> None:
        """Count a record that is new, about these enterprises."""
        self.records += 1
        self.enterprises.update(usccs)
        if self.last_update is None or record.as_of > self.last_update:
            self.last_update = record.as_of
        days = _lateness(record, occasion)
        if days is not None:
            self.working_days.append(days)

    def contribution(self) -> Contribution:
        """Give what both audiences are told of it."""
        days = self.working_days
        return Contribution(
            records=self.records,
            enterprises=len(self.enterprises),
            published_late7=sum(count > 7 for count in days),
            published_late20=sum(count > 20 for count in days),
            median_working_days=float(median(days)) if days else None,
            last_update=self.last_update,
            complete=self.complete,
        )


@dataclass(slots=True)
class Tally:
    """What one department holds."""

    department: Department
    occasion: Occasion
    rejected: int = 0
    """Not to be read; whether it would be public nobody knows."""
    unresolved: int = 0
    """Fit no single enterprise, so the public sees nothing of them."""
    all: Counts = field(default_factory=Counts)
    public: Counts = field(default_factory=Counts)

    def take(
        self, record: SourceRecord, usccs: Collection[str], *, new: bool = True
    ) -> None:
        """Count a record about enterprises; `new`: government sees it the first time.

        Public counts go by what is public of it, whatever was sent before.
        """
        if new:
            self.all.take(record, usccs, self.occasion)
        public = [uscc for uscc in usccs if self._is_public(record, uscc)]
        if public and self.public.is_new(record):
            self.public.take(record, public, self.occasion)

    def fail(self, record_type: RecordType) -> None:
        """Hear that not all records of a type could be counted."""
        self.all.complete = False
        if self.occasion.shows(record_type):
            self.public.complete = False

    def contributed(self) -> Contributed:
        """Give what was counted, for each audience."""
        government = self.all.contribution()
        government.records = self.all.records + self.rejected
        government.rejected, government.unresolved = self.rejected, self.unresolved
        return Contributed(government, self.public.contribution())

    def _is_public(self, record: SourceRecord, uscc: str) -> bool:
        occasion = self.occasion
        if not occasion.shows(record.record_type):
            return False
        live, shapes = SourceOutcome.LIVE, occasion.shapes
        telling = Telling(self.department, live, occasion.now, shapes=shapes)
        # The law goes by the code of whom a record is about, and nothing else of him.
        about = instance(Enterprise, {"uscc": uscc})
        return is_public(build_record(record, telling, about), occasion.today)


def _lateness(record: SourceRecord, occasion: Occasion) -> int | None:
    """Give the working days from decision to publication, if both are known."""
    published = record.values.get("published_on")
    declared = occasion.records.get(record.record_type)
    occurred = declared.occurred if declared else ()
    decided = record.values.get(occurred[0]) if occurred else None
    if not isinstance(published, date) or not isinstance(decided, date):
        return None
    try:
        return working_days_between(decided, published, occasion.calendar)
    except LookupError:
        return None
