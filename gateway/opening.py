"""Everything that is open while the gateway runs."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from adapters.contract import Adapter
from adapters.declaration import Declaration
from adapters.errors import DeclarationError
from adapters.kinds.push import PushTransport
from adapters.registry import Declarations
from adapters.source import DeclaredAdapter
from gateway.access.identity.authentication import Authentication
from gateway.access.identity.opening import Provider, open_authentication
from gateway.access.identity.tokens import ClaimNames
from gateway.changelog import ChangeLog
from gateway.core import Core, open_core
from gateway.errors import OperationRefused
from gateway.events import Events
from gateway.inbox import DatabaseInbox
from gateway.loading.memory import Memory
from gateway.loading.presences import AgeLimits, Presences
from gateway.loading.shelf import Shelf
from gateway.plugging import Plugging, Retirement, pushing
from gateway.quarantine import Quarantine
from gateway.refused_messages import RefusedMessages
from gateway.repeating import Repeats
from gateway.settings import Settings
from gateway.settlements import Settlements
from gateway.sourcing import memory_of
from schema.subscription import RecordChange


@dataclass(frozen=True, slots=True)
class Gateway:
    """Everything that is open while the gateway runs."""

    settings: Settings
    core: Core
    quarantine: Quarantine
    refused: RefusedMessages
    plugging: Plugging
    """The departments that can be asked."""
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

    @property
    def adapters(self) -> Mapping[str, Adapter]:
        """The departments' adapters that are plugged in now, by code."""
        return self.plugging.adapters

    @property
    def problems(self) -> Mapping[str, DeclarationError]:
        """What is wrong with files of declarations now, by their names."""
        return self.plugging.current.problems

    @property
    def pushing(self) -> Mapping[str, PushTransport]:
        """The departments that push to us now, by code."""
        return pushing(self.plugging.current)

    async def close(self) -> None:
        """Close all connections."""
        if self.presences is not None:
            await self.presences.close()
        if self.memory is not None:
            await self.memory.close()
        await self.authentication.close()
        await self.plugging.retirement.close()
        await asyncio.gather(*(adapter.close() for adapter in self.adapters.values()))
        await self.core.close()


async def open_gateway(
    settings: Settings, environment: Mapping[str, str], departments: str = "*"
) -> Gateway:
    """Open the core and the adapters of all departments, or of those of a pattern.

    Raises CoreUnusable when the database can't be used, OperationRefused when the
    directory of modules can't. A declaration that is broken
    costs its department only, and is logged with every fault.
    """
    core = await open_core(settings.core_url(), settings.secret)
    log = ChangeLog(core.engine, settings.now)
    inbox = DatabaseInbox(core.engine, log)
    settlements = Settlements(core.engine, log)
    await settlements.refresh()
    declarations = Declarations(
        settings.departments,
        environment,
        {"push": partial(_push, inbox)},
        departments,
        settings.deadline,
        settings.modules,
        settlements.of,
    )
    try:
        plugging = Plugging(declarations, Retirement(settings.scan_deadline))
    except OSError as error:
        await core.close()
        words = f"{error.filename}: 读不了：{error.strerror} (can't be read)"
        raise OperationRefused(words) from error
    shelf = Shelf(settings.presence_shelf())
    limits = age_limits(settings, plugging.adapters)
    return Gateway(
        settings,
        core,
        Quarantine(core.engine),
        RefusedMessages(core.engine),
        plugging,
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


def _push(
    inbox: DatabaseInbox, declaration: Declaration, _: Mapping[str, str]
) -> PushTransport:
    return PushTransport(declaration, inbox)


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
        {
            (code, record_type): adapter.edition(record_type)
            for code, adapter in adapters.items()
            for record_type in adapter.record_types
        },
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
