"""What `creditnet adapter check` does."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from adapters.conformance.bench import Blocked, Materials, Terms
from adapters.conformance.cases import read_cases
from adapters.conformance.catalogue import CHECKS
from adapters.conformance.checks.pace import snapshot_of
from adapters.conformance.opening import (
    bench_of,
    load_whole,
    secrets_of,
    unconnected,
)
from adapters.conformance.outcomes import Grade, Outcome, Report, Result
from adapters.conformance.replaying import replay_all
from adapters.conformance.running import (
    UnwrittenReason,
    refused_report,
    run_checks,
)
from adapters.conformance.snapshot import read_snapshot, write_snapshot
from adapters.conformance.written import as_json, as_junit, guide, told
from adapters.declaration import Declaration, load
from adapters.errors import DeclarationError
from gateway.conformance_sources import Sources
from gateway.errors import OperationRefused
from gateway.settings import Settings

_SIGNS = {
    Outcome.PASSED: "[green]✓[/green]",
    Outcome.FAILED: "[red]✗[/red]",
    Outcome.BYPASSED: "[yellow]跳过[/yellow]",
    Outcome.BLOCKED: "[yellow]未做[/yellow]",
    Outcome.NOT_APPLICABLE: "[dim]－[/dim]",
}


@dataclass(frozen=True, slots=True)
class Output:
    """How reports are written."""

    json: bool = False
    junit: Path | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to check, and against what."""

    adapters: tuple[str, ...] = ()
    live: bool = False
    cases: Path | None = None
    only: frozenset[str] = frozenset()
    bypass: Mapping[str, str] | None = None
    about: tuple[str, ...] = ()
    accepted: Path | None = None
    breaking: str = ""
    snapshot: Path | None = None
    record: bool = False
    strict: bool = False
    output: Output = Output()


def read_bypass(written: Sequence[str]) -> Mapping[str, str]:
    """Read `D4=reason`; what has no reason keeps an empty one."""
    pairs = (one.partition("=") for one in written)
    return {check.strip(): reason.strip() for check, _, reason in pairs}


async def check(
    settings: Settings, environment: Mapping[str, str], wanted: Wanted
) -> bool:
    """Check adapters, tell what came of it, and say whether nothing failed.

    Raises OperationRefused for what can't be run as it was asked.
    """
    _refuse_unfit(wanted)
    reports: list[Report] = []
    async with Sources(settings, environment) as sources:
        for path in sources.paths(wanted.adapters):
            try:
                reports.append(await _check(sources, path, wanted))
            except UnwrittenReason as error:
                raise OperationRefused(str(error)) from error
    _tell(reports, wanted)
    return not any(_is_amiss(one, wanted) for one in reports)


async def _check(sources: Sources, path: Path, wanted: Wanted) -> Report:
    try:
        declared = await load_whole(path)
        materials = await _materials(sources, declared, wanted)
    except DeclarationError as error:
        return refused_report(path.stem, path.name, error)
    if wanted.live:
        declared = sources.filled(declared)
        transport = await sources.transport(declared)
    else:
        transport = unconnected()
    bench = bench_of(declared, transport, Terms(now=sources.settings.now), materials)
    try:
        report = await run_checks(bench, wanted.bypass or {}, wanted.only)
        if wanted.record and wanted.snapshot is not None:
            write_snapshot(wanted.snapshot, await snapshot_of(bench))
    except Blocked as blocked:
        words = f"快照未写：先解决 {blocked.check} (no snapshot: mend it first)"
        raise OperationRefused(words) from blocked
    finally:
        await bench.adapter.close()
    return report


async def _materials(
    sources: Sources, declared: Declaration, wanted: Wanted
) -> Materials:
    """Gather what the adapter is compared with; raises DeclarationError."""
    cases = () if wanted.cases is None else read_cases(wanted.cases)
    known = wanted.snapshot is not None and wanted.snapshot.exists()
    baseline = known and not wanted.record
    return Materials(
        live=wanted.live,
        about=await sources.firms(wanted.about),
        cases=await replay_all(declared, cases),
        accepted=None if wanted.accepted is None else load(wanted.accepted),
        breaking=wanted.breaking,
        baseline=read_snapshot(wanted.snapshot)
        if baseline and wanted.snapshot
        else None,
        secrets=secrets_of(declared, sources.environment),
    )


def _refuse_unfit(wanted: Wanted) -> None:
    """Refuse what belongs to one adapter where several are meant, and the like."""
    one_only = (wanted.cases, wanted.accepted, wanted.snapshot)
    if any(one_only) and len(wanted.adapters) != 1:
        words = "--cases、--accepted、--snapshot 只用于一个适配器 (for one only)"
        raise OperationRefused(words)
    if wanted.record and (wanted.snapshot is None or not wanted.live):
        raise OperationRefused("--record 须与 --live、--snapshot 同用 (both needed)")
    if unknown := sorted(wanted.only - {one.id for one in CHECKS}):
        raise OperationRefused(f"没有检查 {'、'.join(unknown)} (no such check)")


def _is_amiss(report: Report, wanted: Wanted) -> bool:
    if wanted.strict and not wanted.only:
        return report.grade is not Grade.A
    return bool(report.failed)


def _tell(reports: Sequence[Report], wanted: Wanted) -> None:
    if wanted.output.junit is not None:
        wanted.output.junit.write_bytes(as_junit(reports))
    if wanted.output.json:
        sys.stdout.write(as_json(reports).decode())
        return
    console = Console()
    if len(reports) == 1:
        console.print(_one(reports[0]))
    else:
        console.print(_all(reports))
    for report in reports:
        for result in report.failed:
            _tell_failure(console, report, result)
    if len(reports) == 1:
        grade = reports[0].grade
        words = grade.value if grade else "未评，用 --live 或 --cases (not graded)"
        console.print(f"{reports[0].department}  等级 grade: {words}", highlight=False)


def _one(report: Report) -> Table:
    table = Table("", "编号", "检查", "check", "说明")
    for one in report.results:
        reason = escape(one.reason)
        table.add_row(_SIGNS[one.outcome], one.id, one.term, one.english, reason)
    return table


def _all(reports: Sequence[Report]) -> Table:
    table = Table("部门", "等级", "通过", "失败", "跳过、未做", "失败的检查")
    for report in reports:
        outcomes = [one.outcome for one in report.results]
        left = outcomes.count(Outcome.BYPASSED) + outcomes.count(Outcome.BLOCKED)
        table.add_row(
            report.department,
            report.grade.value if report.grade else "",
            str(outcomes.count(Outcome.PASSED)),
            str(outcomes.count(Outcome.FAILED)),
            str(left),
            " ".join(one.id for one in report.failed),
        )
    return table


def _tell_failure(console: Console, report: Report, result: Result) -> None:
    head = f"\n✗ {report.department} {result.id} {result.term} {result.english}"
    console.print(head, style="bold red", highlight=False, markup=False)
    for finding in result.findings:
        console.print(told(finding), highlight=False, markup=False)
    console.print(guide(result.id), style="dim", highlight=False)
