"""The application that serves both schemas."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from functools import partial
from time import time

from starlette.routing import (
    BaseRoute,
    Route,
    Router,
    WebSocketRoute,
    websocket_session,
)
from starlette.types import ASGIApp

from adapters.registry import Registry
from gateway.access.demand.address import networks_of
from gateway.access.hygiene.crashes import Crashes
from gateway.access.hygiene.forgery import ForgeryPrevention
from gateway.access.hygiene.origins import open_to
from gateway.access.hygiene.reading import ReadingDeadline
from gateway.access.hygiene.security_headers import PLAYGROUND, SecurityHeaders
from gateway.brokers import Consumer, consuming
from gateway.connecting import Connecting
from gateway.controls import Controls, controls_of
from gateway.endpoints import GraphQLEndpoint, alive, keys, playground, ready
from gateway.event_stream import EventStreams
from gateway.execution import InUse
from gateway.following import Following, ReadsChanges
from gateway.graphql_over_http import Sizes
from gateway.leases import Leases
from gateway.loading.memory import Memory
from gateway.opening import Gateway
from gateway.patience import patience_of
from gateway.plugging import Plugging
from gateway.polled import Polled
from gateway.polling import Polling
from gateway.pushes import receive
from gateway.reception import ByName, Entrance, OpenToAll
from gateway.settings import Settings
from gateway.taking import consumer_of, intake_of
from gateway.websocket import graphql_socket, no_socket
from schema.record_type import RecordType
from schema.visibility import Audience

PATHS = {Audience.GOVERNMENT: "/graphql", Audience.PUBLIC: "/public/graphql"}


def create_app(gateway: Gateway, started: Callable[[], None] | None = None) -> ASGIApp:
    """Make the application that serves both schemas."""
    controls = controls_of(gateway)
    connecting = Connecting(gateway, controls)
    following = _following(gateway, connecting)
    intake = intake_of(
        connecting.pushing,
        gateway.refused,
        gateway.presences,
        gateway.repeats,
        following,
    )
    consumer = consumer_of(gateway.settings, intake)
    gateway.plugging.hear(partial(_take, connecting, consumer))
    routes = [
        *_government(connecting.executor(Audience.GOVERNMENT), controls),
        *_public(connecting.executor(Audience.PUBLIC), controls),
        *([Route("/playground", playground)] if gateway.settings.playground else ()),
        Route("/healthz", alive),
        Route("/readyz", ready(lambda: _state(controls, consumer))),
        Route("/.well-known/creditnet-receipts.json", keys(controls.recorded)),
        Route("/push/{department}", receive(intake), methods=["POST"]),
    ]

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        if gateway.presences is not None:
            await gateway.presences.refresh()
        await following.catch_up()
        async with (
            following.running(),
            consuming(consumer),
            _listening(gateway.memory),
            controls.running(),
            _watching(gateway.plugging),
        ):
            if started:
                started()
            yield
        await connecting.close()

    return _guarded(Router(routes, lifespan=lifespan), gateway.settings)


def _guarded(app: ASGIApp, settings: Settings) -> ASGIApp:
    """Put around it what holds for all addresses."""
    reading = ReadingDeadline(app, settings.body_deadline)
    return SecurityHeaders(
        open_to(Crashes(reading), settings.origins),
        encrypted=settings.tls_certificate is not None,
        policies={"/playground": PLAYGROUND},
    )


def _listening(memory: Memory | None) -> AbstractAsyncContextManager[None]:
    """Forget what other gateways drop, where there are others."""
    return nullcontext() if memory is None else memory.listening()


def _take(
    connecting: Connecting, consumer: Consumer | None, registry: Registry
) -> None:
    """Put what is plugged in now into use; hear the messages of who pushes now."""
    pushed = connecting.pushing().keys()
    connecting.take(registry)
    if consumer is not None and connecting.pushing().keys() != pushed:
        consumer.renew()


@asynccontextmanager
async def _watching(plugging: Plugging) -> AsyncIterator[None]:
    """Look after the directory of declarations, meanwhile."""
    watching = asyncio.create_task(plugging.watch())
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.wait([watching])


def _following(gateway: Gateway, changes: ReadsChanges) -> Following:
    """Follow the log of changes with all that is kept in memory."""
    return Following(
        gateway.log,
        changes,
        gateway.presences,
        _Memory(gateway),
        gateway.changes,
        gateway.settings.changes_place(),
    )


class _Memory:
    """What a gateway keeps in memory of what departments said."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def forget(
        self, department: str, record_type: RecordType, usccs: frozenset[str]
    ) -> None:
        """Forget what was said, and whole answers, which may rest on what lies here."""
        gateway = self._gateway
        if gateway.memory is not None:
            await gateway.memory.drop(department, record_type, usccs)
        if gateway.repeats is not None:
            gateway.repeats.clear()

    async def renew(self) -> None:
        """Read what was settled, and forget what was said of whom that concerns."""
        for code, usccs in (await self._gateway.settlements.refresh()).items():
            adapter = self._gateway.adapters.get(code)
            for record_type in adapter.record_types if adapter else ():
                await self.forget(code, record_type, usccs)


def polling_of(gateway: Gateway) -> Polling:
    """Poll the gateway's departments for what they changed."""
    engine = gateway.core.engine
    return Polling(
        lambda: gateway.adapters,
        Polled(engine, gateway.log),
        gateway.log,
        Leases(engine, time),
        gateway.quarantine,
        gateway.settings,
    )


_ALL = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def _government(executor: InUse, controls: Controls) -> Sequence[BaseRoute]:
    gateway = controls.gateway
    settings, path = gateway.settings, PATHS[Audience.GOVERNMENT]
    patience = patience_of(settings)
    by_name = ByName(gateway.authentication, networks_of(settings.trusted_proxies))
    entrance = Entrance(
        by_name, _sizes(settings), controls.documents(Audience.GOVERNMENT)
    )
    endpoint = GraphQLEndpoint(
        executor,
        entrance,
        events=EventStreams(executor, entrance, patience),
        repeats=gateway.repeats,
    )
    guarded = ForgeryPrevention(endpoint, settings.origins)
    socket = graphql_socket(executor, by_name, patience)
    guarded_socket = ForgeryPrevention(websocket_session(socket), settings.origins)
    return [
        Route(path, guarded, methods=_ALL),
        WebSocketRoute(path, guarded_socket),
    ]


def _public(executor: InUse, controls: Controls) -> Sequence[BaseRoute]:
    settings, path = controls.gateway.settings, PATHS[Audience.PUBLIC]
    endpoint = GraphQLEndpoint(
        executor,
        Entrance(
            OpenToAll(networks_of(settings.trusted_proxies)),
            _sizes(settings),
            controls.documents(Audience.PUBLIC),
        ),
        repeats=controls.gateway.repeats,
        audience=Audience.PUBLIC,
    )
    return [Route(path, endpoint, methods=_ALL), WebSocketRoute(path, no_socket)]


def _sizes(settings: Settings) -> Sizes:
    return Sizes(settings.max_body, settings.max_values)


async def _state(controls: Controls, consumer: Consumer | None) -> dict[str, object]:
    gateway = controls.gateway
    state = await gateway.core.state()
    return {
        "ready": state.ready,
        "enterprises": state.enterprises,
        "departments": len(gateway.adapters),
        "refusedDeclarations": sorted(gateway.problems),
        "refusedMessages": await gateway.refused.count(),
        "broker": consumer and consumer.connected,
        "policy": "refused" if controls.policy.problem else "in use",
        "audit": "failing" if controls.recorded.problem else "written",
    }
