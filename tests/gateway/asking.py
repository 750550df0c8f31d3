"""Parts of a gateway that asks without a cache, and requests that ask nobody."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from adapters.contract import Adapter
from gateway.changelog import ChangeLog
from gateway.changes import Changes
from gateway.core import Core as WholeCore
from gateway.events import Events
from gateway.feed import Feed
from gateway.loading.answers import Note
from gateway.loading.doubted import DoubtedSource
from gateway.loading.guard import Guarding, guard
from gateway.loading.late import LateAsks
from gateway.loading.life import Life
from gateway.loading.loader import Core, Loader
from gateway.loading.presences import Presences
from gateway.loading.records import Moment, Records
from gateway.loading.sources import Source
from mock_departments.world.model import CLOCK


def loader_of(
    adapters: Mapping[str, Adapter],
    core: Core,
    *,
    presences: Presences | None = None,
    late: LateAsks | None = None,
) -> Loader:
    """Make a loader that asks guarded departments, doubted where there is presence."""
    sources: Mapping[str, Source] = guard(adapters, Guarding())
    if presences is not None:
        sources = {code: DoubtedSource(one, presences) for code, one in sources.items()}
    return Loader(sources, core, LateAsks(1_000) if late is None else late, presences)


def feed_of(core: WholeCore, records: Records, adapters: Mapping[str, Adapter]) -> Feed:
    """Make a feed of what departments changed."""
    moment = Moment(CLOCK, CLOCK.date())
    changes = Changes(core, records, adapters, lambda: moment)
    return Feed(ChangeLog(core.engine, lambda: CLOCK), changes, Events(1, 1))


class Nothing:
    """The context of requests that ask nobody."""

    moment = Moment(datetime(2016, 10, 20, tzinfo=UTC), date(2016, 10, 20))

    def __init__(self, life: Life | None = None) -> None:
        self.note = Note(life=life or Life())
