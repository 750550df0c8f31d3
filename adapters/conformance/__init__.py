"""The conformance kit: proves, or disproves, what an adapter's declaration claims."""

from adapters.conformance.bench import Bench, Materials, Terms
from adapters.conformance.catalogue import CHECKS, PROOFS
from adapters.conformance.opening import bench_of, secrets_of
from adapters.conformance.outcomes import Finding, Grade, Outcome, Report, Result
from adapters.conformance.running import refused_report, run_checks
from adapters.conformance.suite import conformance_tests

__all__ = [
    "CHECKS",
    "PROOFS",
    "Bench",
    "Finding",
    "Grade",
    "Materials",
    "Outcome",
    "Report",
    "Result",
    "Terms",
    "bench_of",
    "conformance_tests",
    "refused_report",
    "run_checks",
    "secrets_of",
]
