"""The checks as tests, for an adapter's own repository.

from adapters.conformance import conformance_tests

TestQhEpd = conformance_tests("QH-EPD.toml", cases="cases/", bypass={"D4": "…"})
"""

import asyncio
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from unittest import SkipTest

from adapters.conformance.bench import Materials, Terms
from adapters.conformance.cases import read_cases
from adapters.conformance.catalogue import CHECKS
from adapters.conformance.opening import (
    bench_of,
    load_whole,
    secrets_of,
    unconnected,
)
from adapters.conformance.outcomes import Outcome, Report, Result
from adapters.conformance.replaying import Build, replay_all
from adapters.conformance.running import refused_report, run_checks
from adapters.conformance.written import guide, told
from adapters.errors import DeclarationError
from adapters.registry import maker, with_environment
from adapters.source import DeclaredAdapter


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What to check, and how."""

    declaration: Path
    cases: Path | None
    bypass: Mapping[str, str]
    environment: Mapping[str, str] | None
    build: Build
    terms: Terms = field(default_factory=Terms)


def conformance_tests(
    declaration: str | Path,
    *,
    cases: str | Path | None = None,
    bypass: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
    build: Build = DeclaredAdapter,
    terms: Terms | None = None,
) -> type:
    """Make a class of tests, one for each check; give it a name that begins with Test.

    Paths are seen from the file that calls. With an `environment` (addresses and
    credentials) the department itself is asked, else recorded `cases` stand for it.
    `build` makes an adapter that is code out of its declaration and the transport.
    `bypass` gives checks that are not run, each with the reason.
    """
    here = _folder_of_caller()
    wanted = _Wanted(
        here / declaration,
        None if cases is None else here / cases,
        bypass or {},
        environment,
        build,
        terms or Terms(),
    )
    report = cache(lambda: asyncio.run(_report(wanted)))
    tests = {f"test_{check.id}": _test(check.id, report) for check in CHECKS}
    documented = {"__doc__": f"Conformance of {Path(declaration).stem}."}
    return type("ConformanceTests", (), {**tests, **documented})


async def _report(wanted: _Wanted) -> Report:
    """Run all checks."""
    try:
        declared = await load_whole(wanted.declaration)
        cases = () if wanted.cases is None else read_cases(wanted.cases)
        runs = await replay_all(declared, cases, wanted.build)
        secrets = secrets_of(declared, wanted.environment or {})
        materials = Materials(wanted.environment is not None, cases=runs)
        if wanted.environment is None:
            transport = unconnected()
        else:
            declared = with_environment(declared, wanted.environment)
            transport = maker(declared)(declared, wanted.environment)
            materials = Materials(live=True, cases=runs, secrets=secrets)
    except DeclarationError as error:
        name = wanted.declaration.stem
        return refused_report(name, wanted.declaration.name, error)
    bench = bench_of(declared, transport, wanted.terms, materials, wanted.build)
    try:
        return await run_checks(bench, wanted.bypass)
    finally:
        await bench.adapter.close()


def _test(check: str, report: Callable[[], Report]) -> Callable[[object], None]:
    def test(_: object) -> None:
        _tell(next(one for one in report().results if one.id == check))

    return test


def _tell(result: Result) -> None:
    """Fail as a test does, or be skipped."""
    if result.outcome is Outcome.FAILED:
        words = "\n\n".join(map(told, result.findings))
        head, tail = f"{result.id} {result.english}", guide(result.id)
        raise AssertionError(f"{head}\n{words}\n{tail}")
    if result.outcome is not Outcome.PASSED:
        raise SkipTest(f"{result.outcome.value}: {result.reason}")


def _folder_of_caller() -> Path:
    frame = inspect.currentframe()
    caller = frame.f_back.f_back if frame and frame.f_back else None
    file = caller.f_globals.get("__file__") if caller else None
    return Path(file).resolve().parent if file else Path.cwd()
