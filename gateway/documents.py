"""Documents: parsed and validated once, then kept."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from graphql import (
    ArgumentNode,
    ASTValidationRule,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    Location,
    NoFragmentCyclesRule,
    NoSchemaIntrospectionCustomRule,
    ObjectFieldNode,
    UniqueFragmentNamesRule,
    Visitor,
    parse,
    specified_rules,
    validate,
    visit,
)

from gateway.engine import Prepared, prepare
from gateway.lexing import lexemes, written
from gateway.measuring import FragmentsTangled, Outline, more_values
from gateway.recent import Recent

_FRAGMENT_RULES: Final = (NoFragmentCyclesRule, UniqueFragmentNamesRule)
"""What must hold before the size of a document can be told."""


class DocumentRefused(Exception):
    """A document that will not be executed; carries all its errors.

    The code in every error's extensions is GRAPHQL_PARSE_FAILED,
    GRAPHQL_VALIDATION_FAILED or LIMIT_EXCEEDED, or BAD_USER_INPUT for a literal that
    its scalar refuses.
    """

    def __init__(self, errors: list[GraphQLError]) -> None:
        """Keep all that is wrong."""
        super().__init__(f"{len(errors)} faults")
        self.errors = errors


def _refusal(errors: Sequence[GraphQLError], code: str) -> DocumentRefused:
    """Refuse for errors, each with the code, unless it has one of its own.

    They let go of the syntax tree, because they may be kept.
    """
    return DocumentRefused(
        [
            GraphQLError(
                error.message,
                source=error.source,
                positions=error.positions,
                extensions={"code": code, **(error.extensions or {})},
            )
            for error in errors
        ]
    )


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a request may be; the names of settings, without `max_`."""

    tokens: int = 3_000
    depth: int = 15
    cached: int = 1_000
    suggestions: bool = True
    """Whether errors may suggest names that the client has not seen."""
    introspection: bool = True
    """Whether the schema may be asked about itself."""
    document: int = 65_536
    definitions: int = 100
    directives: int = 200
    fields: int = 2_000
    aliases: int = 500
    pairs: int = 5_000
    values: int = 10_000
    cached_characters: int = 1_000_000


_WORDS: Final = {
    "document": ("查询字符", "characters"),
    "tokens": ("词法单元", "lexical tokens"),
    "definitions": ("操作和片段", "operations and fragments"),
    "directives": ("指令", "directives"),
    "depth": ("嵌套层数", "levels of fields"),
    "fields": ("字段", "fields, fragments spread out"),
    "aliases": ("别名", "aliases, fragments spread out"),
    "pairs": ("同名字段对", "pairs of fields under one name"),
    "values": ("变量值", "values in variables"),
}
"""What each limit counts."""


class Documents:
    """The documents of one schema, the least recently used ones forgotten."""

    def __init__(self, schema: GraphQLSchema, limits: Limits) -> None:
        """Check against `schema`; keep as many as `limits` say."""
        self._schema = schema
        self._limits = limits
        own = () if limits.introspection else (NoSchemaIntrospectionCustomRule,)
        self._rules = (*specified_rules, *own)
        self._kept: Recent[Prepared] = Recent(limits.cached, limits.cached_characters)
        self._refused: Recent[list[GraphQLError]] = Recent(
            limits.cached, limits.cached_characters
        )

    def get(self, text: str) -> Prepared:
        """Give the parsed and validated document, with the plans made of it.

        Raises DocumentRefused with every reason; what cost a parse to find out is
        kept as well, apart, so that refused documents displace no others.
        """
        prepared = self._kept.get(text)
        if prepared is not None:
            return prepared
        errors = self._refused.get(text)
        if errors is not None:
            raise DocumentRefused(errors)
        self._check_text(text)
        try:
            prepared = prepare(self._admit(text))
        except DocumentRefused as refusal:
            self._refused.keep(text, refusal.errors)
            raise
        self._kept.keep(text, prepared)
        return prepared

    def check_variables(self, variables: Mapping[str, object]) -> None:
        """Raise DocumentRefused when variables hold too many values."""
        most = self._limits.values
        if more_values(variables, most):
            raise _refusal([_excess("values", most)], "LIMIT_EXCEEDED")

    def _check_text(self, text: str) -> None:
        self._check(document=len(text))
        tokens = lexemes(text)
        self._check(tokens=len(tokens), directives=tokens.count("@"))
        size = written(tokens)
        self._check(definitions=size.definitions)
        self._check(fields=size.fields, aliases=size.aliases)

    def _admit(self, text: str) -> DocumentNode:
        document = self._parse(text)
        self._check(definitions=len(document.definitions))
        try:
            outline = Outline(document)
        except FragmentsTangled:
            self._validate(document, _FRAGMENT_RULES)
        else:
            size = outline.size()
            self._check(depth=size.depth, fields=size.fields, aliases=size.aliases)
            self._check(pairs=outline.pairs())
        self._validate(document)
        _unlink(document)
        return document

    def _check(self, **found: int) -> None:
        allowed = [(name, getattr(self._limits, name)) for name in found]
        excess = [_excess(n, most, found[n]) for n, most in allowed if found[n] > most]
        if excess:
            raise _refusal(excess, "LIMIT_EXCEEDED")

    def _validate(
        self,
        document: DocumentNode,
        rules: Collection[type[ASTValidationRule]] | None = None,
    ) -> None:
        errors = validate(
            self._schema,
            document,
            self._rules if rules is None else rules,
            max_errors=20,
            hide_suggestions=not self._limits.suggestions,
        )
        if errors:
            _name_arguments(document, errors)
            raise _refusal(errors, "GRAPHQL_VALIDATION_FAILED")

    def _parse(self, text: str) -> DocumentNode:
        try:
            return parse(text, allow_empty_selection_sets=False)
        except GraphQLSyntaxError as error:
            if "nested too deeply" in error.message:
                excess = _excess("depth", self._limits.depth)
                raise _refusal([excess], "LIMIT_EXCEEDED") from error
            raise _refusal([error], "GRAPHQL_PARSE_FAILED") from error


def _unlink(document: DocumentNode) -> None:
    """Take a document's tokens apart, which refer to each other in a circle.

    They are of no more use, and what is forgotten is freed at once without circles.
    """
    token = document.loc.start_token if document.loc else None
    while token is not None:
        token.prev, token.next, token = None, None, token.next


def _excess(name: str, most: int, found: int | None = None) -> GraphQLError:
    """Say what there is too much of; how much is not always known."""
    chinese, english = _WORDS[name]
    words = (
        f"{chinese}过多{f'：{found}' if found else ''}，上限 {most} "
        f"(max_{name}: {found or 'too many'} {english}, {most} are allowed)"
    )
    return GraphQLError(words, extensions={"limit": f"max_{name}"})


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
