"""Random questions, each with what judges its answer."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from benchmarks.soak.conditions import (
    Condition,
    condition_faults,
    days,
    invented,
    within,
)
from benchmarks.soak.forms import COMPLETENESS, PAGE, SOURCE, Form
from benchmarks.soak.judging import (
    check_faults,
    completeness_faults,
    conflict_faults,
    list_faults,
    restriction_faults,
    silent_in,
)
from benchmarks.soak.learning import ENDING
from benchmarks.soak.truth import (
    Known,
    Order,
    Province,
    Truth,
    order_of,
)

Json = Mapping[str, Any]
Judge = Callable[[Json], Iterator[str]]
"""Data of an answer → what is wrong with it."""
ARCHIVED_NOT = frozenset({"shareholders", "keyPersonnel", "branches"})
"""Lists whose records happen on no day, and so stand in no archive."""
UNFILTERED = ARCHIVED_NOT | {"changes", "annualReports"}
SHOWN = 6
"""Fields of a record that one question asks for."""
QUERY_SECONDS, SCAN_SECONDS = 5.0, 60.0
LARGEST_PAGE = 1_000
DEADLINES = (None, None, None, 3.0, 1.5)
"""Seconds that a question grants; mostly what the gateway allows."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and how to tell a wrong answer."""

    kind: str
    form: Form
    text: str
    variables: Json
    judge: Judge
    granted: float | None = None
    """Seconds that the request grants."""
    allowed: float = QUERY_SECONDS
    """Seconds that it may take."""
    next_page: Callable[[Json], "Question | None"] | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter of records: its words, and what meets it."""

    words: str
    meets: Callable[[Truth], bool]
    departments: frozenset[str] | None = None


ALL = Filter("", lambda _: True)


class Questions:
    """Invents questions about what is known."""

    def __init__(
        self, province: Province, forms: tuple[Form, Form], random: Random
    ) -> None:
        """Draw from `random`."""
        self._province = province
        self._government, self._public = forms
        self._random = random
        self._all = sorted(province.government)
        self._shown = sorted(province.public)
        self._about = [u for u in self._all if any(province.government[u].lists)]

    def any(self, *, scans: float) -> Question:
        """Invent a question; `scans` is the share that reads whole departments."""
        random = self._random
        if random.random() < scans:
            return self._statistics()
        draw = random.choices(
            (self._lists, self._archive, self._check, self._made, self._has),
            (40, 20, 10, 10, 20),
        )[0]
        return draw()

    # ---- lists of enterprises --------------------------------------------------

    def _lists(self) -> Question:
        """Ask for some lists of one enterprise, or of a set."""
        random, form = self._random, self._form()
        names = random.sample(sorted(form.lists), random.randint(1, 4))
        filters = {name: self._filter(name) for name in names}
        first = random.choice((1, 3, 20, 100))
        asked = " ".join(self._asked(form, n, filters[n], first) for n in names)
        if form is self._public:
            some, shape = [random.choice(self._shown)], _ONE
        else:
            some = self._some((1, 1, 5, 20))
            shape = _SET

        def judge(data: Json) -> Iterator[str]:
            for node in _enterprises(data):
                known = self._known(form, node["uscc"])
                for name in names:
                    expected = self._expected(known, name, filters[name])
                    providers = self._providers(name, filters[name])
                    for fault in list_faults(node[name], known, expected, providers):
                        yield f"{node['uscc']} {name}: {fault}"
            told = {node["uscc"] for node in _enterprises(data)}
            if told != set(some):
                yield "not the enterprises that were asked about"

        variables: Json = {"u": some[0] if shape is _ONE else some}
        return self._question("lists", form, shape % asked, variables, judge)

    def _asked(self, form: Form, name: str, filtered: Filter, first: int) -> str:
        fields = form.fields[form.lists[name]]
        some = self._random.sample(fields, min(SHOWN, len(fields)))
        if form.lists[name] == "TaxCredit":
            some = [*{*some, "year", "grade"}]
        where = f", where: {{ {filtered.words} }}" if filtered.words else ""
        return (
            f"{name}(first: {first}{where}) {{ {PAGE} nodes {{ {SOURCE} "
            f"{' '.join(some)} }} {COMPLETENESS} }}"
        )

    def _filter(self, name: str) -> Filter:
        random = self._random
        if name in UNFILTERED or name == "taxCredit" or random.random() < 0.4:
            return ALL
        providers = sorted(self._providers(name, ALL))
        choice = random.choice(("days", "departments", "force", "ending"))
        if choice == "days":
            first, last = days(self._random)
            return Filter(
                f'from: "{first}", to: "{last}"', lambda t: within(t, first, last)
            )
        if choice == "departments" and providers:
            some = frozenset(
                random.sample(providers, random.randint(1, min(5, len(providers))))
            )
            words = ", ".join(f'"{code}"' for code in sorted(some))
            return Filter(
                f"departments: [{words}]", lambda t: t.department in some, some
            )
        if choice == "ending" and name == "licences":
            return Filter(ENDING, lambda _: True)
        return Filter("inForce: true", lambda _: True)

    def _expected(self, known: Known, name: str, filtered: Filter) -> Sequence[Truth]:
        records = known.lists[name]
        if filtered.words == ENDING:
            return [one for one in records if one.id in known.expiring]
        if filtered.words == "inForce: true":
            return [one for one in records if one.id in known.in_force[name]]
        return [one for one in records if filtered.meets(one)]

    def _providers(self, name: str, filtered: Filter) -> frozenset[str]:
        kind = self._government.lists[name]
        providers = self._province.providers.get(_snake(kind), frozenset())
        return providers & filtered.departments if filtered.departments else providers

    # ---- archives --------------------------------------------------------------

    def _archive(self) -> Question:
        form = self._form()
        uscc = self._random.choice(self._shown if form is self._public else self._about)
        return self._archive_page(form, uscc, self._random.choice((2, 5, 100)), None)

    def _archive_page(
        self, form: Form, uscc: str, first: int, after: tuple[str, Order] | None
    ) -> Question:
        known = self._known(form, uscc)
        names = [name for name in form.lists if name not in ARCHIVED_NOT]
        expected = [one for name in names for one in known.lists[name]]
        providers = frozenset().union(*(self._providers(n, ALL) for n in names))

        def judge(data: Json) -> Iterator[str]:
            page = data["enterprise"]["archive"]
            ended = after[1] if after else None
            yield from list_faults(page, known, expected, providers, ended)

        def next_page(data: Json) -> Question | None:
            page = data["enterprise"]["archive"]
            if not page["pageInfo"]["hasNextPage"]:
                return None
            place = page["pageInfo"]["endCursor"], order_of(page["nodes"][-1])
            return self._archive_page(form, uscc, first, place)

        told = "headline "
        if form is self._government:
            told += "... on TaxCredit { year grade } "
        text = (
            "query($u: USCC, $a: String) { enterprise(uscc: $u) { archive("
            f"first: {first}, after: $a) {{ {PAGE} nodes {{ {SOURCE} {told}}} "
            f"{COMPLETENESS} }} }} }}"
        )
        variables = {"u": uscc, "a": after[0] if after else None}
        question = self._question("archive", form, text, variables, judge)
        return replace(question, next_page=next_page)

    # ---- what is made of records -----------------------------------------------

    def _made(self) -> Question:
        """Ask for restrictions and conflicts of a set."""
        some = self._some((1, 5, 20))
        given = "id provenance { department { code } }"
        asked = (
            "restrictions(first: 100) { totalCount nodes { kind scope since cause "
            f"{{ {given} }} }} {COMPLETENESS} }} conflicts(first: 100) {{ totalCount "
            f"nodes {{ severity commendation {{ {given} }} penalty {{ {given} }} }} "
            f"{COMPLETENESS} }}"
        )

        def judge(data: Json) -> Iterator[str]:
            for node in _enterprises(data):
                known = self._province.government[node["uscc"]]
                for fault in restriction_faults(node["restrictions"], known):
                    yield f"{node['uscc']} restrictions: {fault}"
                for fault in conflict_faults(node["conflicts"], known):
                    yield f"{node['uscc']} conflicts: {fault}"

        form, variables = self._government, {"u": some}
        return self._question("made", form, _SET % asked, variables, judge)

    def _check(self) -> Question:
        some = self._some((1, 20, 100))
        text = (
            'query($u: [USCC!]!) { check(usccs: $u, purpose: "核对") { uscc found '
            f"clear findings {{ {SOURCE} }} {COMPLETENESS} }} }}"
        )

        def judge(data: Json) -> Iterator[str]:
            if [one["uscc"] for one in data["check"]] != some:
                yield "not the enterprises that were asked about"
            for one in data["check"]:
                known = self._province.government[one["uscc"]]
                for fault in check_faults(one, known):
                    yield f"{one['uscc']} check: {fault}"

        return self._question("check", self._government, text, {"u": some}, judge)

    # ---- conditions ------------------------------------------------------------

    def _has(self) -> Question:
        """Ask who meets one to three conditions, among all or some."""
        random = self._random
        conditions = [
            invented(random, self._province.providers)
            for _ in range(random.choice((1, 2, 2, 3)))
        ]
        some: Sequence[str] | None = None
        # annual reports lie in the core: they narrow no listing of departments
        asking = [one for one in conditions if one.record_type != "ANNUAL_REPORT"]
        listable = not asking or not all(one.none for one in asking)
        if not (self._province.whole and listable) or random.random() < 0.5:
            some = random.sample(self._all, min(100, len(self._all)))
        return self._has_page(conditions, some, None)

    def _has_page(
        self,
        conditions: Sequence[Condition],
        some: Sequence[str] | None,
        after: tuple[str, str] | None,
    ) -> Question:
        """Ask for a page; `after` is a cursor, and the last code before it."""
        words = ", ".join(one.words for one in conditions)
        among = ", usccIn: $u" if some else ""
        variable = "$u: [USCC!], " if some else ""
        text = (
            f"query({variable}$a: String) {{ enterprises(where: {{ has: [{words}]"
            f"{among} }}, first: {LARGEST_PAGE}, after: $a) "
            f"{{ {PAGE} nodes {{ uscc }} {COMPLETENESS} }} }}"
        )
        known = {u: self._province.government[u] for u in some or self._all}

        def judge(data: Json) -> Iterator[str]:
            last = after[1] if after else ""
            yield from condition_faults(data["enterprises"], conditions, known, last)

        def next_page(data: Json) -> Question | None:
            page = data["enterprises"]
            if not page["pageInfo"]["hasNextPage"]:
                return None
            place = page["pageInfo"]["endCursor"], page["nodes"][-1]["uscc"]
            return self._has_page(conditions, some, place)

        # more candidates than may be asked about: whole departments are listed
        allowed = QUERY_SECONDS if some else SCAN_SECONDS
        variables = {"a": after[0] if after else None} | ({"u": some} if some else {})
        question = self._question(
            "has", self._government, text, variables, judge, allowed=allowed
        )
        return replace(question, next_page=next_page)

    # ---- statistics ------------------------------------------------------------

    def _statistics(self) -> Question:
        kind = self._random.choice(("PENALTY", "LICENCE", "COMMENDATION"))
        text = (
            f"{{ recordStatistics(recordType: {kind}, groupBy: [DEPARTMENT]) "
            f"{{ groups {{ keys count }} {COMPLETENESS} }} }}"
        )

        def judge(data: Json) -> Iterator[str]:
            told = data["recordStatistics"]
            yield from completeness_faults(told["completeness"], ())
            counts = {group["keys"][0]: group["count"] for group in told["groups"]}
            silent = silent_in(told["completeness"])
            for code, true in self._province.counts[kind].items():
                if counts.get(code) != true and code not in silent:
                    yield f"{code} has {true} {kind}, told are {counts.get(code)}"
                elif counts.get(code, 0) > true:
                    yield f"{code} has only {true} {kind}, told are {counts[code]}"

        return self._question(
            "statistics", self._government, text, {}, judge, allowed=SCAN_SECONDS
        )

    # ---- shapes ----------------------------------------------------------------

    def _form(self) -> Form:
        return self._random.choice((self._government, self._government, self._public))

    def _some(self, sizes: Sequence[int]) -> list[str]:
        size = min(self._random.choice(sizes), len(self._all))
        return self._random.sample(self._all, size)

    def _known(self, form: Form, uscc: str) -> Known:
        province = self._province
        seen = province.public if form is self._public else province.government
        return seen[uscc]

    def _question(
        self,
        kind: str,
        form: Form,
        text: str,
        variables: Json,
        judge: Judge,
        allowed: float = QUERY_SECONDS,
    ) -> Question:
        granted = self._random.choice(DEADLINES)
        if granted and allowed == QUERY_SECONDS:
            allowed = granted
        return Question(kind, form, text, variables, judge, granted, allowed)


_SET = (
    "query($u: [USCC!]) { enterprises(where: { usccIn: $u }, first: 100) "
    "{ nodes { uscc %s } } }"
)
_ONE = "query($u: USCC) { enterprise(uscc: $u) { uscc %s } }"


def _enterprises(data: Json) -> Sequence[Json]:
    if "enterprise" in data:
        return [data["enterprise"]]
    nodes: Sequence[Json] = data["enterprises"]["nodes"]
    return nodes


def _snake(name: str) -> str:
    return "".join(f"_{c}" if c.isupper() else c.upper() for c in name).strip("_")
