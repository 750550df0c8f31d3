"""Everything that is open while the gateway runs."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import structlog

from adapters.contract import Adapter
from adapters.declaration import Declaration
from adapters.errors import DeclarationError
from adapters.kinds.push import PushTransport
from adapters.registry import load_all
from adapters.source import DeclaredAdapter
from gateway.access.identity.authentication import Authentication
from gateway.access.identity.opening import Provider, open_authentication
from gateway.access.identity.tokens import ClaimNames
from gateway.changelog import ChangeLog
from gateway.core import Core, open_core
from gateway.events import Events
from gateway.inbox import DatabaseInbox
from gateway.loading.memory import Memory
from gateway.loading.presences import AgeLimits, Presences
from gateway.loading.shelf import Shelf
from gateway.quarantine import Quarantine
from gateway.refused_messages import RefusedMessages
from gateway.repeating import Repeats
from gateway.settings import Settings
from gateway.settlements import Settlements
from gateway.sourcing import memory_of
from schema.subscription import RecordChange

_log = structlog.get_logger(__name__)


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
    settlements: Settlements
    changes: Events[RecordChange]
    shelf: Shelf
    presences: Presences | None
    """About whom departments hold records; None: it is switched off."""
    memory: Memory | None
    """What departments said; None: nothing is remembered."""
    repeats: Repeats | None
    """Whole answers; None: each is made anew."""
    authentication: Authentication

    async def close(self) -> None:
        """Close all connections."""
        if self.presences is not None:
            await self.presences.close()
        if self.memory is not None:
            await self.memory.close()
        await self.authentication.close()
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
    settlements = Settlements(core.engine, log)
    await settlements.refresh()
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
        settlements.of,
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
        settlements,
        Events(settings.event_buffer, settings.subscriptions),
        shelf,
        Presences(shelf, limits, settings.now, core.mark)
        if settings.presence
        else None,
        memory_of(settings),
        Repeats(settings.repeat_bytes, settings.repeat_seconds)
        if settings.cache
        else None,
        open_authentication(_provider(settings), settings.data, core.engine),
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


def _provider(settings: Settings) -> Provider:
    return Provider(
        settings.oidc_issuer,
        settings.oidc_keys,
        settings.oidc_audience,
        settings.oidc_algorithms,
        ClaimNames(**settings.oidc_claims),
        settings.oidc_minutes,
    )
