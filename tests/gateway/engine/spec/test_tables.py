"""The specification's execution chapter, row by row, in every form, by both engines."""

import json
from collections.abc import Iterator

import pytest
from graphql import ExecutionResult, GraphQLError, parse

from gateway.engine import Engine, Request, prepare
from tests.gateway.engine.comparing import Sides, written
from tests.gateway.engine.spec import (
    abstract,
    arguments,
    conditions,
    fields,
    leaves,
    lists,
    nulls,
    operations,
    resolving,
    variables,
)
from tests.gateway.engine.spec.case import Case, Table, Told
from tests.gateway.engine.spec.forms import FORMS, root_of, schema_of

pytestmark = pytest.mark.anyio
ALL = (
    *fields.TABLES,
    *conditions.TABLES,
    *nulls.TABLES,
    *lists.TABLES,
    *abstract.TABLES,
    *arguments.TABLES,
    *variables.TABLES,
    *leaves.TABLES,
    *operations.TABLES,
    *resolving.TABLES,
)


def rows() -> Iterator[object]:
    for table in ALL:
        for case in table.cases:
            yield pytest.param(table, case, id=case.says)


@pytest.mark.parametrize(("table", "case"), list(rows()))
async def test_a_row(table: Table, case: Case):
    for form in table.forms or FORMS:
        document = prepare(parse(case.document))
        request = Request(document, case.variables, case.name)
        result = await sides(table, case, form).compare(request)
        assert written(result.data) == json.dumps(
            case.data, ensure_ascii=False, separators=(",", ":")
        ), form
        assert_told(result, case, form)


def sides(table: Table, case: Case, form: str) -> Sides:
    given = table.root if case.root is None else case.root
    return Sides(
        Engine(schema_of(table, form)),
        lambda: schema_of(table, form),
        lambda: (None, root_of(given, form)),
    )


def assert_told(result: ExecutionResult, case: Case, form: str) -> None:
    errors = list(result.errors or ())
    assert len(errors) == len(case.errors), (form, errors)
    for error, expected in zip(errors, case.errors, strict=True):
        assert _told(error, expected) == expected, form


def _told(error: GraphQLError, expected: Told) -> Told:
    at = error.locations[0] if error.locations and expected.at else None
    return Told(
        error.message,
        tuple(error.path) if error.path else None,
        (at.line, at.column) if at else None,
        error.extensions or None,
    )
