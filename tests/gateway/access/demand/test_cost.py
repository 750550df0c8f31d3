"""Costs follow the cost specification: types, fields, and how long lists are."""

from time import perf_counter

import pytest
from graphql import GraphQLError, parse

from gateway.engine import prepare
from schema.errors import BadInput
from tests.gateway.access.demand.shop import costing, estimate


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("{__typename}", 1),
        ("{person{name}}", 1 + 3 + 1),
        ("{person(where: {name: null}){name}}", 1 + 3 + 1 + 1),
        ("{tags{name}}", 1 + 1 + 3 * 2),
        ("{people(first: 5){name}}", 1 + 1 + 5),
        ("{people(last: 5){friend{name}}}", 1 + 1 + 5 * (1 + 1 + 1)),
        ('{some(ids: ["a", "b"]){name}}', 1 + 1 + 2),
        ('{some(ids: "a"){name}}', 1 + 1 + 1),
        ("{some{name}}", 1 + 1 + 4),
        ("{some(ids: []){name}}", 1 + 1),
        ("{person{items{total}}}", 1 + 4 + 1 + 1),
        ("{person{items(first: 7){nodes{id}}}}", 1 + 4 + 2 + 1 + 7),
        ("{person{items{nodes{id}}}}", 1 + 4 + 2 + 1 + 2),
        ("{person{items(first: null){nodes{id}}}}", 1 + 4 + 2 + 1 + 3),
        ("{person{items(first: -7){nodes{id}}}}", 1 + 4 + 2 + 1),
    ],
)
def test_types_fields_and_sizes(text: str, cost: int):
    assert estimate(text).cost == cost


def test_of_several_types_the_dearest_counts():
    film, book = "... on Film {length}", "... on Book {chapters{title}}"
    assert estimate(f"{{items{{{film}}}}}").cost == 1 + 1 + 3 * (1 + 4)
    assert estimate(f"{{items{{{book}}}}}").cost == 1 + 1 + 3 * (1 + 1 + 3)
    both = estimate(f"{{items{{{film} {book}}}}}")
    assert both.cost == 1 + 1 + 3 * (1 + 4)


def test_variables_and_their_defaults():
    text = "query($n: Int = 4, $l: Int) {person{items(first: $n){nodes{id}}}}"
    assert estimate(text).cost == 1 + 4 + 2 + 1 + 4
    assert estimate(text, n=6).cost == 1 + 4 + 2 + 1 + 6
    assert estimate(text, n=6.0).cost == 1 + 4 + 2 + 1 + 6
    absent = "query($n: Int) {person{items(first: $n){nodes{id}}}}"
    assert estimate(absent).cost == 1 + 4 + 2 + 1 + 2, "as the schema says"
    assert estimate(absent, n=10**30).cost == 10**12, "counting ends"
    many = "query($i: [ID!]) {some(ids: $i){name}}"
    assert estimate(many, i=["a"] * 9).cost == 1 + 1 + 9


def test_what_is_skipped_costs_nothing():
    text = """query($a: Boolean!, $b: Boolean = false) {
      person @include(if: $a) {name}
      ...T @skip(if: $b)
      tags @skip(if: true) {name}
      ... @include(if: false) {tags {name}}
    } fragment T on Query {tags {name}}"""
    assert estimate(text, a=True).cost == 1 + 4 + 7
    assert estimate(text, a=False).cost == 1 + 7
    assert estimate(text, a=True, b=True).cost == 1 + 4
    assert estimate(text, a=False, b=True).cost == 1


def test_a_fragment_counts_once_where_it_is_spread_twice():
    twice = "{...T ...T} fragment T on Query {tags {name}}"
    assert estimate(twice).cost == estimate("{tags {name}}").cost


def test_a_look_into_the_schema_is_cheap():
    text = "{__schema{types{fields{type{fields{type{name}}}}}}}"
    assert estimate(text).cost == 11


def test_exactly_one_size_must_be_told():
    with pytest.raises(BadInput, match=r"Query\.people\(first, last\)"):
        estimate("{people{name}}")
    with pytest.raises(BadInput):
        estimate("{people(first: 1, last: 2){name}}")
    with pytest.raises(BadInput):
        estimate("query($n: Int) {people(first: $n){name}}")


def test_no_such_operation():
    prepared = prepare(parse("query A {tags{name}} query B {tags{name}}"))
    for name in (None, "C"):
        with pytest.raises(GraphQLError):
            costing().estimate(prepared, name, {})
    assert costing().estimate(prepared, "B", {}).cost == 8


def test_depth_aliases_tokens_and_the_field_that_costs_most():
    text = "{a: person{b: name items(first: 9){nodes{tags{name}}}} ...F} "
    found = estimate(text + "fragment F on Query {c: tags{name}}")
    assert (found.depth, found.aliases) == (5, 3)
    assert found.tokens == 39
    assert found.costliest.endswith("Page.nodes > Book.tags")


def test_fragments_that_spread_out_exponentially_take_no_time():
    levels = 60
    fragments = "".join(
        f"fragment F{n} on Person {{a: friend{{...F{n + 1}}} b: friend{{...F{n + 1}}}}}"
        for n in range(levels)
    )
    prepared = prepare(
        parse(f"{{person{{...F0}}}} {fragments} fragment F{levels} on Person {{name}}")
    )
    started = perf_counter()
    found = costing().estimate(prepared, None, {})
    assert perf_counter() - started < 1
    assert (found.cost, found.aliases) == (10**12, 10**12)
    assert found.depth == levels + 2


def test_inline_fragments_that_stand_in_each_other():
    deep = "...@include(if: $a){" * 100 + "tags{name}" + "}" * 100
    parts = [
        f"fragment F{n} on Query {{{deep.replace('tags{name}', f'...F{n + 1}')}}}"
        for n in range(8)
    ]
    text = f"query($a: Boolean!) {{...F0}} {' '.join(parts)} "
    text += "fragment F8 on Query {tags{name}}"
    assert estimate(text, a=True).cost == 8
    assert estimate(text, a=False).cost == 1


def test_formulas_are_forgotten_with_their_documents():
    few = costing()
    made = [prepare(parse(f"{{a{n}: tags{{name}}}}")) for n in range(5)]
    assert {few.estimate(one, None, {}).cost for one in made} == {8}
    assert few.estimate(made[4], None, {}) is few.estimate(made[4], None, {})
    assert len(few._kept) == 5
    del made[:3]
    assert len(few._kept) == 2
