"""What `creditnet documents register` does."""

from collections.abc import Callable
from pathlib import Path

from graphql import GraphQLSchema
from rich.console import Console

from gateway.access.documents.register import CostOf, register, review


def register_documents(
    directory: Path,
    manifest: Path,
    schema: GraphQLSchema,
    agreed: Callable[[], bool],
    cost: CostOf | None = None,
) -> bool:
    """Show what registering a directory changes, and do it if that is `agreed`.

    Gives whether the manifest was written. Raises OperationRefused with every fault.
    """
    found, console = review(directory, manifest, schema, cost), Console()
    for line in found.lines():
        console.print(line, highlight=False, markup=False)
    total = len(found.manifest)
    if not found.differences and manifest.exists():
        console.print(f"没有变化，共 {total} 个操作 (nothing changed)", highlight=False)
        return False
    if not agreed():
        return False
    register(found, manifest)
    console.print(
        f"已登记 {total} 个操作：{manifest} (registered)", highlight=False, markup=False
    )
    return True
