"""Runs the checks on a bench, one after the other."""

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

from adapters.conformance.bench import Bench, Blocked
from adapters.conformance.catalogue import CHECKS
from adapters.conformance.check import Check, Need
from adapters.conformance.checks.declared import sorted_faults
from adapters.conformance.masking import without_secrets
from adapters.conformance.outcomes import Finding, Outcome, Report, Result
from adapters.errors import DeclarationError

_SEEN = 5
"""Findings of one check that are told."""
_AMISS = frozenset({Outcome.FAILED, Outcome.BLOCKED})


class UnwrittenReason(ValueError):
    """Somebody bypasses a check that there is not, or without saying why."""


async def run_checks(
    bench: Bench, bypass: Mapping[str, str], only: Collection[str] = ()
) -> Report:
    """Run all checks, or only some; raises UnwrittenReason for a bypass without one."""
    _refuse_unwritten(bypass)
    results: dict[str, Result] = {}
    chosen = [one for one in CHECKS if not only or one.id in only]
    with _listening(bench.heard):
        for check in chosen:
            results[check.id] = await _result(check, bench, bypass, results)
    for check in chosen:
        results[check.id] = _with_notes(results[check.id], bench)
    materials = bench.materials
    compared = (materials.live or bool(materials.cases)) and not only
    declaration = bench.declaration
    return Report(
        declaration.department,
        declaration.path.name,
        [_plain(one, materials.secrets) for one in results.values()],
        compared,
    )


def refused_report(department: str, file: str, error: DeclarationError) -> Report:
    """Say what is wrong with a declaration that could not be loaded."""
    faults = sorted_faults(error)
    first = min(faults, default="A1")
    return Report(
        department,
        file,
        [
            _of(check, Outcome.FAILED, faults[check.id])
            if check.id in faults
            else _of(check, Outcome.BLOCKED, reason=_blocked_by(first))
            for check in CHECKS
        ],
    )


async def _result(
    check: Check, bench: Bench, bypass: Mapping[str, str], before: Mapping[str, Result]
) -> Result:
    if check.id in bypass:
        return _of(check, Outcome.BYPASSED, reason=bypass[check.id])
    if reason := _lacking(check.need, bench) or check.applies(bench):
        return _of(check, Outcome.NOT_APPLICABLE, reason=reason)
    amiss = [
        one for one in check.after if one in before and before[one].outcome in _AMISS
    ]
    try:
        findings = () if amiss else await check.judge(bench)
    except Blocked as blocked:
        findings, amiss = (), [blocked.check]
    if amiss:
        return _of(check, Outcome.BLOCKED, reason=_blocked_by(amiss[0]))
    return _of(check, Outcome.FAILED if findings else Outcome.PASSED, findings)


def _lacking(need: Need, bench: Bench) -> str:
    """Say what a check needs that this run does not have."""
    given = bench.materials
    match need:
        case Need.SOURCE if not given.live:
            return "没有连接来源：用 --live (the source was not asked)"
        case Need.ROWS if not given.live and not given.cases:
            return "没有数据：用 --live 或 --cases (no rows to look at)"
        case Need.CASES if not given.cases:
            return "没有案例：用 --cases (no cases)"
        case Need.BASELINE if given.baseline is None:
            return "没有快照：用 --record 先写一份 (no snapshot)"
        case _:
            return ""


def _with_notes(result: Result, bench: Bench) -> Result:
    """Tell failures that came up elsewhere under the number that they belong to."""
    notes = [one.finding for one in bench.notes if one.check == result.id]
    if not notes or result.outcome in {Outcome.BYPASSED, Outcome.FAILED}:
        return result
    findings = tuple(dict.fromkeys(notes))
    return Result(result.id, result.term, result.english, Outcome.FAILED, findings)


def _plain(result: Result, secrets: Sequence[str]) -> Result:
    """Hide secrets; leave out what repeats."""
    findings = [
        Finding(
            without_secrets(one.seen, secrets),
            one.expected,
            without_secrets(one.smallest, secrets),
            one.place,
        )
        for one in result.findings[:_SEEN]
    ]
    left = len(result.findings) - len(findings)
    more = f"还有 {left} 处 ({left} more)" if left > 0 else result.reason
    return Result(
        result.id, result.term, result.english, result.outcome, findings, more
    )


def _of(
    check: Check,
    outcome: Outcome,
    findings: Sequence[Finding] = (),
    reason: str = "",
) -> Result:
    return Result(check.id, check.term, check.english, outcome, findings, reason)


def _blocked_by(check: str) -> str:
    return f"先解决 {check} (mend {check} first)"


def _refuse_unwritten(bypass: Mapping[str, str]) -> None:
    known = {check.id for check in CHECKS}
    if unknown := sorted(bypass.keys() - known):
        words = f"没有检查 {'、'.join(unknown)}（no such check）"
        raise UnwrittenReason(f"{words}：{' '.join(sorted(known))}")
    empty = sorted(check for check, reason in bypass.items() if not reason.strip())
    if empty:
        words = "跳过检查须写明原因（a bypass needs a written reason）"
        raise UnwrittenReason(f"{'、'.join(empty)}: {words}")


@contextmanager
def _listening(heard: list[str]) -> Iterator[None]:
    """Hear everything that is logged meanwhile."""
    handler = _Ear(heard)
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)


class _Ear(logging.Handler):
    """Keeps what is logged, up to a bound."""

    def __init__(self, heard: list[str]) -> None:
        super().__init__()
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        if len(self._heard) < 10_000:
            self._heard.append(record.getMessage())
