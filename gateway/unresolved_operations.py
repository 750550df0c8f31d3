"""What an operator or officer can settle about records that fit nobody."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from adapters.settlement import Whom
from gateway.changelog import ChangeLog
from gateway.core import Core, open_core
from gateway.errors import OperationRefused
from gateway.quarantine import Quarantine, UnresolvedRow
from gateway.settings import SHANGHAI, Settings
from gateway.settlements import Decision, Settlements, called_alike, handle_of
from schema.scalars import parse_uscc

_AT_A_STRETCH = 1_000
_NOBODY = "（无 nobody）"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be settled of a record."""

    handle: str
    """As `unresolved list` gives it."""
    to: str | None
    by: str
    why: str
    nobody: bool
    only: bool
    """Only this record, not all that the department calls so."""


@dataclass(frozen=True, slots=True)
class _Desk:
    core: Core
    quarantine: Quarantine
    settlements: Settlements


async def list_unresolved(
    settings: Settings, department: str | None, first: int
) -> None:
    """List records that fit nobody, as of the last reconciliation."""
    async with _desk(settings) as desk:
        page = await desk.quarantine.unresolved(department, first, 0)
    table = Table("编号", "部门", "记录类型", "记录", "称呼", "原因", "可能是")
    for row in page.rows:
        called = " ".join(filter(None, (row.code, row.name)))
        candidates = "\n".join(
            f"{uscc} {name} {likeness:.0%}" for uscc, name, likeness in row.candidates
        )
        record = (row.department, row.record_type, row.source_record_id)
        cells = (handle_of(row), *record, called, row.reason, candidates)
        table.add_row(*map(escape, cells))
    console = Console()
    console.print(table)
    if not page.reconciled:
        console.print("尚未核对：先运行 creditnet reconcile (not reconciled yet)")
    console.print(f"共 {page.total} 条 ({page.total} in all)", highlight=False)


async def resolve(settings: Settings, wanted: Wanted) -> None:
    """Settle whom a record is about, and remember it.

    Raises OperationRefused for a record, code or enterprise that there is not.
    """
    if (wanted.to is None) != wanted.nobody:
        raise OperationRefused(
            "请用 --to 给出代码，或用 --nobody (give either --to or --nobody)"
        )
    if not wanted.by.strip():
        raise OperationRefused("--by: 请写明决定人的代号 (say who settles it)")
    async with _desk(settings) as desk:
        rows = await _meant(desk.quarantine, wanted)
        whom = await _whom(desk.core, wanted.to)
        decision = Decision(wanted.by.strip(), wanted.why, settings.now())
        await desk.settlements.settle(rows, whom, decision, only=wanted.only)
    Console().print(
        f"已决定 {len(rows)} 条记录属于 {whom or _NOBODY}，各网关数秒内生效 "
        f"({len(rows)} settled, in force in all gateways within seconds)",
        highlight=False,
    )


async def list_settled(settings: Settings, department: str | None) -> None:
    """List what is settled and in force."""
    async with _desk(settings) as desk:
        every = await desk.settlements.in_force(department)
    table = Table("序号", "部门", "称呼", "只及记录", "属于", "决定人", "时间", "依据")
    for one in every:
        called = " ".join(filter(None, (one.code, one.name)))
        kind = one.record_type
        only = f"{kind.value} {one.source_record_id}" if kind else ""
        decided = one.decision
        at = f"{decided.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        whom = (one.department, called, only, one.uscc or _NOBODY)
        cells = (*whom, decided.by, at, decided.why)
        table.add_row(str(one.number), *map(escape, cells))
    Console().print(table)


async def withdraw(settings: Settings, number: int, by: str) -> None:
    """End a settlement; raises OperationRefused where none such is in force."""
    async with _desk(settings) as desk:
        done = await desk.settlements.withdraw(number, by, settings.now())
    if not done:
        raise OperationRefused(f"没有有效的决定 {number} (no such settlement in force)")
    Console().print(
        f"已撤回 {number}；下次核对后记录回到待决列表 "
        "(withdrawn; in the queue again after the next reconciliation)",
        highlight=False,
    )


async def _meant(quarantine: Quarantine, wanted: Wanted) -> Sequence[UnresolvedRow]:
    """Give the record of a handle, with all that its department calls so."""
    every = [row async for row in _all(quarantine)]
    named = next((row for row in every if handle_of(row) == wanted.handle), None)
    if named is None:
        raise OperationRefused(
            f"没有编号 {wanted.handle} 的待决记录，见 creditnet unresolved list "
            "(no such record in the queue)"
        )
    if wanted.only:
        return [named]
    return [
        named,
        *(row for row in every if row is not named and called_alike(named, row)),
    ]


async def _all(quarantine: Quarantine) -> AsyncIterator[UnresolvedRow]:
    start = 0
    while rows := (await quarantine.unresolved(None, _AT_A_STRETCH, start)).rows:
        for row in rows:
            yield row
        start += len(rows)


async def _whom(core: Core, written: str | None) -> Whom:
    if written is None:
        return None
    try:
        uscc = parse_uscc(written)
    except ValueError as error:
        raise OperationRefused(f"--to: {error}") from None
    if uscc not in await core.by_uscc([uscc]):
        raise OperationRefused(f"--to: 登记册中没有 {uscc} (nobody registered has it)")
    return uscc


@asynccontextmanager
async def _desk(settings: Settings) -> AsyncIterator[_Desk]:
    core = await open_core(settings.core_url(), settings.secret)
    try:
        log = ChangeLog(core.engine, settings.now)
        yield _Desk(core, Quarantine(core.engine), Settlements(core.engine, log))
    finally:
        await core.close()
