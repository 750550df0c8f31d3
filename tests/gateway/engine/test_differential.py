"""The engine against graphql-core: the same schema, resolvers and operations.

Both tests together compare more than 5,000 valid operations.
"""

import asyncio
from collections.abc import Mapping
from datetime import date

from graphql import DocumentNode
from hypothesis import HealthCheck, given, note, settings

from gateway.bindings import NATIVES
from gateway.engine import Engine, LeafTypes, Request, prepare
from tests.gateway.engine import features, government
from tests.gateway.engine.comparing import Sides
from tests.gateway.engine.mixing import Operation
from tests.gateway.engine.operations import Drawing

SIZE = 30


def test_every_feature():
    drawing = Drawing(features.schema(), features.SPICE, features.SCALARS, SIZE)
    sides = Sides(
        Engine(features.schema(), LeafTypes({"Date": date})),
        features.schema,
        lambda: (None, features.Root()),
    )
    assert compared(drawing, sides, 110) >= 2800


def test_the_government_schema():
    drawing = Drawing(government.schema(), government.SPICE, government.SCALARS, SIZE)
    objects = government.Objects(drawing.schema, faults=0.03)
    sides = Sides(
        Engine(drawing.schema, LeafTypes(NATIVES)),
        government.schema,
        lambda: (government.Answers(objects), None),
    )
    assert compared(drawing, sides, 95) >= 2300


def others(variables: Mapping[str, object]) -> Mapping[str, object]:
    """Give other values for the same document, whose plans are kept."""
    return {
        name: not value if isinstance(value, bool) else None
        for name, value in variables.items()
    }


def compared(drawing: Drawing, sides: Sides, draws: int) -> int:
    """Compare the operations of so many draws; gives how many there were."""
    count = 0

    async def all_of(those: list[tuple[Operation, DocumentNode]]) -> None:
        nonlocal count
        for operation, document in those:
            prepared, name = prepare(document), operation.name
            try:
                await sides.compare(Request(prepared, operation.variables, name))
                if operation.variables:
                    other = others(operation.variables)
                    await sides.compare(Request(prepared, other, name))
            except Exception:
                note(f"{operation.text}\n{operation.variables}")
                raise
            count += 1

    with asyncio.Runner() as runner:

        @settings(
            max_examples=draws,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(drawing.drawn())
        def draw(operations: list[Operation]) -> None:
            runner.run(all_of(list(drawing.valid(operations))))

        draw()
    return count
