"""An operator reads a schema with the weights by which operations are admitted."""

import pytest
from graphql import build_schema
from typer.testing import CliRunner

from gateway.access.demand.declared import weights_of
from gateway.access.demand.weights import read_weights
from gateway.cli import app
from schema.build import build, sdl
from schema.visibility import Audience

AUDIENCES = [(Audience.GOVERNMENT, []), (Audience.PUBLIC, ["--public"])]


@pytest.mark.parametrize(("audience", "options"), AUDIENCES)
def test_a_schema_is_printed(audience: Audience, options: list[str]) -> None:
    printed = CliRunner().invoke(app, ["schema", "print", *options])
    assert (printed.exit_code, printed.stdout) == (0, sdl(audience))


@pytest.mark.parametrize(("audience", "options"), AUDIENCES)
def test_with_costs_it_tells_all_weights(
    audience: Audience, options: list[str]
) -> None:
    printed = CliRunner().invoke(app, ["schema", "print", "--costs", *options])
    weights = weights_of(build(audience))
    assert read_weights(build_schema(printed.stdout)) == weights
    assert "@listSize(" in printed.stdout
    assert ("contactPhone" in printed.stdout) is (audience is Audience.GOVERNMENT)
