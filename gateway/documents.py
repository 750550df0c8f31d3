"""Documents: parsed and validated once, then kept."""

from collections import OrderedDict
from dataclasses import dataclass

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    InlineFragmentNode,
    Location,
    ObjectFieldNode,
    OperationDefinitionNode,
    SelectionSetNode,
    Visitor,
    parse,
    validate,
    visit,
)

from gateway.engine import Prepared, prepare


class DocumentRefused(Exception):
    """A document that will not be executed; carries all its errors.

    The code in every error's extensions is GRAPHQL_PARSE_FAILED,
    GRAPHQL_VALIDATION_FAILED or LIMIT_EXCEEDED, or BAD_USER_INPUT for a literal that
    its scalar refuses.
    """

    def __init__(self, errors: list[GraphQLError], code: str) -> None:
        """Mark each error with the code, unless it has one of its own."""
        super().__init__(code)
        for error in errors:
            error.extensions = {"code": code, **(error.extensions or {})}
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a document may be."""

    tokens: int
    depth: int
    cached: int
    suggestions: bool = True
    """Whether errors may suggest names that the client has not seen."""


class Documents:
    """The documents of one schema, the least recently used ones forgotten."""

    def __init__(self, schema: GraphQLSchema, limits: Limits) -> None:
        """Check against `schema`; keep at most `limits.cached`."""
        self._schema = schema
        self._limits = limits
        self._kept: OrderedDict[str, Prepared] = OrderedDict()

    def get(self, text: str) -> Prepared:
        """Give the parsed and validated document, with the plans made of it.

        Raises DocumentRefused with every reason.
        """
        document = self._kept.get(text)
        if document is None:
            document = self._kept[text] = prepare(self._admit(text))
            if len(self._kept) > self._limits.cached:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(text)
        return document

    def _admit(self, text: str) -> DocumentNode:
        document = self._parse(text)
        errors = validate(
            self._schema,
            document,
            max_errors=20,
            hide_suggestions=not self._limits.suggestions,
        )
        if errors:
            _name_arguments(document, errors)
            raise DocumentRefused(errors, "GRAPHQL_VALIDATION_FAILED")
        deepest = _depth(document)
        if deepest > self._limits.depth:
            words = (
                f"查询嵌套 {deepest} 层，最多 {self._limits.depth} 层 "
                f"(the query is {deepest} levels deep, "
                f"{self._limits.depth} are allowed)"
            )
            raise DocumentRefused([GraphQLError(words)], "LIMIT_EXCEEDED")
        return document

    def _parse(self, text: str) -> DocumentNode:
        try:
            return parse(
                text,
                max_tokens=self._limits.tokens,
                allow_empty_selection_sets=False,
            )
        except GraphQLSyntaxError as error:
            too_long = "Document contains more than" in error.message
            code = "LIMIT_EXCEEDED" if too_long else "GRAPHQL_PARSE_FAILED"
            raise DocumentRefused([error], code) from error
        except RecursionError as error:
            words = "查询嵌套过深 (the query is nested too deeply)"
            raise DocumentRefused([GraphQLError(words)], "LIMIT_EXCEEDED") from error


def _name_arguments(document: DocumentNode, errors: list[GraphQLError]) -> None:
    """Mark the errors about a literal as the client's input, with its argument."""
    arguments = _Arguments()
    visit(document, arguments)
    for error in errors:
        if error.original_error is None or not error.nodes:
            continue
        at = error.nodes[0].loc
        around = [
            name
            for name, loc in arguments.found
            if at and loc and loc.start <= at.start < loc.end
        ]
        error.extensions = {
            **(error.extensions or {}),
            "code": "BAD_USER_INPUT",
            "argument": ".".join(around),
        }


class _Arguments(Visitor):
    """Notes where every argument and input field of a document stands."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, Location | None]] = []

    def enter_argument(self, node: ArgumentNode, *_: object) -> None:
        self.found.append((node.name.value, node.loc))

    def enter_object_field(self, node: ObjectFieldNode, *_: object) -> None:
        self.found.append((node.name.value, node.loc))


def _depth(document: DocumentNode) -> int:
    """Count levels of fields, fragments followed; introspection does not count."""
    fragments = {
        d.name.value: d
        for d in document.definitions
        if isinstance(d, FragmentDefinitionNode)
    }
    known: dict[str, int] = {}

    def below(selections: SelectionSetNode | None) -> int:
        nodes = selections.selections if selections else ()
        return max((level(node) for node in nodes), default=0)

    def level(node: object) -> int:
        if isinstance(node, FieldNode):
            if node.name.value.startswith("__"):
                return 0
            return 1 + below(node.selection_set)
        if isinstance(node, FragmentSpreadNode):
            name = node.name.value
            if name not in known:
                known[name] = below(fragments[name].selection_set)
            return known[name]
        return below(node.selection_set) if isinstance(node, InlineFragmentNode) else 0

    operations = (
        d for d in document.definitions if isinstance(d, OperationDefinitionNode)
    )
    return max((below(o.selection_set) for o in operations), default=0)
