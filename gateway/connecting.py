"""Joins the departments that are plugged in with what asks them; again and again."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import partial
from time import monotonic

from graphql import GraphQLSchema

from adapters.contract import Adapter
from adapters.kinds.push import PushTransport
from adapters.registry import Registry
from gateway.access.hygiene.introspection import may_introspect, may_suggest
from gateway.access.viewer import Role
from gateway.bindings import NATIVES, bind_schema
from gateway.changelog import Logged
from gateway.changes import Changes, Told
from gateway.controls import Controls
from gateway.directory import Directory
from gateway.documents import Documents, Limits
from gateway.engine import Engine, LeafTypes
from gateway.engine.reference import ReferenceEngine
from gateway.everything import Everything
from gateway.execution import Executor, InUse, RunsOperations
from gateway.feed import Feed
from gateway.health import Health
from gateway.loading.cache import CachedSource
from gateway.loading.guard import GuardedSource, guard
from gateway.loading.late import LateAsks
from gateway.loading.loader import Loader
from gateway.loading.records import Moment, Records
from gateway.loading.sources import Source
from gateway.opening import Gateway, age_limits
from gateway.plugging import Close, pushing
from gateway.province import Asked, Parts
from gateway.questions import RequestQuestions
from gateway.recording import Unrecorded
from gateway.requiring import Requirements
from gateway.sealing import sealed_by
from gateway.setting_readers import DocumentMode, EngineChoice
from gateway.settings import Settings
from gateway.sourcing import guarding_of, sources_of
from schema.brought import Contract
from schema.build import build
from schema.visibility import Audience


@dataclass(slots=True)
class Generation:
    """What goes with one contract; who began with it goes on with it."""

    contract: Contract
    schemas: Mapping[Audience, GraphQLSchema]
    parts: Mapping[Audience, Parts]
    """Of the departments that were plugged in last."""


@dataclass(frozen=True, slots=True)
class Connected:
    """The departments as they are asked at one time; replaced as a whole."""

    registry: Registry
    guarded: Mapping[str, GuardedSource]
    sources: Mapping[str, Source]
    changes: Changes
    generation: Generation
    parts: Mapping[Audience, Parts]
    executors: Mapping[Audience, Executor]


class Connecting:
    """Holds what is in use; requests that have begun keep to what they began with."""

    def __init__(self, gateway: Gateway, controls: Controls) -> None:
        """Join the departments that are plugged in at first."""
        self._gateway = gateway
        self._controls = controls
        self._late = LateAsks(gateway.settings.late_asks)
        self._guarding = guarding_of(gateway.settings)
        self._current = self._connected(gateway.plugging.current, None)

    def executor(self, audience: Audience) -> InUse:
        """Give what executes operations of an audience, as it is at the time."""
        return lambda: self._current.executors[audience]

    def pushing(self) -> Mapping[str, PushTransport]:
        """Give the departments that push now."""
        return pushing(self._current.registry)

    async def read(self, logged: Sequence[Logged]) -> Sequence[Told]:
        """Read changes as the departments are declared now."""
        return await self._current.changes.read(logged)

    def take(self, registry: Registry) -> None:
        """Put what is plugged in into use; whatever was made by the old is forgotten.

        Requests in flight finish by the old adapters, which are closed after them.
        """
        before = self._current
        self._current = self._connected(registry, before)
        old, new = before.registry.adapters, registry.adapters
        gone = {code: one for code, one in old.items() if new.get(code) is not one}
        after = self._current.generation
        if after is not before.generation:
            self._controls.speak(after.contract, after.schemas)
        self._forget(registry, gone.keys() | (new.keys() - old.keys()))
        closing: list[Close] = []
        for code, adapter in gone.items():
            source = before.sources[code]
            if isinstance(source, CachedSource):
                source.retire()
                closing.append(source.close)
            closing.append(adapter.close)
        asked_by = before.parts[Audience.PUBLIC].directory  # all requests hold it
        self._gateway.plugging.retirement.after(asked_by, closing)

    async def close(self) -> None:
        """Give up what is still being asked."""
        await self._late.close()
        for source in self._current.sources.values():
            if isinstance(source, CachedSource):
                await source.close()

    # ---- inside ----------------------------------------------------------------

    def _forget(self, registry: Registry, changed: Set[str]) -> None:
        gateway = self._gateway
        if gateway.memory is not None:
            for code in changed:
                gateway.memory.entries.drop_department(code)
        if gateway.repeats is not None:
            gateway.repeats.clear()
        if gateway.presences is not None:
            limits = age_limits(gateway.settings, registry.adapters)
            gateway.presences.plugged(limits, changed & registry.adapters.keys())

    def _connected(self, registry: Registry, before: Connected | None) -> Connected:
        gateway, settings = self._gateway, self._gateway.settings
        guarded, sources = self._sources(registry, before)
        known = gateway.presences
        health = Health(
            guarded,
            registry,
            gateway.quarantine,
            (lambda _: None) if known is None else known.size,
            monotonic,
            settings.now,
        )
        directory = Directory(registry.adapters, health.of, registry.contract.records)
        # «Nothing held» would tell the public who has records that it may not see.
        loaders = {
            Audience.GOVERNMENT: Loader(sources, gateway.core, self._late, known),
            Audience.PUBLIC: Loader(sources, gateway.core, self._late),
        }
        changes = Changes(
            gateway.core,
            Records(loaders[Audience.PUBLIC], directory, Audience.GOVERNMENT),
            registry.adapters,
            partial(moment_of, settings),
        )
        feed = Feed(gateway.log, changes, gateway.changes)
        parts = {
            one: parts_of(gateway, registry.adapters, directory, loader, feed, one)
            for one, loader in loaders.items()
        }
        if before is not None and before.registry.contract is registry.contract:
            generation = before.generation
        else:
            generation = Generation(registry.contract, _schemas(registry), parts)
        executors = {
            one: self._executor(one, generation, registry, before) for one in Audience
        }
        generation.parts = parts
        return Connected(
            registry, guarded, sources, changes, generation, parts, executors
        )

    def _sources(
        self, registry: Registry, before: Connected | None
    ) -> tuple[Mapping[str, GuardedSource], Mapping[str, Source]]:
        """Give the departments as loaders ask them; who did not change stays."""
        gateway = self._gateway
        kept = {
            code: one
            for code, one in (before.guarded if before else {}).items()
            if registry.adapters.get(code) is one.adapter
        }
        others = {k: v for k, v in registry.adapters.items() if k not in kept}
        new = guard(others, self._guarding)
        made = sources_of(new, gateway.presences, gateway.memory, gateway.settings)
        old = {code: before.sources[code] for code in kept} if before else {}
        return {**kept, **new}, {**old, **made}

    def _executor(
        self,
        audience: Audience,
        generation: Generation,
        registry: Registry,
        before: Connected | None,
    ) -> Executor:
        """Make an executor, or that of the same schema as others are asked."""
        settings, controls = self._gateway.settings, self._controls
        schema = generation.schemas[audience]
        admission = controls.admission(audience, schema, registry)
        if before is not None and before.generation is generation:
            return replace(before.executors[audience], admission=admission)
        limits = _limits(settings, audience)
        return Executor(
            _engine(schema, settings, suggestions=limits.suggestions),
            Documents(schema, limits),
            Requirements(schema),
            partial(self._context, audience, generation),
            settings.query_deadline,
            admission,
            controls.recorded if audience is Audience.GOVERNMENT else Unrecorded(),
        )

    def _context(
        self, audience: Audience, generation: Generation, asked: Asked, seconds: float
    ) -> RequestQuestions:
        parts, settings = generation.parts[audience], self._gateway.settings
        return RequestQuestions(parts, moment_of(settings), seconds, asked)


def _schemas(registry: Registry) -> Mapping[Audience, GraphQLSchema]:
    """Give both schemas; those of modules were made beside the requests."""
    made = registry.modules.schemas
    return made or {one: build(one, registry.contract) for one in Audience}


def parts_of(
    gateway: Gateway,
    adapters: Mapping[str, Adapter],
    directory: Directory,
    loader: Loader,
    feed: Feed,
    audience: Audience,
) -> Parts:
    """Join what all requests of an audience share."""
    settings, government = gateway.settings, audience is Audience.GOVERNMENT
    records = Records(loader, directory, audience, sealed_by(settings.secret))
    return Parts(
        audience=audience,
        core=gateway.core,
        records=records,
        directory=directory,
        everything=Everything(
            adapters,
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


def moment_of(settings: Settings) -> Moment:
    """Give the moment, and the day in Qinghai, of a request."""
    return Moment(settings.now(), settings.today())


def _engine(
    schema: GraphQLSchema, settings: Settings, *, suggestions: bool
) -> RunsOperations:
    bound = bind_schema(schema)
    if settings.engine is EngineChoice.REFERENCE:
        return ReferenceEngine(bound, suggestions)
    return Engine(bound, LeafTypes(NATIVES), suggestions)
