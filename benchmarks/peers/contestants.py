"""Who is measured: how each is started, and how it is asked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.machine import python
from benchmarks.peers import core, npm, postgres, questions
from benchmarks.peers.questions import QUESTIONS, Question


@dataclass(frozen=True, slots=True)
class Place:
    """What a contestant finds here."""

    data: Path
    """Data directory of the gateway; the core is in it."""
    departments: str
    """Address of the department server."""
    postgresql: str
    """Address of a PostgreSQL server."""
    work: Path
    """For files that last as long as the run."""
    port: int

    @property
    def core(self) -> Path:
        """The core's SQLite file."""
        return self.data / "core.sqlite"


@dataclass(frozen=True, slots=True)
class Start:
    """How a server is started."""

    command: Sequence[str]
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Contestant:
    """One row of the tables."""

    name: str
    label: str
    start: Callable[[Place], Start]
    """Raises NotRunnable."""
    body: Callable[[Question, Sequence[str]], bytes] = questions.body
    path: Callable[[Question], str] = lambda _: "/graphql"
    asked: frozenset[str] = frozenset(QUESTIONS)
    """Questions that it can answer."""
    answers: bool = True
    """Whether what it says depends on what it is asked."""
    warming: float = 1.0
    """How many times as long as the others it is warmed."""


_NO_CACHE: Mapping[str, str] = {"CREDITNET_CACHE": "off"}
_ROOMY_CACHE: Mapping[str, str] = {
    "CREDITNET_CACHE_BYTES": str(1 << 30),
    "CREDITNET_REPEAT_BYTES": str(1 << 28),
}
"""Room for all 120,000 records that are asked about, and for all answers."""


def _gateway(
    engine: str,
    cache: Mapping[str, str] = _NO_CACHE,
    command: Sequence[str] = ("gateway", "serve"),
) -> Callable[[Place], Start]:
    def start(place: Place) -> Start:
        told = dict(core.environment(place.data, place.departments))
        told |= {"CREDITNET_PORT": str(place.port), "CREDITNET_ENGINE": engine}
        told |= cache
        return Start(python(*command), told)

    return start


def _python(module: str) -> Callable[[Place], Start]:
    def start(place: Place) -> Start:
        words = (place.port, place.core, place.departments)
        return Start(python(f"benchmarks.peers.{module}", *words), {})

    return start


def _static(place: Place) -> Start:
    module = "benchmarks.peers.static_bytes"
    return Start(python(module, place.port, place.work), {})


def _mercurius(place: Place) -> Start:
    node, script = npm.node_with_sqlite(), npm.HERE / "mercurius.mjs"
    words = [str(place.port), str(place.core), place.departments]
    return Start([node, str(script), *words], _PRODUCTION)


def _hive(place: Place) -> Start:
    node = npm.node_22()
    composed = place.work / "supergraph.graphql"
    composed.write_text(npm.supergraph(place.departments), encoding="utf-8")
    command = str(npm.MODULES / ".bin" / "hive-gateway")
    words = ["supergraph", str(composed), "--host", "127.0.0.1", "--jit"]
    where = ["--port", str(place.port), "--polling", "1h"]
    return Start([node, command, *words, *where], _PRODUCTION)


def _postgraphile(place: Place) -> Start:
    node, script = npm.node_22(), npm.HERE / "postgraphile.mjs"
    database = postgres.copied(place.core, place.postgresql)
    return Start([node, str(script), str(place.port), database], _PRODUCTION)


_UNGUARDED = ("benchmarks.peers.unguarded",)
_PRODUCTION = {"NODE_ENV": "production", "GRAPHILE_ENV": "production"}
HANDWRITTEN = "handwritten"
"""Whose figures are 100 %, and whose answers the others' must equal."""
GATEWAY = "gateway"
STATIC = "static"
WARM = "warm"
"""The gateway with its defaults, asked again about those it has heard of."""
CONTESTANTS: Mapping[str, Contestant] = {
    one.name: one
    for one in (
        Contestant(HANDWRITTEN, "hand-written endpoint", _python("handwritten")),
        Contestant(
            STATIC,
            "static bytes",
            _static,
            path=lambda question: f"/{question.name}",
            answers=False,
        ),
        Contestant(GATEWAY, "**this gateway**", _gateway("breadth-first")),
        Contestant(
            "reference", "this gateway, engine `reference`", _gateway("reference")
        ),
        Contestant(
            WARM,
            "this gateway, warm cache",
            _gateway("breadth-first", _ROOMY_CACHE),
            asked=frozenset({"Q3", "Q4"}),
            warming=5.0,
        ),
        Contestant(
            "unrecorded",
            "the same without audit",
            _gateway("breadth-first", _ROOMY_CACHE, (*_UNGUARDED, "audit")),
            asked=frozenset({"Q3", "Q4"}),
            warming=5.0,
        ),
        Contestant(
            "unguarded",
            "the same without audit, policy and limits",
            _gateway(
                "breadth-first", _ROOMY_CACHE, (*_UNGUARDED, "audit", "admission")
            ),
            asked=frozenset({"Q3", "Q4"}),
            warming=5.0,
        ),
        Contestant("strawberry", "Strawberry's executor", _python("strawberry_way")),
        Contestant("mercurius", "Mercurius, JIT", _mercurius),
        Contestant("hive", "Hive Gateway", _hive),
        Contestant(
            "postgraphile",
            "PostGraphile 5",
            _postgraphile,
            body=questions.postgraphile_body,
            asked=frozenset({"Q1", "Q2"}),
        ),
    )
}
