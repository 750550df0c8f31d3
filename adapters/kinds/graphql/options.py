"""What a GraphQL department's declaration may say."""

from collections.abc import Iterable, Iterator

import msgspec
from graphql import GraphQLSyntaxError, OperationDefinitionNode, parse

from adapters.faults import nearest
from adapters.kinds.web import Connection as WebConnection

REPRESENTATIONS = "representations"
ENTITIES = "_entities"


class Connection(WebConnection, frozen=True):
    """`[connection]` of kind graphql."""

    path: str = "/graphql"


class Entity(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """An enterprise as a subgraph of Apollo Federation v2 knows it."""

    type: str
    """Its name there, for `__typename`."""
    key: str
    """Its field that we ask by, of its `@key`; rows bear it as a column."""


class Scan(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The document that lists everything, where it is another one."""

    document: str
    rows: str
    variables: dict[str, object] = {}
    cursor: str = "after"
    next: str = ""
    as_of: str = ""

    def faults(self) -> Iterator[tuple[str, str]]:
        """Name what can't be meant."""
        names = [*self.variables, *([self.cursor] if self.next else [])]
        yield from _faults_of(self.document, names)


class Section(msgspec.Struct, frozen=True):
    """What a section says beside its fields."""

    document: str
    """The operation; its variables are filled from `variables`."""
    rows: str
    """Path of the list of rows in the answer, from `data` on, or in each entity."""
    variables: dict[str, object] = {}
    """`$keys` stands for the keys asked for, null in a scan."""
    cursor: str = "after"
    """Name of the variable that asks for the next page."""
    next: str = ""
    """Path of what goes into it; empty: there is only one page."""
    as_of: str = ""
    entity: Entity | None = None
    """The document asks for `_entities`, by `$representations`."""
    scan: Scan | None = None

    def faults(self) -> Iterator[tuple[str, str]]:
        """Name what can't be meant."""
        names = [*self.variables, *([self.cursor] if self.next else [])]
        wanted = [REPRESENTATIONS] if self.entity else []
        yield from _faults_of(self.document, [*names, *wanted])
        if self.entity and self.next:
            yield "next", "_entities 没有翻页（entities come in one page）"
        if self.entity and ENTITIES not in self.document:
            yield "document", f"须询问 {ENTITIES}（`{ENTITIES}` must be asked for）"

    @property
    def listing(self) -> "Section | None":
        """Say how everything is listed; None: it can't be."""
        if self.scan is None:
            return None if self.entity else self
        said = self.scan
        return Section(
            said.document,
            said.rows,
            said.variables,
            said.cursor,
            said.next,
            said.as_of,
        )


def _faults_of(document: str, variables: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Say what is wrong with a document, and with the variables that it is given."""
    try:
        definitions = parse(document).definitions
    except GraphQLSyntaxError as error:
        line, column = error.locations[0] if error.locations else (1, 1)
        words = f"第 {line} 行第 {column} 个字：{error.message}（not GraphQL）"
        yield "document", words
        return
    operations = [d for d in definitions if isinstance(d, OperationDefinitionNode)]
    if len(operations) != 1:
        yield "document", "应有一个操作（one operation is needed）"
        return
    defined = operations[0].variable_definitions or ()
    known = [one.variable.name.value for one in defined]
    for name in variables:
        if name not in known:
            words = f"文档没有变量 {name!r}，{nearest(name, known)}（unknown variable）"
            yield "variables", words
