"""Joins what takes pushed messages, over HTTP and out of a broker."""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain

from adapters.contract import Subject
from adapters.kinds.push import Announce, PushTransport, Receipt
from gateway.brokers import Consumer, Names, open_broker
from gateway.following import Following
from gateway.intake import Intake, Way
from gateway.loading.presence import calls_of
from gateway.loading.presences import Presences
from gateway.refused_messages import RefusedMessages
from gateway.repeating import Repeats
from gateway.settings import Settings
from schema.record_type import RecordType


def intake_of(
    departments: Callable[[], Mapping[str, PushTransport]],
    refused: RefusedMessages,
    presences: Presences | None,
    repeats: Repeats | None,
    following: Following,
) -> Intake:
    """Take pushed messages.

    Presence hears of them before they are kept; before they are acknowledged, answers
    are not given again, and what they change is followed.
    """

    async def tell(_: PushTransport, receipt: Receipt) -> None:
        if receipt.duplicate:
            return
        if repeats is not None:
            repeats.clear()
        await following.caught_up()

    return Intake(departments, refused, tell, _announce(presences))


def consumer_of(settings: Settings, intake: Intake) -> Consumer | None:
    """Make what takes messages out of the broker, where there is one."""
    if not settings.broker_url:
        return None
    names = Names(settings.broker_prefix)
    broker = open_broker(settings.broker_url, names, settings.broker_prefetch)
    way = Way("broker", settings.broker_oldest, keeps_denied=True)
    return Consumer(broker, intake, way)


def _announce(presences: Presences | None) -> Announce:
    """Let presence know of a message before it is kept."""

    async def announce(
        department: str, record_type: RecordType, subjects: Sequence[Subject]
    ) -> None:
        if presences is not None:
            calls = chain.from_iterable(map(calls_of, subjects))
            await presences.add(department, record_type, calls)

    return announce
