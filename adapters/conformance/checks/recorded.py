"""H: recorded questions are put, and answered, as the cases say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from adapters.conformance.bench import Bench
from adapters.conformance.cases import CaseRun
from adapters.conformance.check import Check, Need
from adapters.conformance.outcomes import Finding
from adapters.contract import SourceRecord
from schema.records import RECORDS


async def _requests(bench: Bench) -> Sequence[Finding]:
    want = "案例中的请求 (the requests of the case)"
    return [
        Finding(words, want, run.case.name, _place(bench, run, "request"))
        for run in bench.materials.cases
        for words in run.wrong_requests
    ]


async def _results(bench: Bench) -> Sequence[Finding]:
    want = "案例中的记录 (the records of the case)"
    return [
        Finding(words, want, run.case.name, _place(bench, run, "fields"))
        for run in bench.materials.cases
        for words in (*_records(run), *_set_aside(run))
    ]


async def _reports(bench: Bench) -> Sequence[Finding]:
    found: list[Finding] = []
    for run in bench.materials.cases:
        wanted = run.case.expect.report
        if run.outcome != wanted.outcome or wanted.reason not in run.reason:
            seen = f"{run.outcome} {run.reason}"
            want = f"{wanted.outcome} {wanted.reason}".strip()
            place = _place(bench, run, "")
            found.append(Finding(seen, want, run.case.name, place))
    return found


def plain(value: object) -> object:
    """Write a value as cases do: dates in ISO form, amounts as text, enums by name."""
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {name.name: plain(getattr(value, name.name)) for name in fields(value)}
    return _scalar(value)


def shown(record: SourceRecord, code: str) -> Mapping[str, object]:
    """Write a record as cases do, by field of the contract."""
    declared = RECORDS[record.record_type].fields.values()
    given = {
        one.name: plain(record.values[one.attribute])
        for one in declared
        if record.values.get(one.attribute) is not None
    }
    return {"enterprise": code, **given}


def _scalar(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.name if isinstance(value, Enum) else value


def _records(run: CaseRun) -> Iterator[str]:
    left = [shown(one, code) for code, them in run.by_code.items() for one in them]
    for wanted in run.case.expect.records:
        best = min(left, key=lambda one: len(_unequal(wanted, one)), default=None)
        if best is None:
            yield f"没有这条记录：{wanted} (missing)"
            continue
        left.remove(best)
        yield from (
            f"{name}: 实为 {best.get(name)!r}，应为 {wanted[name]!r}"
            for name in _unequal(wanted, best)
        )
    for one in left:
        words = one.get("decisionNumber") or one.get("documentNumber") or ""
        yield f"多出一条：{one['enterprise']} {words} (one more)"


def _set_aside(run: CaseRun) -> Iterator[str]:
    left = list(run.set_aside)
    for wanted in run.case.expect.set_aside:
        fit = next((one for one in left if _gives(one.reasons, wanted.reasons)), None)
        if fit is None:
            yield f"没有因 {'；'.join(wanted.reasons)} 而搁置 (not set aside)"
        else:
            left.remove(fit)
    for one in left:
        yield f"搁置了：{'；'.join(one.reasons)} (set aside)"


def _unequal(wanted: Mapping[str, object], one: Mapping[str, object]) -> list[str]:
    return [name for name, value in wanted.items() if one.get(name) != value]


def _gives(reasons: Sequence[str], wanted: Sequence[str]) -> bool:
    return all(any(word in reason for reason in reasons) for word in wanted)


def _place(bench: Bench, run: CaseRun, key: str) -> str:
    kind = run.case.record_type.value
    return bench.place(f"{kind}.fields") if key == "fields" else bench.place(kind, key)


CHECKS = (
    Check("H1", "案例的请求", "the requests of the cases", _requests, Need.CASES),
    Check("H2", "案例的记录", "the records of the cases", _results, Need.CASES),
    Check("H3", "案例的结局", "the outcome of the cases", _reports, Need.CASES),
)
