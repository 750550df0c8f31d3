"""Runs cases: the adapter itself, against what was recorded."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from adapters.conformance.cases import Case, CaseRun
from adapters.conformance.loopback import serving
from adapters.conformance.player import Player, RecordedHeld, RecordedRows, lay
from adapters.conformance.pointing import HTTP, pointed
from adapters.contract import Adapter, Ask, Fetched, Origin, Transport
from adapters.declaration import Declaration
from adapters.errors import SourceError, SourceTimedOut
from adapters.registry import maker
from adapters.source import DeclaredAdapter

Build = Callable[[Declaration, Transport], Adapter]
"""Makes the adapter out of its declaration and a transport."""
_ENOUGH = 30.0
"""Seconds, for a replay on this machine."""


async def replay(
    declaration: Declaration, case: Case, build: Build = DeclaredAdapter
) -> CaseRun:
    """Run one case; raises DeclarationError for words that the kind does not know."""
    player = Player(list(case.exchange))
    given = case.exchange[0].answer if case.exchange else None
    if given is not None and given.files is not None:
        return await _of_files(declaration, case, player, build)
    if declaration.kind in HTTP and (given is None or given.rows is None):
        return await _of_http(declaration, case, player, build)
    transport = RecordedHeld if declaration.kind in {"files", "push"} else RecordedRows
    return await _run(build(declaration, transport(player)), case, player)


async def replay_all(
    declaration: Declaration, cases: Sequence[Case], build: Build = DeclaredAdapter
) -> Sequence[CaseRun]:
    """Run cases, one after the other."""
    return [await replay(declaration, case, build) for case in cases]


async def _of_http(
    declaration: Declaration, case: Case, player: Player, build: Build
) -> CaseRun:
    async with serving(player.handle) as url:
        own = replace(pointed(declaration, base_url=url), deadline=_ENOUGH)
        adapter = build(own, maker(own)(own, {}))
        try:
            return await _run(adapter, case, player)
        finally:
            await adapter.close()


async def _of_files(
    declaration: Declaration, case: Case, player: Player, build: Build
) -> CaseRun:
    with tempfile.TemporaryDirectory(prefix="creditnet-case-") as folder:
        for exchange in player.left:
            lay(exchange.answer, Path(folder))
        player.left.clear()
        own = pointed(declaration, directory=folder, settle=0)  # they are all there
        adapter = build(own, maker(own)(own, {}))
        try:
            return await _run(adapter, case, player)
        finally:
            await adapter.close()


async def _run(adapter: Adapter, case: Case, player: Player) -> CaseRun:
    try:
        fetched = await adapter.fetch(Ask(case.record_type, tuple(case.enterprises)))
        failure = next(iter(fetched.failed.values()), None)
    except SourceError as error:
        fetched, failure = None, error
    wrong = (*player.wrong, *player.unsent())
    if fetched is None:
        return CaseRun(case, wrong, {}, (), _outcome(failure), str(failure))
    outcome = _outcome(failure) if failure else _origin(fetched)
    reason = str(failure or "")
    return CaseRun(case, wrong, fetched.records, fetched.set_aside, outcome, reason)


def _outcome(failure: Exception | None) -> str:
    return "TIMED_OUT" if isinstance(failure, SourceTimedOut) else "FAILED"


def _origin(fetched: Fetched) -> str:
    return "LIVE" if fetched.origin is Origin.LIVE else "MATERIALIZED"
