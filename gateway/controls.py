"""What decides about requests, and records them, while the gateway runs."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from graphql import GraphQLSchema

from adapters.registry import Registry
from gateway.access.audit.committing import Patience
from gateway.access.audit.journal import Habits
from gateway.access.audit.log import Keeping
from gateway.access.demand.cost import Costing
from gateway.access.demand.declared import asking_of, batches_of, weights_of
from gateway.access.demand.heartbeat import Heartbeat
from gateway.access.demand.limits import PACKAGED as LIMITS, LimitsUnusable, load_limits
from gateway.access.demand.rates import Rates
from gateway.access.demand.shared_windows import SharedWindows
from gateway.access.demand.shedding import Gate, Room
from gateway.access.demand.windows import Windows
from gateway.access.documents.manifest import Manifest, read_manifest
from gateway.access.documents.persisted import PersistedQueries
from gateway.access.documents.trusted import FindsDocuments, TrustedDocuments
from gateway.access.policy import PACKAGED, Decisions, PolicyError, vocabulary_of
from gateway.access.policy.policy_file import PolicyFile, Reading
from gateway.access.viewer import Caller
from gateway.admission import Counted
from gateway.directory import read_entries, shown
from gateway.errors import OperationRefused
from gateway.opening import Gateway
from gateway.recording import Recorded
from gateway.setting_readers import DocumentMode
from gateway.settings import SHANGHAI, Settings
from schema.brought import Contract
from schema.build import OURS, build
from schema.visibility import Audience


@dataclass(frozen=True, slots=True)
class Controls:
    """One policy, one count and one gate for both endpoints."""

    gateway: Gateway
    policy: PolicyFile
    rates: Rates
    gate: Gate
    heartbeat: Heartbeat
    shared: SharedWindows | None
    recorded: Recorded
    manifest: Manifest

    def admission(
        self,
        audience: Audience,
        schema: GraphQLSchema,
        registry: Registry,
    ) -> Counted:
        """Decide about operations on one endpoint that ask these departments."""
        settings = self.gateway.settings
        declared = registry.contract.records
        kinds = [kind for kind in declared if shown(kind, audience, declared)]
        costing = Costing(
            schema,
            weights_of(schema),
            asking_of(schema, kinds, settings.candidates, declared),
            batches_of(registry.adapters),
        )
        return Counted(self._decide(audience), costing, self.rates, self.gate)

    def speak(
        self, contract: Contract, schemas: Mapping[Audience, GraphQLSchema]
    ) -> None:
        """Let the policy use the words of another contract."""
        government, public = schemas[Audience.GOVERNMENT], schemas[Audience.PUBLIC]
        self.policy.speak(vocabulary_of(government, public, contract.records))

    def documents(self, audience: Audience) -> FindsDocuments:
        """Find the documents of requests to one endpoint."""
        mode = DocumentMode.FREE
        if audience is Audience.PUBLIC:
            mode = self.gateway.settings.public_documents
        free = mode is DocumentMode.FREE
        persisted = PersistedQueries() if free else None
        return FindsDocuments(mode, TrustedDocuments(self.manifest), persisted)

    def _decide(self, audience: Audience) -> Callable[[Caller], Decisions]:
        file = self.policy
        if audience is Audience.PUBLIC:
            return lambda _: file.policy.public
        return lambda caller: file.policy.decide(caller)  # noqa: PLW0108 - it changes

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Watch the policy's file and the event loop, and keep the log open."""
        async with self.heartbeat.running(), self.recorded.running():
            watching = asyncio.create_task(self.policy.watch())
            try:
                yield
            finally:
                watching.cancel()
                with suppress(asyncio.CancelledError):
                    await watching
                if self.shared is not None:
                    await self.shared.close()


def controls_of(gateway: Gateway) -> Controls:
    """Open what decides; raises OperationRefused for a file with a fault."""
    settings = gateway.settings
    try:
        limits = load_limits(settings.limits or LIMITS)
    except LimitsUnusable as error:
        raise OperationRefused(str(error)) from error
    shared = None
    if settings.redis_url:
        where = settings.redis_url, settings.redis_prefix
        shared = SharedWindows(*where, settings.redis_deadline)
    heartbeat = Heartbeat()
    room = Room(
        settings.running, settings.waiting, settings.waiting_seconds, settings.lag
    )
    return Controls(
        gateway,
        policy_of(settings, gateway.plugging.current.contract),
        Rates(limits, Windows(settings.rates_kept), shared),
        Gate(room, heartbeat),
        heartbeat,
        shared,
        Recorded(
            settings.audit_place(),
            settings.receipts_place(),
            lambda: datetime.now(SHANGHAI),
            _keeping(settings),
        ),
        _manifest(settings),
    )


def policy_of(settings: Settings, contract: Contract = OURS) -> PolicyFile:
    """Open the policy's file; raises OperationRefused."""
    try:
        return PolicyFile(reading_of(settings.policy or PACKAGED, contract))
    except PolicyError as error:
        raise OperationRefused(str(error)) from error


def reading_of(path: Path, contract: Contract = OURS) -> Reading:
    """Say how a policy's file is read."""
    government = build(Audience.GOVERNMENT, contract)
    public = build(Audience.PUBLIC, contract)
    vocabulary = vocabulary_of(government, public, contract.records)
    return Reading(path, vocabulary, frozenset(one.code for one in read_entries()))


def _keeping(settings: Settings) -> Keeping:
    return Keeping(
        Habits(settings.audit_segment_bytes, settings.audit_checkpoint_lines),
        Patience(
            settings.audit_waiting,
            settings.audit_deadline,
            settings.audit_checkpoint_seconds,
        ),
        settings.audit_enterprises,
        settings.audit_documents,
    )


def _manifest(settings: Settings) -> Manifest:
    if settings.documents_manifest is not None:
        return read_manifest(settings.documents_manifest)
    if settings.public_documents is DocumentMode.TRUSTED:
        raise OperationRefused(
            "只执行登记操作须有清单 (CREDITNET_PUBLIC_DOCUMENTS=trusted needs "
            "CREDITNET_DOCUMENTS_MANIFEST)"
        )
    return {}
