"""Federation subgraphs whose every answer stands ready.

They answer the shapes that the bench's questions lead to, and no others: what is
measured is the gateway in front of them.
"""

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

import orjson

from benchmarks.peers.answers import LISTS, enterprise, report
from benchmarks.peers.records import HELD
from benchmarks.peers.world import asked_about, code, number_of

Answer = Callable[[bytes], bytes]
Ready = Mapping[int, bytes]
_BODIES = "SELECT body FROM registration WHERE uscc = ?"
_REPORTS = "SELECT facts FROM annual_report WHERE uscc = ? ORDER BY record_id DESC"


class Subgraphs:
    """One subgraph over the core, and one for each kind of record."""

    def __init__(self, core: Path) -> None:
        """Read what is asked about out of the core."""
        connection = sqlite3.connect(core)
        self._names: dict[int, bytes] = {}
        self._whole: dict[int, bytes] = {}
        self._reported: dict[int, bytes] = {}
        for number in asked_about():
            (body,) = connection.execute(_BODIES, [code(number)]).fetchone()
            told = enterprise(orjson.loads(body))
            facts = connection.execute(_REPORTS, [code(number)])
            reports = [report(orjson.loads(one)) for (one,) in facts]
            self._whole[number] = _typed(told)
            short = {"uscc": told["uscc"], "name": told["name"]}
            self._names[number] = _typed(short)
            listed = {"nodes": reports}
            self._reported[number] = _typed({**short, "annualReports": listed})
        connection.close()

    def answers(self) -> Mapping[str, Answer]:
        """Give what answers, by the subgraph's name."""
        return {"core": self._core} | {
            kind: _entities(_told(field)) for field, (kind, _, _) in LISTS.items()
        }

    def _core(self, body: bytes) -> bytes:
        asked = orjson.loads(body)
        given = list(asked["variables"].values())  # gateways rename variables
        wanted = next((one for one in given if isinstance(one, str)), None)
        if wanted:
            found = self._whole[number_of(wanted)]
            return b'{"data":{"enterprise":' + found + b"}}"
        held = self._reported if "annualReports" in asked["query"] else self._names
        codes = next(one for one in given if isinstance(one, dict))["usccIn"]
        nodes = b",".join([held[number_of(one)] for one in codes])
        return b'{"data":{"enterprises":{"nodes":[' + nodes + b"]}}}"


def _told(field: str) -> Ready:
    kind, _, tell = LISTS[field]
    return {
        number: _typed({field: {"nodes": [tell(row) for row in HELD[kind](number)]}})
        for number in asked_about()
    }


def _typed(told: Mapping[str, object]) -> bytes:
    return orjson.dumps({"__typename": "Enterprise", **told})


def _entities(held: Ready) -> Answer:
    def answer(body: bytes) -> bytes:
        asked = orjson.loads(body)["variables"]["representations"]
        found = b",".join([held[number_of(one["uscc"])] for one in asked])
        return b'{"data":{"_entities":[' + found + b"]}}"

    return answer
