"""Joins the parts of the gateway."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from time import monotonic, time

import structlog
from graphql import GraphQLSchema
from starlette.routing import BaseRoute, Route, Router, WebSocketRoute
from starlette.types import ASGIApp

from adapters.contract import Adapter
from adapters.declaration import Declaration
from adapters.errors import DeclarationError
from adapters.kinds.push import PushTransport
from adapters.registry import load_all
from adapters.source import DeclaredAdapter
from gateway.bindings import NATIVES, bind_schema
from gateway.brokers import Consumer, consuming
from gateway.changelog import ChangeLog
from gateway.changes import Changes
from gateway.core import Core, open_core
from gateway.directory import Directory
from gateway.documents import Documents, Limits
from gateway.endpoints import GraphQLEndpoint, alive, playground, ready
from gateway.engine import Engine, LeafTypes
from gateway.engine.reference import ReferenceEngine
from gateway.event_stream import EventStreams
from gateway.events import Events
from gateway.everything import Everything
from gateway.execution import Executor, RunsOperations
from gateway.feed import Feed
from gateway.following import Following
from gateway.graphql_over_http import Sizes
from gateway.health import Health
from gateway.inbox import DatabaseInbox
from gateway.leases import Leases
from gateway.loading.cache import CachedSource
from gateway.loading.guard import guard
from gateway.loading.late import LateAsks
from gateway.loading.loader import Loader
from gateway.loading.memory import Memory
from gateway.loading.presences import AgeLimits, Presences
from gateway.loading.records import Moment, Records
from gateway.loading.shelf import Shelf
from gateway.patience import patience_of
from gateway.polled import Polled
from gateway.polling import Polling
from gateway.province import Parts
from gateway.pushes import receive
from gateway.quarantine import Quarantine
from gateway.questions import RequestQuestions
from gateway.refused_messages import RefusedMessages
from gateway.repeating import Repeats
from gateway.requiring import Requirements
from gateway.settings import EngineChoice, Settings
from gateway.sourcing import guarding_of, memory_of, sources_of
from gateway.taking import consumer_of, intake_of
from gateway.websocket import graphql_socket, no_socket
from schema.build import build
from schema.record_type import RecordType
from schema.subscription import RecordChange
from schema.visibility import Audience

_log = structlog.get_logger(__name__)
PATHS = {Audience.GOVERNMENT: "/graphql", Audience.PUBLIC: "/public/graphql"}


@dataclass(frozen=True, slots=True)
class Gateway:
    """Everything that is open while the gateway runs."""

    settings: Settings
    core: Core
    quarantine: Quarantine
    refused: RefusedMessages
    adapters: Mapping[str, Adapter]
    problems: Mapping[str, DeclarationError]
    pushing: Mapping[str, PushTransport]
    log: ChangeLog
    """What departments changed."""
    changes: Events[RecordChange]
    shelf: Shelf
    presences: Presences | None
    """About whom departments hold records; None: it is switched off."""
    memory: Memory | None
    """What departments said; None: nothing is remembered."""
    repeats: Repeats | None
    """Whole answers; None: each is made anew."""

    async def close(self) -> None:
        """Close all connections."""
        if self.presences is not None:
            await self.presences.close()
        if self.memory is not None:
            await self.memory.close()
        await asyncio.gather(*(adapter.close() for adapter in self.adapters.values()))
        await self.core.close()


async def open_gateway(
    settings: Settings, environment: Mapping[str, str], departments: str = "*"
) -> Gateway:
    """Open the core and the adapters of all departments, or of those of a pattern.

    Raises CoreUnusable when the database can't be used. A declaration that is broken
    costs its department only, and is logged with every fault.
    """
    core = await open_core(settings.core_url(), settings.secret)
    log = ChangeLog(core.engine, settings.now)
    inbox = DatabaseInbox(core.engine, log)
    pushing: dict[str, PushTransport] = {}

    def make_push(declaration: Declaration, _: Mapping[str, str]) -> PushTransport:
        transport = PushTransport(declaration, inbox)
        pushing[declaration.department] = transport
        return transport

    registry = load_all(
        settings.departments,
        environment,
        {"push": make_push},
        departments,
        settings.deadline,
    )
    for name, problem in registry.problems.items():
        _log.error("declaration refused", file=name, faults=list(problem.faults))
    shelf = Shelf(settings.presence_shelf())
    limits = age_limits(settings, registry.adapters)
    return Gateway(
        settings,
        core,
        Quarantine(core.engine),
        RefusedMessages(core.engine),
        registry.adapters,
        registry.problems,
        pushing,
        log,
        Events(settings.event_buffer, settings.subscriptions),
        shelf,
        Presences(shelf, limits, settings.now, core.mark)
        if settings.presence
        else None,
        memory_of(settings),
        Repeats(settings.repeat_bytes, settings.repeat_seconds)
        if settings.cache
        else None,
    )


def age_limits(settings: Settings, adapters: Mapping[str, Adapter]) -> AgeLimits:
    """Say up to which age presence rules departments out, as each declares."""
    declared = {
        code: adapter.declaration.presence_max_age
        for code, adapter in adapters.items()
        if isinstance(adapter, DeclaredAdapter)
    }
    return AgeLimits(
        timedelta(seconds=settings.presence_max_age),
        {code: age for code, age in declared.items() if age is not None},
    )


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
    events = EventStreams(executor, most, patience)
    endpoint = GraphQLEndpoint(
        executor, most, explains=True, events=events, repeats=gateway.repeats
    )
    return [
        Route(path, endpoint, methods=_ALL),
        WebSocketRoute(path, graphql_socket(executor, patience)),
    ]


def _public(executor: Executor, gateway: Gateway) -> Sequence[BaseRoute]:
    path, most = PATHS[Audience.PUBLIC], _sizes(gateway.settings)
    endpoint = GraphQLEndpoint(executor, most, repeats=gateway.repeats, shared=True)
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

    def context(seconds: float) -> RequestQuestions:
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
