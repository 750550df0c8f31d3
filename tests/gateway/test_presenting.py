"""What a client is told of errors, and what is kept for the log."""

import pytest
from graphql import GraphQLError
from graphql.error import located_error
from structlog.testing import capture_logs

from gateway.engine.selection import WrongCount
from gateway.presenting import presented
from schema.errors import BadInput


def located(error: Exception, *path: str | int) -> GraphQLError:
    return located_error(error, None, list(path))


def test_a_set_that_failed_is_one_line_of_the_log_and_one_number():
    fault = WrongCount("Enterprise.penalties: 2 results for 3 parents")
    errors = [located(fault, "nodes", place, "penalties") for place in range(3)]
    with capture_logs() as logs:
        told = presented([*errors, located(RuntimeError("other"), "nodes")])
    assert told
    numbers = [error.extensions["id"] for error in told if error.extensions]
    assert len(numbers) == 4
    assert len(set(numbers)) == 2
    assert [line["error_id"] for line in logs] == [numbers[0], numbers[3]]
    assert "Enterprise.penalties" in str(logs[0]["exc_info"])
    assert not any("penalties: 2" in error.message for error in told)


@pytest.mark.parametrize("path", [(), ("enterprise",)])
def test_our_own_errors_are_told_in_full(path: tuple[str, ...]):
    found = presented([located(BadInput("first", "too large"), *path)])
    assert found
    (told,) = found
    assert told.extensions
    assert told.extensions["code"] == "BAD_USER_INPUT"
    assert "too large" in told.message


def test_no_errors_are_none():
    assert presented(None) is None
    assert presented([]) is None
