"""No canary leaves by the public endpoint, whatever is asked.

Everything is asked of two gateways: one whose departments hold what the public may
not see, one whose departments don't. No canary may be in any answer, and the answers
must be equal: otherwise they tell that something is there.
"""

import re
from collections.abc import AsyncIterator, Mapping, Sequence

import orjson
import pytest
from graphql import GraphQLSchema, get_introspection_query, get_named_type
from structlog.testing import capture_logs

from gateway.building import NOT_GONE_THROUGH
from gateway.loading.told import record_id
from schema.build import build, sdl
from schema.connections import encode_cursor
from schema.publication import PUBLIC_TYPES
from schema.record_type import RecordType
from schema.records import RECORDS
from schema.visibility import Audience
from tests.acceptance.canary_gateway import (
    PUBLIC,
    Asked,
    gateway_on,
    sung_in,
    told,
)
from tests.acceptance.canary_world import (
    REGISTER,
    SINGING,
    world,
)
from tests.acceptance.selections import Selections, all_fields, where_of
from tests.gateway.core.fakes import code

pytestmark = pytest.mark.anyio
USCC = code(SINGING)
ONE = f'enterprise(uscc: "{USCC}"'
KINDS = sorted(kind.value for kind in PUBLIC_TYPES)
DIFFERS = re.compile(
    r'"(latencyMs|fetchedAt)":("[^"]*"|[0-9.e+-]+)|[0-9]{6}\*{8}[0-9X]{4}'
)
"""What differs from one answer to the next, and masked numbers of persons."""


@pytest.fixture(scope="module")
async def singing(
    tmp_path_factory: pytest.TempPathFactory, anyio_backend: str
) -> AsyncIterator[Asked]:
    directory = tmp_path_factory.mktemp("singing")
    async with gateway_on(world(sings=True), directory / "data") as asked:
        yield asked


@pytest.fixture(scope="module")
async def silent(
    tmp_path_factory: pytest.TempPathFactory, anyio_backend: str
) -> AsyncIterator[Asked]:
    directory = tmp_path_factory.mktemp("silent")
    async with gateway_on(world(sings=False), directory / "data") as asked:
        yield asked


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build(Audience.PUBLIC)


async def same(singing: Asked, silent: Asked, query: str, **variables: object) -> str:
    """Ask both; gives the answer of the one that has secrets."""
    loud = await singing.ask(query, **variables)
    quiet = await silent.ask(query, **variables)
    asked = f"{query[:400]} {variables}"
    sung = sung_in(told(loud), singing.world.canaries)
    assert not sung, f"{asked} gave away {sung[:5]}"
    answers = [DIFFERS.sub("", one.text) for one in (loud, quiet)]
    assert answers[0] == answers[1], asked
    assert loud.headers.keys() == quiet.headers.keys()
    return loud.text


OF_A_KIND = "query($k: RecordType!)"
"""How documents begin that are read once, and asked about every record type."""


def whole_questions(schema: GraphQLSchema) -> tuple[Sequence[str], Selections]:
    """Ask for everything, by every way that leads there but `records`."""
    select = Selections(schema)
    fields = schema.type_map["Enterprise"].fields  # type: ignore[attr-defined]
    ways = [
        f'enterprise(uscc: "{USCC}")',
        f'enterprise(name: "青海测试{SINGING}有限公司")',
    ]
    asked = [
        f"{{ {ways[0]} {{ {name} {select.all_below(field.type, 3)} }} }}"
        for name, field in fields.items()
        if name != "archive"
    ]
    asked += [
        f"{{ {ways[0]} {{ archive {select.all_below(fields['archive'].type, 2)} }} }}"
    ]
    query = schema.query_type
    assert query
    deep = {"departments": 3, "search": 2}
    below = {
        name: select.all_below(field.type, deep.get(name, 1))
        for name, field in query.fields.items()
    }
    asked += [f"{{ {way} {below['enterprise']} }}" for way in ways]
    asked.append(f'{{ search(text: "青海") {below["search"]} }}')
    asked += [f"{{ departments {below['departments']} }}"]
    asked += [f'{{ department(code: "{REGISTER}") {below["department"]} }}']
    asked += [f"{{ catalogue {below['catalogue']} }}"]
    return asked, select


async def test_everything_that_can_be_selected_is_public(
    singing: Asked, silent: Asked, schema: GraphQLSchema
) -> None:
    questions, select = whole_questions(schema)
    query = schema.query_type
    assert query
    below = select.all_below(query.fields["records"].type, 1)
    of_a_kind = f"{OF_A_KIND} {{ records(recordType: $k) {below} }}"
    assert not all_fields(schema) - select.selected
    asked: list[tuple[str, dict[str, object]]] = [(one, {}) for one in questions]
    asked += [(of_a_kind, {"k": kind}) for kind in KINDS]
    with capture_logs() as logs:
        for text, variables in asked:
            answer = await same(singing, silent, text, **variables)
            assert '"errors"' not in answer, answer[:500]
    assert not sung_in(str(logs), singing.world.canaries)


async def test_the_world_does_sing_for_government(singing: Asked) -> None:
    """Otherwise the other tests prove nothing."""
    schema = build(Audience.GOVERNMENT)
    fields = schema.type_map["Enterprise"].fields  # type: ignore[attr-defined]
    below = Selections(schema).all_below(fields["archive"].type, 2)
    query = f"{{ {ONE}) {{ archive(first: 500) {below} }} }}"
    answer = await singing.client.post(
        "/graphql", json={"query": query}, headers=singing.known
    )
    sung = sung_in(answer.text, singing.world.canaries)
    assert len(sung) > len(singing.world.canaries.sung) / 2


async def test_no_count_tells_of_what_is_not_shown(
    singing: Asked, silent: Asked
) -> None:
    counted = (
        "contribution { records enterprises publishedLate7 publishedLate20 "
        "medianWorkingDays lastUpdate complete }"
    )
    query = f'{{ departments {{ code {counted} }} department(code: "{REGISTER}") '
    answer = await same(singing, silent, f"{query} {{ {counted} }} }}")
    told_of = orjson.loads(answer)["data"]["department"]["contribution"]
    public = PUBLIC_TYPES - NOT_GONE_THROUGH
    assert (told_of["records"], told_of["enterprises"]) == (len(public), 1)
    refused = await same(
        singing, silent, "{ departments { contribution { rejected unresolved } } }"
    )
    assert '"errors"' in refused
    asked = {"query": f"{query} {{ {counted} }} }}"}
    more, as_public = [
        (await singing.client.post("/graphql", json=asked, headers=known)).json()[
            "data"
        ]["department"]["contribution"]
        for known in (singing.known, singing.portal)
    ]
    assert as_public == told_of
    assert more["records"] > 2 * told_of["records"]
    assert more["enterprises"] == 2


PREFIXES = ("CANARY", "6328011", "1397")
"""How numbers that are guessed digit by digit begin."""


async def test_no_text_is_found_that_is_not_shown(
    singing: Asked, silent: Asked
) -> None:
    names = [f"w{n}" for n in range(len(PREFIXES) + 3)]
    parts = [
        f"{name}: records(recordType: $k, where: {{ text: ${name} }}) "
        "{ totalCount pageInfo { hasNextPage startCursor } }"
        for name in names
    ]
    declared = " ".join(f"${name}: String!" for name in names)
    query = f"query($k: RecordType! {declared}) {{ {' '.join(parts)} }}"
    for kind in KINDS:
        words = [*PREFIXES, *singing.world.canaries.of[kind][:3]]
        written = dict(zip(names, words, strict=True))
        answer = await same(singing, silent, query, k=kind, **written)
        assert '"errors"' not in answer, answer[:300]


async def test_no_text_is_found_about_an_enterprise(
    singing: Asked, silent: Asked, schema: GraphQLSchema
) -> None:
    fields = schema.type_map["Enterprise"].fields  # type: ignore[attr-defined]
    lists = [name for name, field in fields.items() if "where" in field.args]
    assert lists
    for name in lists:
        kind = next(k for k in RECORDS if _names(fields[name].type, k))
        words = [*PREFIXES, *singing.world.canaries.of[kind.value]]
        parts = [
            f'{name}{n}: {name}(where: {{ text: "{word}" }}) {{ totalCount }}'
            for n, word in enumerate(words)
        ]
        query = f"{{ {ONE}) {{ {' '.join(parts)} }} }}"
        answer = await same(singing, silent, query)
        counts = set(re.findall(r'"totalCount":(\w+)', answer))
        assert counts <= {"0"}, name


def _names(connection: object, kind: RecordType) -> bool:
    named = get_named_type(connection).name  # type: ignore[call-overload]
    found: bool = named == f"{RECORDS[kind].english}Connection"
    return found


RECORD_CONDITIONS: Mapping[str, Sequence[str]] = {
    "departments": ['["QH-AMR"]', '["QH-EPD"]', '["QH-XX"]'],
    "includePredecessors": ["true"],
    "from": ['"1890-01-01"', '"2016-03-02"'],
    "to": ['"1899-12-31"', '"2016-03-01"'],
    "expiringFrom": ['"1890-01-01"', '"2015-01-02"'],
    "expiringTo": ['"1999-12-31"', '"2015-01-02"', '"2099-01-01"'],
    "reportYear": ["2015", "770000001"],
    "inForce": ["true", "false"],
    "text": ['"公开"'],
}
ENTERPRISE_CONDITIONS: Mapping[str, Sequence[str]] = {
    "and": ['[{ nameContains: "青海" }]'],
    "or": ['[{ nameContains: "CANARY" }]'],
    "not": ['{ nameContains: "CANARY" }'],
    "usccIn": [f'["{USCC}"]'],
    "nameContains": ['"CANARY"', '"1397"', '"%"'],
    "region": ['"630102"'],
    "industrySection": ['"A"', '"Z"'],
    "status": ["OPERATING"],
    "establishedFrom": ['"1890-01-01"'],
    "establishedTo": ['"1899-12-31"'],
    "capitalFrom": ['"770000000"'],
    "capitalTo": ['"1"'],
    "has": [
        "[{ recordType: PENALTY, min: 2 }]",
        "[{ recordType: PENALTY, none: true }]",
        "[{ recordType: TAX_CREDIT }]",
    ],
}


async def test_no_condition_tells_of_what_is_not_shown(
    singing: Asked, silent: Asked, schema: GraphQLSchema
) -> None:
    records = list(where_of(schema, "RecordFilter", RECORD_CONDITIONS))
    people = list(where_of(schema, "EnterpriseFilter", ENTERPRISE_CONDITIONS))
    below = (
        "{ totalCount nodes { id } pageInfo { hasNextPage endCursor } "
        "completeness { status sources { records reason } } }"
    )
    parts = [
        f"w{n}: records(recordType: $k, where: {one}) {below}"
        for n, one in enumerate(records)
    ]
    for kind in KINDS:
        await same(singing, silent, f"{OF_A_KIND} {{ {' '.join(parts)} }}", k=kind)
    for one in people:
        await same(
            singing,
            silent,
            f"{{ records(recordType: PENALTY, enterprises: {one}) {below} }}",
        )


async def test_no_order_and_no_page_tells(
    singing: Asked, silent: Asked, schema: GraphQLSchema
) -> None:
    orders = schema.type_map["RecordOrder"].values  # type: ignore[attr-defined]
    below = (
        "{ totalCount nodes { id headline } "
        "pageInfo { hasNextPage hasPreviousPage endCursor } }"
    )
    parts = [
        f"{order}_{first}: records(recordType: $k, orderBy: {order}, "
        f"first: {first}) {below}"
        for order in orders
        for first in (0, 1, 2)
    ]
    for kind in KINDS:
        await same(singing, silent, f"{OF_A_KIND} {{ {' '.join(parts)} }}", k=kind)


WRONG = [
    "{ enterprise { name } }",
    '{ enterprise(uscc: "1") { name } }',
    '{ enterprise(name: "青海同名有限公司") { name } }',
    '{ enterprise(registrationNumber: "CANARY") { name } }',
    f"{{ {ONE}) {{ contactPhone legalRepresentativeRef }} }}",
    f"{{ {ONE}) {{ taxCredit {{ totalCount }} }} }}",
    f'{{ {ONE}) {{ licences(where: {{ remark: "x" }}) {{ totalCount }} }} }}',
    f"{{ {ONE}) {{ archive(recordTypes: [TAX_CREDIT]) {{ totalCount }} }} }}",
    f'{{ {ONE}, asOf: "yesterday") {{ name }} }}',
    "{ records(recordType: TAX_CREDIT) { totalCount } }",
    "{ records(recordType: PENALTY, first: -1) { totalCount } }",
    '{ records(recordType: PENALTY, after: "x") { totalCount } }',
    "{ enterprises { totalCount } viewer { roles } unresolvedRecords { totalCount } }",
    '{ check(usccs: [], purpose: "x") { clear } }',
    '{ search(text: "CANARY") { totalCount } }',
    '{ search(text: "1397") { totalCount nodes { name } } }',
    '{ search(text: "") { totalCount } }',
    "{ legalRepIdNumber }",
    "{",
]


@pytest.mark.parametrize("query", WRONG)
async def test_no_error_tells(singing: Asked, silent: Asked, query: str) -> None:
    await same(singing, silent, query)


async def test_a_cursor_that_was_guessed_tells_nothing(
    singing: Asked, silent: Asked
) -> None:
    numbers = [one for one in singing.world.canaries.sung if one.endswith("PENALTY")]
    for number in numbers:
        identifier = record_id(REGISTER, "PENALTY", number)
        query = (
            f"{{ {ONE}) {{ penalties(after: "
            f'"{encode_cursor(identifier)}") {{ totalCount }} }} }}'
        )
        answer = await same(singing, silent, query)
        assert "BAD_USER_INPUT" in answer


async def test_what_departments_say_of_faults_stays_inside(
    singing: Asked, silent: Asked
) -> None:
    below = "{ totalCount completeness { status sources { outcome reason records } } }"
    asked = " ".join(f"{name} {below}" for name in ("penalties", "archive"))
    query = f"{{ {ONE}) {{ {asked} restrictions {below} }} }}"
    for fault in ("doubt", "silence"):
        for one in (singing, silent):
            department = one.world.departments[REGISTER]
            setattr(department, fault, singing.world.canaries.word(fault))
        try:
            with capture_logs() as logs:
                answer = await same(singing, silent, query)
            assert "COMPLETE" not in answer
            assert not sung_in(str(logs), singing.world.canaries)
        finally:
            for one in (singing, silent):
                setattr(one.world.departments[REGISTER], fault, None)


async def test_headers_of_an_answer_for_caches_tell_nothing(
    singing: Asked, silent: Asked
) -> None:
    counts = "penalties { totalCount } licences { totalCount }"
    query = f"{{ {ONE}) {{ {counts} }} }}"
    answers = [
        await one.client.get(PUBLIC, params={"query": query})
        for one in (singing, silent)
    ]
    told_by = [
        (one.status_code, one.headers.get("etag"), one.headers.get("cache-control"))
        for one in answers
    ]
    assert told_by[0] == told_by[1]


INTROSPECTION = get_introspection_query(input_value_deprecation=True)
GOVERNMENT_WORDS = ("TAX_CREDIT", "TaxCredit", "contactPhone", "legalRepIdNumber")


async def test_introspection_and_sdl_tell_nothing(
    singing: Asked, silent: Asked
) -> None:
    answer = await same(singing, silent, INTROSPECTION)
    for text in (answer, sdl(Audience.PUBLIC)):
        assert not [word for word in GOVERNMENT_WORDS if word in text]
