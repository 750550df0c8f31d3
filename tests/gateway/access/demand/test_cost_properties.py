"""Whatever is asked, the estimate is never below what an execution really gives."""

from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLResolveInfo,
    IntValueNode,
    ListValueNode,
    Visitor,
    execute_sync,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    parse,
    visit,
)
from hypothesis import HealthCheck, assume, given, settings, strategies as st
from hypothesis_graphql import queries

from gateway.access.demand.cost import Costing
from gateway.access.demand.declared import asking_of, weights_of
from gateway.access.demand.values import Arguments, length_of
from gateway.access.demand.weights import read_weights
from gateway.engine import prepare
from schema.build import build
from schema.errors import BadInput
from schema.record_type import RecordType
from schema.visibility import Audience
from tests.gateway.access.demand.shop import SDL, shop

SCHEMA = shop()
WEIGHTS = read_weights(SCHEMA, unsized=3)
SETTINGS = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


GOVERNMENT = build(Audience.GOVERNMENT)
OURS = Costing(
    GOVERNMENT,
    weights_of(GOVERNMENT),
    asking_of(GOVERNMENT, RecordType, 100),
    {kind: {"A": 10} for kind in RecordType},
).formula(
    prepare(
        parse(
            """query($n: Int, $e: EnterpriseFilter, $w: RecordFilter,
                     $k: RecordType!, $p: Boolean!, $i: [USCC!]!) {
              enterprises(where: $e, first: $n) @include(if: $p) {
                nodes { penalties(where: $w) { nodes { id } }
                        archive(recordTypes: [$k]) { totalCount } } }
              records(recordType: $k, enterprises: $e, where: $w) { totalCount }
              check(usccs: $i, purpose: "x") @skip(if: $p) { clear } }"""
        )
    ),
    None,
)


class Shorter(Visitor):
    """Makes numbers small and lists short, so that lists can be given in full."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def enter_int_value(self, node: IntValueNode, *_: object) -> IntValueNode:
        return IntValueNode(value=str(abs(int(node.value)) % (self.most + 1)))

    def enter_list_value(self, node: ListValueNode, *_: object) -> ListValueNode:
        return ListValueNode(values=tuple(node.values[: self.most]))


class Full:
    """Gives every list in full, and counts the objects."""

    def __init__(self) -> None:
        self.objects = 1

    def resolve(self, parent: Any, info: GraphQLResolveInfo[Any], **_: object) -> Any:
        declared = info.parent_type.fields[info.field_name]
        if is_leaf_type(get_named_type(declared.type)):
            return 1
        below = self._sizes(info)
        if not is_list_type(get_nullable_type(declared.type)):
            self.objects += 1
            return {"below": below}
        size = parent.get("below") if info.field_name == "nodes" else below
        count = WEIGHTS.unsized if size is None else size
        self.objects += count
        return [{} for _ in range(count)]

    def _sizes(self, info: GraphQLResolveInfo[Any]) -> int | None:
        said = WEIGHTS.lists.get(f"{info.parent_type.name}.{info.field_name}")
        if said is None:
            return None
        node: FieldNode = info.field_nodes[0]
        declared = info.parent_type.fields[info.field_name]
        arguments = Arguments(node.arguments or (), declared)
        lengths = [length_of(arguments.value(name, {})) for name in said.slicing]
        known = [one for one in lengths if one is not None]
        return max(known, default=said.assumed)


def cost(document: DocumentNode) -> int:
    """Cost a document; one that doesn't tell a size is of no use here."""
    try:
        costing = Costing(SCHEMA, WEIGHTS, {}, {})
        return costing.estimate(prepare(document), None, {}).cost
    except BadInput:
        assume(condition=False)
        raise


@SETTINGS
@given(queries(SDL), st.sampled_from(["Book", "Film"]))
def test_never_below_the_objects_given(text: str, kind: str):
    document = visit(parse(text), Shorter(2))
    estimated = cost(document)
    assume(estimated < 20_000)
    full = Full()
    result = execute_sync(
        SCHEMA,
        document,
        root_value={},
        field_resolver=full.resolve,
        type_resolver=lambda *_: kind,
    )
    assert not result.errors
    assert full.objects <= estimated


@SETTINGS
@given(queries(SDL), st.integers(0, 5))
def test_never_less_for_larger_slices(text: str, more: int):
    document = visit(parse(text), Shorter(3))

    class Larger(Visitor):
        def enter_int_value(self, node: IntValueNode, *_: object) -> IntValueNode:
            return IntValueNode(value=str(int(node.value) + more))

    assert cost(document) <= cost(visit(document, Larger()))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["PENALTY", "A"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["has", "departments", "recordType", "usccIn", "and"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@SETTINGS
@given(st.fixed_dictionaries({}, optional=dict.fromkeys("newkpi", JSON)))
def test_no_variables_do_harm(variables: dict[str, object]):
    found = OURS.estimate(variables)
    assert 0 < found.cost <= 10**12
    assert 0 <= found.source_calls <= 10**12
    hash(tuple(read({**variables}) for _, read in OURS._facts.varying))


@SETTINGS
@given(queries(SDL))
def test_always_finite(text: str):
    assert 0 < cost(parse(text)) <= 10**12 + 1
