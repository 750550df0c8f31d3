"""The application that serves both schemas."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from functools import partial
from time import monotonic, time

from graphql import GraphQLSchema
from starlette.routing import BaseRoute, Route, Router, WebSocketRoute
from starlette.types import ASGIApp

from gateway.access.viewer import Caller
from gateway.bindings import NATIVES, bind_schema
from gateway.brokers import Consumer, consuming
from gateway.changes import Changes
from gateway.directory import Directory
from gateway.documents import Documents, Limits
from gateway.endpoints import GraphQLEndpoint, alive, playground, ready
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
from gateway.province import Parts
from gateway.pushes import receive
from gateway.questions import RequestQuestions
from gateway.reception import ByName, OpenToAll
from gateway.requiring import Requirements
from gateway.settings import EngineChoice, Settings
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
    routes = [
        *_government(
            _executor(gateway, directory, sparing, feed, Audience.GOVERNMENT), gateway
        ),
        # «Nothing held» would tell the public who has records that it may not see.
        *_public(_executor(gateway, directory, asking, feed, Audience.PUBLIC), gateway),
        Route("/playground", playground),
        Route("/healthz", alive),
        Route("/readyz", ready(lambda: _state(gateway, consumer))),
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
        ):
            if started:
                started()
            yield
        await late.close()
        for source in sources.values():
            if isinstance(source, CachedSource):
                await source.close()

    return Router(routes, lifespan=lifespan)


def _listening(memory: Memory | None) -> AbstractAsyncContextManager[None]:
    """Forget what other gateways drop, where there are others."""
    return nullcontext() if memory is None else memory.listening()


def _following(gateway: Gateway, changes: Changes) -> Following:
    """Follow the log of changes with all that is kept in memory."""
    return Following(
        gateway.log,
        changes,
        gateway.presences,
        partial(_forget, gateway),
        gateway.changes,
        gateway.settings.changes_place(),
    )


async def _forget(
    gateway: Gateway, department: str, record_type: RecordType, usccs: frozenset[str]
) -> None:
    """Forget what was said, and whole answers, which may rest on what lies with us."""
    if gateway.memory is not None:
        await gateway.memory.drop(department, record_type, usccs)
    if gateway.repeats is not None:
        gateway.repeats.clear()


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


def _government(executor: Executor, gateway: Gateway) -> Sequence[BaseRoute]:
    path, most = PATHS[Audience.GOVERNMENT], _sizes(gateway.settings)
    patience = patience_of(gateway.settings)
    by_name = ByName(gateway.authentication)
    events = EventStreams(executor, by_name, most, patience)
    endpoint = GraphQLEndpoint(
        executor, by_name, most, events=events, repeats=gateway.repeats
    )
    return [
        Route(path, endpoint, methods=_ALL),
        WebSocketRoute(path, graphql_socket(executor, by_name, patience)),
    ]


def _public(executor: Executor, gateway: Gateway) -> Sequence[BaseRoute]:
    path, most = PATHS[Audience.PUBLIC], _sizes(gateway.settings)
    endpoint = GraphQLEndpoint(
        executor,
        OpenToAll(),
        most,
        repeats=gateway.repeats,
        audience=Audience.PUBLIC,
    )
    return [Route(path, endpoint, methods=_ALL), WebSocketRoute(path, no_socket)]


def _executor(
    gateway: Gateway,
    directory: Directory,
    loader: Loader,
    feed: Feed,
    audience: Audience,
) -> Executor:
    settings = gateway.settings
    records = Records(loader, directory, audience)
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
        presences=gateway.presences if audience is Audience.GOVERNMENT else None,
    )
    schema = build(audience)
    limits = Limits(
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
        suggestions=audience is Audience.GOVERNMENT,
    )

    def context(caller: Caller, seconds: float) -> RequestQuestions:
        del caller  # until the policy decides
        return RequestQuestions(parts, _moment(settings), seconds)

    engine = _engine(schema, settings, suggestions=limits.suggestions)
    documents = Documents(schema, limits)
    return Executor(
        engine, documents, Requirements(schema), context, settings.query_deadline
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


async def _state(gateway: Gateway, consumer: Consumer | None) -> dict[str, object]:
    state = await gateway.core.state()
    return {
        "ready": state.ready,
        "enterprises": state.enterprises,
        "departments": len(gateway.adapters),
        "refusedDeclarations": sorted(gateway.problems),
        "refusedMessages": await gateway.refused.count(),
        "broker": consumer and consumer.connected,
    }
