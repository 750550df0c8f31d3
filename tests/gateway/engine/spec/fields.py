"""Field order in the response, aliases, merging, fragments."""

from tests.gateway.engine.spec.case import Case, Later, Table

SDL = """
type Query { a: String  b: String  c: String  d: String  e: String
  deep: Deep  other: Deep  list: [Deep]  pic(size: Int = 0): String }
type Deep { a: String  b: String  c: [String]  deeper: [Query]  deep: Deep }
"""
DEEP = {
    "a": "Already",
    "b": "Boring",
    "c": ["Contrived", None, "Confusing"],
    "deeper": [{"a": "Apple"}, None, {"a": "Again"}],
    "deep": {"a": "x", "b": "y", "deep": {"a": "xx", "b": "yy"}},
}
ROOT = {
    "a": "Apple",
    "b": Later("Banana"),
    "c": "Cookie",
    "d": Later("Donut"),
    "e": "Egg",
    "deep": DEEP,
    "other": Later({"a": "o", "b": "p"}),
    "list": [{"a": 1, "b": 2}, {"a": 3, "b": 4}],
    "pic": lambda _info, size: f"Pic of size: {size}",
}
TABLES = [
    Table(
        SDL,
        root=ROOT,
        cases=[
            Case("a scalar", "{ a }", {"a": "Apple"}),
            Case(
                "fields stand in the document's order, not in that of their answers",
                "{ e d c b a }",
                {"e": "Egg", "d": "Donut", "c": "Cookie", "b": "Banana", "a": "Apple"},
            ),
            Case("the same, the other way", "{ b a }", {"b": "Banana", "a": "Apple"}),
            Case(
                "aliases name what is answered",
                "{ one: a two: a pic(size: 1) big: pic(size: 100) any: pic }",
                {
                    "one": "Apple",
                    "two": "Apple",
                    "pic": "Pic of size: 1",
                    "big": "Pic of size: 100",
                    "any": "Pic of size: 0",
                },
            ),
            Case(
                "an alias may be another field's name",
                "{ a: b b: a }",
                {"a": "Banana", "b": "Apple"},
            ),
            Case(
                "arbitrary depth, lists of scalars and of objects with nulls",
                "{ deep { a b c deeper { a } deep { deep { b } } } }",
                {
                    "deep": {
                        "a": "Already",
                        "b": "Boring",
                        "c": ["Contrived", None, "Confusing"],
                        "deeper": [{"a": "Apple"}, None, {"a": "Again"}],
                        "deep": {"deep": {"b": "yy"}},
                    }
                },
            ),
            Case(
                "a field selected twice stands where it is selected first",
                "{ a b a c }",
                {"a": "Apple", "b": "Banana", "c": "Cookie"},
            ),
            Case(
                "selections of the same field are merged, first come first",
                "{ deep { b } a deep { a b } }",
                {"deep": {"b": "Boring", "a": "Already"}, "a": "Apple"},
            ),
            Case(
                "parallel fragments are merged",
                """{ a ...One ...Two }
                fragment One on Query { b deep { b deeper: deep { b } } }
                fragment Two on Query { c deep { c deeper: deep { a } } }""",
                {
                    "a": "Apple",
                    "b": "Banana",
                    "deep": {
                        "b": "Boring",
                        "deeper": {"b": "y", "a": "x"},
                        "c": ["Contrived", None, "Confusing"],
                    },
                    "c": "Cookie",
                },
            ),
            Case(
                "merging goes down through lists",
                "{ list { a } list { b } list { a } }",
                {"list": [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]},
            ),
            Case(
                "merging under an alias",
                "{ x: deep { a } x: deep { b } y: deep { b } }",
                {
                    "x": {"a": "Already", "b": "Boring"},
                    "y": {"b": "Boring"},
                },
            ),
            Case(
                "fragments in fragments keep the order of fields",
                """{ ...A e }
                fragment A on Query { d ... on Query { ... { c } ...B } a }
                fragment B on Query { b }""",
                {
                    "d": "Donut",
                    "c": "Cookie",
                    "b": "Banana",
                    "a": "Apple",
                    "e": "Egg",
                },
            ),
            Case(
                "a fragment spread twice counts once",
                "{ ...F a ...F } fragment F on Query { b }",
                {"b": "Banana", "a": "Apple"},
            ),
            Case(
                "a fragment that spreads itself ends",
                "query Q { a ...F ...F } fragment F on Query { a, ...F }",
                {"a": "Apple"},
            ),
            Case(
                "a fragment of another type selects nothing",
                "{ a ...F } fragment F on Deep { b }",
                {"a": "Apple"},
            ),
            Case("an unknown field is left out", "{ a nothing }", {"a": "Apple"}),
            Case("only an unknown field", "{ nothing }", {}),
            Case("an unknown fragment is left out", "{ ...No a }", {"a": "Apple"}),
            Case("an object without a selection is empty", "{ deep }", {"deep": {}}),
            Case("objects in a list without one", "{ list }", {"list": [{}, {}]}),
            Case(
                "__typename stands where it is selected, aliased and merged",
                "{ a __typename deep { __typename t: __typename a } __typename }",
                {
                    "a": "Apple",
                    "__typename": "Query",
                    "deep": {"__typename": "Deep", "t": "Deep", "a": "Already"},
                },
            ),
            Case(
                "only __typename",
                "{ list { __typename } }",
                {"list": [{"__typename": "Deep"}, {"__typename": "Deep"}]},
            ),
            Case(
                "two places of the same type are answered apart",
                "{ deep { a } other { a b } }",
                {"deep": {"a": "Already"}, "other": {"a": "o", "b": "p"}},
            ),
            Case(
                "introspection beside data",
                """{ a __type(name: "Deep") { name kind fields { name } }
                __schema { queryType { name } } b }""",
                {
                    "a": "Apple",
                    "__type": {
                        "name": "Deep",
                        "kind": "OBJECT",
                        "fields": [
                            {"name": name} for name in ("a", "b", "c", "deeper", "deep")
                        ],
                    },
                    "__schema": {"queryType": {"name": "Query"}},
                    "b": "Banana",
                },
            ),
            Case(
                "introspection of an unknown type",
                '{ __type(name: "No") { name } }',
                {"__type": None},
            ),
            Case(
                "no root value", "{ a deep { a } }", {"a": None, "deep": None}, root={}
            ),
        ],
    )
]
