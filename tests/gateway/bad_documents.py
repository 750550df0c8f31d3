"""Documents that cost much to validate or to run, and the limit that each exceeds."""

from collections.abc import Callable

FLAT = "{ __typename }"


def fragments(count: int, body: Callable[[int], str], use: str = "{ ...f0 }") -> str:
    """Write `count` fragments on Query, and an operation that uses the first."""
    written = [f"fragment f{n} on Query {{ {body(n)} }}" for n in range(count)]
    return " ".join([use, *written])


def nested(levels: int) -> str:
    return "{ a " * levels + "}" * levels


def aliased(count: int) -> str:
    return " ".join(f"a{n}: b" for n in range(count))


def spreads(count: int) -> str:
    return " ".join(f"...f{n}" for n in range(count))


BAD = {
    "1 MB of directives": ("document", "{ b " + "@skip(if: true) " * 65_000 + "}"),
    "1 MB of comments": ("document", FLAT + "#\n" * 500_000),
    "one long name": ("document", "{ " + "b" * 70_000 + " }"),
    "10,000 aliases": ("document", "{ " + aliased(10_000) + " }"),
    "10,000 fragments": ("document", fragments(10_000, lambda _: "b")),
    "5,000 aliases": ("tokens", "{ " + aliased(5_000) + " }"),
    "30,000 comments": ("tokens", FLAT + "#\n" * 30_000),
    "3,000 directives": ("tokens", "{ b " + "@skip(if: true) " * 3_000 + "}"),
    "1,500 variables": ("tokens", f"query ({'$v: Int ' * 1_500}) {FLAT}"),
    "a list of 6,000": ("tokens", "{ b(n: [" + "1 " * 6_000 + "]) }"),
    "300 directives": ("directives", "{ b " + "@skip(if: true) " * 300 + "}"),
    "300 fragments": ("definitions", fragments(300, lambda n: f"...f{n + 1}")),
    "300 fragments in a circle": (
        "definitions",
        fragments(300, lambda n: f"...f{(n + 1) % 300}"),
    ),
    "500 operations": ("definitions", f"query q {FLAT} " * 500),
    "1,000 levels": ("depth", nested(1_000)),
    "1,000 levels of lists": ("depth", "{ b(n: " + "[" * 1_000 + "]" * 1_000 + ") }"),
    "1,000 levels of fragments": ("depth", "{ ... " * 1_000 + "}" * 1_000),
    "100 levels": ("depth", nested(100)),
    "16 levels through fragments": (
        "depth",
        fragments(15, lambda n: f"a {{ ...f{n + 1} }}") + "fragment f15 on Query { b }",
    ),
    "fragments that double": (
        "fields",
        fragments(14, lambda n: f"x: a {{ ...f{n + 1} }} y: a {{ ...f{n + 1} }}")
        + "fragment f14 on Query { b }",
    ),
    "fragments that grow without bound": (
        "fields",
        fragments(60, lambda n: f"...f{n + 1} " * 20) + "fragment f60 on Query { b }",
    ),
    "2,500 fields": ("fields", "{ " + "b " * 2_500 + "}"),
    "600 aliases": ("aliases", "{ " + aliased(600) + " }"),
    "600 aliases through a fragment": (
        "aliases",
        "{ " + "...f0 " * 30 + "} fragment f0 on Query { " + aliased(20) + " }",
    ),
    "a field 1,000 times": ("pairs", "{ " + "b " * 1_000 + "}"),
    "a field 140 times, with fields": ("pairs", "{ " + "a { b a { b } } " * 140 + "}"),
    "a field twice in each of 99 fragments": (
        "pairs",
        fragments(99, lambda _: "b b", f"{{ {spreads(99)} }}"),
    ),
    "a field under 80 parents": ("pairs", "{ " + "a { ... { b } } " * 80 + "}"),
}
"""Name → the limit's name, text."""

CIRCLES = {
    "of one": fragments(1, lambda _: "...f0"),
    "of ninety": fragments(90, lambda n: f"...f{(n + 1) % 90}"),
    "of ninety, through fields": fragments(90, lambda n: f"a {{ ...f{(n + 1) % 90} }}"),
    "of all with all": fragments(35, lambda _: spreads(35)),
    "that nobody uses": fragments(1, lambda _: "...f0", FLAT),
}
"""Documents whose fragments spread themselves, within all limits."""

MANY_VALUES: dict[str, dict[str, object]] = {
    "a list": {"n": [0] * 200_000},
    "lists": {"n": [[0] * 10] * 20_000},
    "empty objects": {"n": [{}] * 200_000},
    "variables": {f"v{n}": n for n in range(50_000)},
    "keys": {"n": {str(n): {"m": [n]} for n in range(50_000)}},
}
"""Variables that hold too much."""
