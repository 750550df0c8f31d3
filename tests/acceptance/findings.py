"""The twelve checks of graphql-cop, and one that it has since: what is sent, and what
in the answer is a finding. Written anew from its description.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

Judge = Callable[[httpx.Response], bool]
IDES = ("/graphiql", "/playground", "/console", "/graphql")
"""Where pages for writing queries are looked for, on the endpoint's host."""
IDE_WORDS = ("graphiql.min.css", "GraphQL Playground", "GraphiQL", "graphql-playground")


@dataclass(frozen=True)
class Check:
    """One request, and how its answer is judged."""

    name: str
    found: Judge
    query: str = ""
    method: str = "POST"
    batch: int = 0
    paths: Sequence[str] = ()
    """Of the host, instead of the endpoint's."""
    in_address: bool = False
    """The query is a parameter of the address, as a form or a link of a page has it."""


def _answer(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None


def _data(name: str) -> Judge:
    def judge(answer: httpx.Response) -> bool:
        said = _answer(answer)
        data = said.get("data") if isinstance(said, Mapping) else None
        return bool(data and data.get(name))

    return judge


def _errors(answer: httpx.Response) -> Sequence[Mapping[str, Any]]:
    said = _answer(answer)
    errors = said.get("errors") if isinstance(said, Mapping) else None
    return errors if isinstance(errors, list) else ()


def _many_answers(answer: httpx.Response) -> bool:
    said = _answer(answer)
    return isinstance(said, list) and len(said) >= 10


def _suggests(answer: httpx.Response) -> bool:
    return any("Did you mean" in one["message"] for one in _errors(answer))


def _every_directive_looked_at(answer: httpx.Response) -> bool:
    return len(_errors(answer)) >= 10


def _many_types(answer: httpx.Response) -> bool:
    data = (_answer(answer) or {}).get("data") or {}
    return len((data.get("__schema") or {}).get("types") or ()) > 25


def _traces(answer: httpx.Response) -> bool:
    said = answer.text.lower()
    return any(word in said for word in ('"tracing"', "stacktrace", '"exception"'))


def _is_ide(answer: httpx.Response) -> bool:
    return any(word in answer.text for word in IDE_WORDS)


_CIRCLE = "fields { type { " * 4 + "name" + " } }" * 4
CHECKS = (
    Check(
        "alias overloading",
        _data("alias100"),
        f"query cop {{ {' '.join(f'alias{n}:__typename' for n in range(101))} }}",
    ),
    Check("batches", _many_answers, "query cop { __typename }", batch=10),
    Check(
        "directive overloading",
        _every_directive_looked_at,
        f"query cop {{ __typename {'@aa' * 10} }}",
    ),
    Check(
        "circular introspection",
        _many_types,
        f"query cop {{ __schema {{ types {{ {_CIRCLE} }} }} }}",
    ),
    Check(
        "field duplication",
        _data("__typename"),
        f"query cop {{ {'__typename ' * 500} }}",
    ),
    Check("suggestions", _suggests, "query cop { __schema { directive } }"),
    Check(
        "change by GET",
        _data("__typename"),
        "mutation cop { __typename }",
        method="GET",
        in_address=True,
    ),
    Check(
        "query by GET",
        _data("__typename"),
        "query cop { __typename }",
        method="GET",
        in_address=True,
    ),
    Check("page for queries", _is_ide, method="GET", paths=IDES),
    Check(
        "introspection",
        _data("__schema"),
        "query cop { __schema { types { name fields { name } } } }",
    ),
    Check(
        "query by a form",
        _data("__typename"),
        "query cop { __typename }",
        in_address=True,
    ),
    Check("traces", _traces, "query cop { __typename }"),
    Check("faults told", _traces, "qwerty cop { abc }"),
)


async def findings(client: httpx.AsyncClient, url: str) -> Sequence[str]:
    """Name the checks that find something at an endpoint."""
    return [
        check.name
        for check in CHECKS
        if any([check.found(one) async for one in _answers(client, url, check)])
    ]


async def _answers(
    client: httpx.AsyncClient, url: str, check: Check
) -> AsyncIterator[httpx.Response]:
    asked = {"query": check.query, "operationName": "cop"}
    if check.paths:
        for path in check.paths:
            yield await client.request(check.method, httpx.URL(url).join(path))
    elif check.in_address:
        yield await client.request(check.method, url, params={"query": check.query})
    else:
        body = [{"query": check.query}] * check.batch if check.batch else asked
        yield await client.request(check.method, url, json=body)
