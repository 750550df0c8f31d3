"""A subgraph of a federation as a department, and documents that can't be meant."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import strawberry
from aiohttp import web
from hypothesis import given, strategies as st

from adapters.errors import (
    DeclarationError,
    SourceContractBroken,
    SourceUnavailable,
)
from adapters.kinds.graphql.entities import read_entities, representations
from adapters.kinds.graphql.options import Entity
from schema.record_type import RecordType
from tests.adapters.declarations import penalty
from tests.adapters.kinds.strangers import (
    CODES,
    Handle,
    asking,
    declaration,
    fetch,
    load,
    numbers,
)

pytestmark = pytest.mark.anyio
KNOWN = CODES[:2]


@strawberry.type
class Decision:
    """A penalty, in the words of a department."""

    cf_wsh: str
    cf_xdr_mc: str = "青海某某有限公司"


@strawberry.federation.type(keys=["uscc"])
class Enterprise:
    """An enterprise that the department adds its penalties to."""

    uscc: str

    @strawberry.field
    def penalties(self) -> list[Decision]:
        return [Decision(cf_wsh=f"{self.uscc}-{n}") for n in (1, 2)]

    @classmethod
    def resolve_reference(cls, uscc: str) -> "Enterprise | None":
        return cls(uscc=uscc) if uscc in KNOWN else None


@strawberry.type
class Query:
    """What else the department tells."""

    @strawberry.field
    def everybody(self, after: str | None = None) -> list[Enterprise]:
        return [Enterprise(uscc=code) for code in KNOWN]


SCHEMA = strawberry.federation.Schema(Query, types=[Enterprise])
SECTION = '''\
entity = { type = "Enterprise", key = "uscc" }
document = """
query($representations: [_Any!]!) {
  _entities(representations: $representations) {
    ... on Enterprise { uscc penalties { CF_WSH: cfWsh CF_XDR_MC: cfXdrMc } }
  }
}
"""
rows = "penalties"
scan = { document = "{ everybody { uscc penalties { CF_WSH: cfWsh CF_XDR_MC: cfXdrMc } } }", rows = "data.everybody[].{CODE: uscc, CF_WSH: penalties[0].CF_WSH}" }
'''  # noqa: E501 - an inline table has to stand on one line
_FIXED = {name: value for name, value in penalty().items() if name != "CF_WSH"}


def subgraph(section: str = SECTION, capabilities: str = "") -> str:
    text = declaration("graphql", section=section, capabilities=capabilities)
    text = text.replace('key = "CODE"', 'key = { uscc = ["uscc", "CODE"] }')
    return text.replace('read = "date"', 'read = "date", default = "2016-07-22"')


Change = Callable[[dict[str, object]], dict[str, object]]


def unchanged(answer: dict[str, object]) -> dict[str, object]:
    return answer


def serving(change: Change = unchanged) -> Handle:
    async def handle(request: web.Request) -> web.Response:
        assert request.path == "/graphql"
        asked = await request.json()
        found = await SCHEMA.execute(asked["query"], variable_values=asked["variables"])
        assert not found.errors, found.errors
        return web.json_response(change({"data": found.data}))

    return handle


def with_all_columns(answer: dict[str, object]) -> dict[str, object]:
    """Add the columns that every penalty of these tests has."""
    for one in answer["data"].get("_entities", []):  # type: ignore[attr-defined]
        if one is not None:
            one["penalties"] = [{**_FIXED, **row} for row in one["penalties"]]
            for row in one["penalties"]:
                del row["CODE"]
    return answer


async def test_entities_are_asked_for_at_once(tmp_path: Path) -> None:
    text = subgraph()
    async with asking(tmp_path, serving(with_all_columns), text) as adapter:
        fetched = await fetch(adapter)
    expected = [[f"{code}-1", f"{code}-2"] for code in KNOWN]
    assert numbers(fetched) == [*expected, []]
    assert (fetched.calls, fetched.failed, fetched.unsure) == (1, {}, {})


async def test_everybody_is_listed_by_another_document(tmp_path: Path) -> None:
    async with asking(tmp_path, serving(), subgraph()) as adapter:
        keys = [one async for one in adapter.keys(RecordType.PENALTY)]
    assert keys == [frozenset(KNOWN)]


def _turned(answer: dict[str, object]) -> dict[str, object]:
    entities = answer["data"]["_entities"]  # type: ignore[index]
    return {"data": {"_entities": entities[::-1]}}


def _short(answer: dict[str, object]) -> dict[str, object]:
    return {"data": {"_entities": answer["data"]["_entities"][1:]}}  # type: ignore[index]


def _none(answer: dict[str, object]) -> dict[str, object]:
    return {"data": {"_entities": None}}


def _bare(answer: dict[str, object]) -> dict[str, object]:
    return {"data": {"_entities": [{"uscc": code} for code in CODES]}}


def _partly(answer: dict[str, object]) -> dict[str, object]:
    return {**answer, "errors": [{"message": "one could not be resolved"}]}


@pytest.mark.parametrize("change", [_turned, _short, _none, _bare, _partly])
async def test_other_entities_than_asked_for_are_no_answer(
    change: Change, tmp_path: Path
) -> None:
    async with asking(tmp_path, serving(change), subgraph()) as adapter:
        with pytest.raises(SourceContractBroken):
            await fetch(adapter)


async def test_a_subgraph_that_only_tells_errors_is_unavailable(tmp_path: Path) -> None:
    def change(_: dict[str, object]) -> dict[str, object]:
        return {"data": None, "errors": [{"message": "no database"}]}

    async with asking(tmp_path, serving(change), subgraph()) as adapter:
        with pytest.raises(SourceUnavailable):
            await fetch(adapter)


ENTITY = Entity("Enterprise", "uscc")


@given(
    st.lists(st.sampled_from("ABCDEF"), unique=True), st.sets(st.sampled_from("ABC"))
)
def test_every_row_bears_the_key_of_its_entity(
    keys: Sequence[str], known: set[str]
) -> None:
    asked = representations(ENTITY, keys)
    answer = [
        {"uscc": one["uscc"], "rows": [{"n": one["uscc"] * 2}]}
        if one["uscc"] in known
        else None
        for one in asked
    ]
    rows = read_entities(ENTITY, "rows", keys, {"data": {"_entities": answer}})
    assert rows == [{"uscc": key, "n": key * 2} for key in keys if key in known]


PLAIN = """\
document = "query($codes: [String!]!, $after: String) { penalties(codes: $codes, after: $after) { nodes { a } } }"
rows = "data.penalties.nodes"
variables = { codes = "$keys" }
next = "data.next"
"""  # noqa: E501


@pytest.mark.parametrize(
    ("section", "faults"),
    [
        (PLAIN.replace("codes = ", "code = "), ["没有变量 'code'，是不是 codes？"]),
        (PLAIN + 'cursor = "aftr"', ["没有变量 'aftr'，是不是 after？"]),
        (PLAIN.replace("{ a } }", "{ a }"), ["第 1 行第", "not GraphQL"]),
        (PLAIN.replace("document = ", "documnt = "), ["documnt", "缺少 document"]),
        (SECTION.replace("_entities", "entities"), ["须询问 _entities"]),
        (SECTION.split("scan =", maxsplit=1)[0], ["`scan` is missing"]),
        (SECTION.replace("$representations", "$r"), ["没有变量 'representations'"]),
    ],
)
def test_what_cannot_be_meant_is_named(
    section: str, faults: Sequence[str], tmp_path: Path
) -> None:
    with pytest.raises(DeclarationError) as caught:
        load(tmp_path, subgraph(section), {"QH_TST_URL": "http://127.0.0.1:1"})
    found = "\n".join(caught.value.faults)
    assert all(fault in found for fault in faults), found


def test_a_subgraph_need_not_list_everything(tmp_path: Path) -> None:
    text = subgraph(SECTION.split("scan =", maxsplit=1)[0], "scan = false")
    assert not load(tmp_path, text, {"QH_TST_URL": "http://a"}).capabilities.scan
