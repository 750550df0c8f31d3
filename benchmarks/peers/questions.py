"""What is asked: four questions, each in many forms of the same size."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from benchmarks.peers.answers import ENTERPRISE, REPORT
from benchmarks.peers.world import asked_about, code

_LICENCES = "licences { nodes { documentNumber category content decidedOn authority } }"
_PENALTIES = (
    "penalties { nodes { decisionNumber violationType content fine decidedOn } }"
)
_ASSISTANCE = (
    "judicialAssistance { nodes { noticeNumber kind court equityAmount frozenFrom } }"
)


@dataclass(frozen=True, slots=True)
class Question:
    """One question."""

    name: str
    about: str
    """In words, for the table."""
    enterprises: int
    selection: str
    forms: int
    """Sets of enterprises that are asked about in turn."""

    def codes(self) -> Sequence[Sequence[str]]:
        """Give the sets of enterprises, the same ones every time."""
        chance = random.Random(self.name)
        numbers = list(asked_about())
        return [
            sorted(code(n) for n in chance.sample(numbers, self.enterprises))
            for _ in range(self.forms)
        ]


QUESTIONS: Mapping[str, Question] = {
    one.name: one
    for one in (
        Question("Q1", "1 enterprise, 10 fields", 1, " ".join(ENTERPRISE), 4_000),
        Question(
            "Q2",
            "50 enterprises, 3 annual reports each",
            50,
            f"uscc name annualReports {{ nodes {{ {' '.join(REPORT)} }} }}",
            400,
        ),
        Question(
            "Q3",
            "50 enterprises, 2 licences, 2 penalties, 2 freezes each",
            50,
            f"uscc name {_LICENCES} {_PENALTIES} {_ASSISTANCE}",
            400,
        ),
        Question(
            "Q4",
            "1,000 enterprises, 2 penalties each",
            1_000,
            f"uscc name {_PENALTIES}",
            40,
        ),
    )
}


def document(question: Question) -> str:
    """Write a question in the gateway's schema, which most peers share."""
    if question.enterprises == 1:
        return (
            f"query {question.name}($uscc: USCC!) "
            f"{{ enterprise(uscc: $uscc) {{ {question.selection} }} }}"
        )
    return (
        f"query {question.name}($where: EnterpriseFilter, $first: Int) "
        "{ enterprises(where: $where, first: $first) "
        f"{{ nodes {{ {question.selection} }} }} }}"
    )


def body(question: Question, codes: Sequence[str]) -> bytes:
    """Write one request in the gateway's schema."""
    variables: dict[str, object] = {"uscc": codes[0]}
    if question.enterprises > 1:
        variables = {"where": {"usccIn": codes}, "first": question.enterprises}
    return orjson.dumps(
        {
            "query": document(question),
            "variables": variables,
            "operationName": question.name,
        }
    )


def postgraphile_body(question: Question, codes: Sequence[str]) -> bytes:
    """Write one request in the schema that PostGraphile makes of the tables."""
    if question.enterprises == 1:
        text = (
            "query Q1($uscc: String!) { enterprise: enterpriseByUscc(uscc: $uscc) "
            f"{{ {question.selection} }} }}"
        )
        variables: dict[str, object] = {"uscc": codes[0]}
    else:
        selection = question.selection.replace(
            "annualReports {",
            "annualReports: annualReportsByUscc(orderBy: YEAR_DESC) {",
        )
        text = (
            f"query {question.name}($usccs: [String!]!) "
            "{ enterprises: enterprisesOf(usccs: $usccs) "
            f"{{ nodes {{ {selection} }} }} }}"
        )
        variables = {"usccs": codes}
    asked = {"query": text, "variables": variables, "operationName": question.name}
    return orjson.dumps(asked)


def same(answer: bytes) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Give what an answer says, in an order that all contestants can be held to.

    Raises ValueError for errors in it.
    """
    told = orjson.loads(answer)
    if told.get("errors") or not told.get("data"):
        raise ValueError(answer[:300].decode(errors="replace"))
    data = told["data"]
    if "enterprise" in data:
        return data["enterprise"]
    return {one["uscc"]: one for one in data["enterprises"]["nodes"]}
