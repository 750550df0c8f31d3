"""The application that serves both schemas."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from time import monotonic, time

from graphql import GraphQLSchema
from starlette.routing import (
    BaseRoute,
    Route,
    Router,
    WebSocketRoute,
    websocket_session,
)
from starlette.types import ASGIApp

from gateway.access.demand.address import networks_of
from gateway.access.hygiene.crashes import Crashes
from gateway.access.hygiene.forgery import ForgeryPrevention
from gateway.access.hygiene.introspection import may_introspect, may_suggest
from gateway.access.hygiene.origins import open_to
from gateway.access.hygiene.reading import ReadingDeadline
from gateway.access.hygiene.security_headers import PLAYGROUND, SecurityHeaders
from gateway.access.viewer import Role
from gateway.bindings import NATIVES, bind_schema
from gateway.brokers import Consumer, consuming
from gateway.changes import Changes
from gateway.controls import Controls, controls_of
from gateway.directory import Directory
from gateway.documents import Documents, Limits
from gateway.endpoints import GraphQLEndpoint, alive, keys, playground, ready
from gateway.engine import Engine, LeafTypes
from gateway.engine.reference import ReferenceEngine
from gateway.event_stream import EventStreams
from gateway.everything import Everything
from gateway.execution import Executor, RunsOperations
from gateway.feed import Feed
from gateway.following import Following
from gateway.graphql_over_http import Sizes
from gateway.health import Health
from gateway.leases import Leases
from gateway.loading.cache import CachedSource
from gateway.loading.guard import guard
from gateway.loading.late import LateAsks
from gateway.loading.loader import Loader
from gateway.loading.memory import Memory
from gateway.loading.records import Moment, Records
from gateway.opening import Gateway
from gateway.patience import patience_of
from gateway.polled import Polled
from gateway.polling import Polling
from gateway.province import Asked, Parts
from gateway.pushes import receive
from gateway.questions import RequestQuestions
from gateway.reception import ByName, Entrance, OpenToAll
from gateway.recording import Unrecorded
from gateway.requiring import Requirements
from gateway.sealing import sealed_by
from gateway.setting_readers import DocumentMode, EngineChoice
from gateway.settings import Settings
from gateway.sourcing import guarding_of, sources_of
from gateway.taking import consumer_of, intake_of
from gateway.websocket import graphql_socket, no_socket
from schema.build import build
from schema.record_type import RecordType
from schema.visibility import Audience

PATHS = {Audience.GOVERNMENT: "/graphql", Audience.PUBLIC: "/public/graphql"}


def create_app(gateway: Gateway, started: Callable[[], None] | None = None) -> ASGIApp:
    """Make the application that serves both schemas."""
    guarded = guard(gateway.adapters, guarding_of(gateway.settings))
    known = gateway.presences
    size = (lambda _: None) if known is None else known.size
    health = Health(guarded, gateway.quarantine, size, monotonic, gateway.settings.now)
    directory = Directory(gateway.adapters, health.of)
    sources = sources_of(guarded, gateway.presences, gateway.memory, gateway.settings)
    late = LateAsks(gateway.settings.late_asks)
    sparing = Loader(sources, gateway.core, late, gateway.presences)
    asking = Loader(sources, gateway.core, late)
    changes = Changes(
        gateway.core,
        Records(asking, directory, Audience.GOVERNMENT),
        gateway.adapters,
        lambda: _moment(gateway.settings),
    )
    feed = Feed(gateway.log, changes, gateway.changes)
    following = _following(gateway, changes)
    intake = intake_of(
        gateway.pushing, gateway.refused, gateway.presences, gateway.repeats, following
    )
    consumer = consumer_of(gateway.settings, intake)
    controls = controls_of(gateway)
    # «Nothing held» would tell the public who has records that it may not see.
    loaders = {Audience.GOVERNMENT: sparing, Audience.PUBLIC: asking}
    executors = {
        audience: _executor(controls, directory, loader, feed, audience)
        for audience, loader in loaders.items()
    }
    routes = [
        *_government(executors[Audience.GOVERNMENT], controls),
        *_public(executors[Audience.PUBLIC], controls),
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
        ):
            if started:
                started()
            yield
        await late.close()
        for source in sources.values():
            if isinstance(source, CachedSource):
                await source.close()

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


def _following(gateway: Gateway, changes: Changes) -> Following:
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
        gateway.adapters,
        Polled(engine, gateway.log),
        gateway.log,
        Leases(engine, time),
        gateway.quarantine,
        gateway.settings,
    )


_ALL = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def _government(executor: Executor, controls: Controls) -> Sequence[BaseRoute]:
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


def _public(executor: Executor, controls: Controls) -> Sequence[BaseRoute]:
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


def _executor(
    controls: Controls,
    directory: Directory,
    loader: Loader,
    feed: Feed,
    audience: Audience,
) -> Executor:
    gateway = controls.gateway
    settings, government = gateway.settings, audience is Audience.GOVERNMENT
    records = Records(loader, directory, audience, sealed_by(settings.secret))
    parts = Parts(
        audience=audience,
        core=gateway.core,
        records=records,
        directory=directory,
        everything=Everything(
            gateway.adapters,
            gateway.core,
            gateway.quarantine,
            records,
            audience,
            settings.scan_deadline,
        ),
        quarantine=gateway.quarantine,
        most_candidates=settings.candidates,
        feed=feed,
        audit=settings.audit_place(),
        presences=gateway.presences if government else None,
    )

    def context(asked: Asked, seconds: float) -> RequestQuestions:
        return RequestQuestions(parts, _moment(settings), seconds, asked)

    schema, limits = build(audience), _limits(settings, audience)
    return Executor(
        _engine(schema, settings, suggestions=limits.suggestions),
        Documents(schema, limits),
        Requirements(schema),
        context,
        settings.query_deadline,
        controls.admission(audience, schema),
        controls.recorded if government else Unrecorded(),
    )


def _limits(settings: Settings, audience: Audience) -> Limits:
    role, mode = Role.ANALYST, DocumentMode.FREE
    if audience is Audience.PUBLIC:
        role, mode = Role.PUBLIC, settings.public_documents
    return Limits(
        document=settings.max_document,
        tokens=settings.max_tokens,
        definitions=settings.max_definitions,
        directives=settings.max_directives,
        depth=settings.max_depth,
        fields=settings.max_fields,
        aliases=settings.max_aliases,
        pairs=settings.max_pairs,
        values=settings.max_values,
        cached=settings.cached_documents,
        cached_characters=settings.cached_characters,
        suggestions=may_suggest(role, mode),
        introspection=may_introspect(role, mode),
    )


def _sizes(settings: Settings) -> Sizes:
    return Sizes(settings.max_body, settings.max_values)


def _moment(settings: Settings) -> Moment:
    return Moment(settings.now(), settings.today())


def _engine(
    schema: GraphQLSchema, settings: Settings, *, suggestions: bool
) -> RunsOperations:
    bound = bind_schema(schema)
    if settings.engine is EngineChoice.REFERENCE:
        return ReferenceEngine(bound, suggestions)
    return Engine(bound, LeafTypes(NATIVES), suggestions)


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
