"""The operations of a directory, each with the fragments that it needs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    Node,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    parse,
    print_ast,
    validate,
    visit,
)

from gateway.access.documents.manifest import Entry, id_of
from gateway.errors import OperationRefused

Fragments = Mapping[str, FragmentDefinitionNode]


@dataclass(frozen=True, slots=True)
class Collected:
    """An operation of a directory."""

    entry: Entry
    document: DocumentNode
    fields: frozenset[str]
    """As `Type.field`."""


def collect(directory: Path, schema: GraphQLSchema) -> Mapping[str, Collected]:
    """Read all `*.graphql` below a directory; gives operations by name.

    Fragments are shared by all files. Raises OperationRefused with every fault: no
    name, a name twice, what the schema does not have.
    """
    faults: list[str] = []
    named: list[tuple[Path, OperationDefinitionNode]] = []
    fragments: dict[str, FragmentDefinitionNode] = {}
    for path, node in _definitions(directory, faults):
        if isinstance(node, OperationDefinitionNode):
            named.append((path, node))
        elif isinstance(node, FragmentDefinitionNode):
            if node.name.value in fragments:
                faults.append(f"{path}: 片段 {node.name.value} 重复 (twice)")
            fragments[node.name.value] = node
        else:
            faults.append(f"{path}: 只能有操作和片段 (operations and fragments only)")
    found: dict[str, Collected] = {}
    for path, operation in named:
        name = operation.name.value if operation.name else ""
        if not name or name in found:
            faults.append(f"{path}: 操作须有唯一的名称 {name} (a name of its own)")
            continue
        one = _collected(name, operation, fragments, schema)
        faults += [
            f"{path}: {fault.message}" for fault in validate(schema, one.document)
        ]
        found[name] = one
    if faults or not found:
        nothing = f"{directory}: 没有操作 (no operations in *.graphql)"
        raise OperationRefused("\n".join(faults) or nothing)
    return found


def _definitions(directory: Path, faults: list[str]) -> Iterator[tuple[Path, Node]]:
    for path in sorted(directory.rglob("*.graphql")):
        try:
            document = parse(path.read_text(encoding="utf-8"))
        except (GraphQLError, UnicodeDecodeError) as error:
            faults.append(f"{path}: {error}")
            continue
        except OSError as error:
            faults.append(f"{path}: 无法读取 {error.strerror} (can't be read)")
            continue
        for node in document.definitions:
            yield path, node


def _collected(
    name: str,
    operation: OperationDefinitionNode,
    fragments: Fragments,
    schema: GraphQLSchema,
) -> Collected:
    needed = [fragments[one] for one in _needed(operation, fragments)]
    document = DocumentNode(definitions=(operation, *needed))
    body = print_ast(document)
    entry = Entry(id_of(body), body, name, operation.operation.value)
    return Collected(entry, document, _fields(document, schema))


def _needed(operation: OperationDefinitionNode, fragments: Fragments) -> Sequence[str]:
    """Name the fragments that an operation spreads, also within others."""
    found: set[str] = set()
    waiting: list[Node] = [operation]
    while waiting:
        spread = _Spreads()
        visit(waiting.pop(), spread)
        new = {one for one in spread.names if one in fragments} - found
        found |= new
        waiting += [fragments[one] for one in sorted(new)]
    return sorted(found)


class _Spreads(Visitor):
    """Notes the fragments that are spread."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
        self.names.add(node.name.value)


def _fields(document: DocumentNode, schema: GraphQLSchema) -> frozenset[str]:
    types = TypeInfo(schema)
    noting = _Fields(types)
    visit(document, TypeInfoVisitor(types, noting))
    return frozenset(noting.names)


class _Fields(Visitor):
    """Notes the fields that are selected."""

    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self._types = types
        self.names: set[str] = set()

    def enter_field(self, node: FieldNode, *_: object) -> None:
        parent = self._types.get_parent_type()
        if parent is not None and not node.name.value.startswith("__"):
            self.names.add(f"{parent.name}.{node.name.value}")
