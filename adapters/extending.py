"""Extends the contract by what modules bring, one after the other, or says why not."""

from collections.abc import Iterator

from graphql import GraphQLSchema
from strawberry.types.field import StrawberryField

from adapters.errors import DeclarationError
from schema.brought import Brought, Contract, changed, list_names
from schema.build import build
from schema.enterprise import Enterprise
from schema.visibility import Audience


class Accepting:
    """A contract that grows by one module after the other."""

    def __init__(self) -> None:
        """Begin with what is our own."""
        self.contract = Contract()

    def take(self, brought: Brought, before: Brought | None) -> None:
        """Take what a module brings in the place of what it brought before.

        Raises DeclarationError for names that are not its own or are there already,
        for what no schema can be made of, and for changes that would break who asks
        by what it brought before.
        """
        if any(one.department == brought.department for one in self.contract.brought):
            words = f"{brought.department}: 已有另一个模块（another module is there）"
            raise DeclarationError([words])
        if not brought.records and not brought.fields:
            self._refuse_losing(brought, before)
            return
        if faults := [*brought.faults(), *_clashes(brought)]:
            raise DeclarationError(faults)
        extended = Contract((*self.contract.brought, brought))
        had = () if before is None else (before,)
        earlier = Contract((*self.contract.brought, *had))
        if brought is not before:
            faults = list(_schema_faults(brought, extended, earlier))
            if faults:
                raise DeclarationError(faults)
        self.contract = extended

    def _refuse_losing(self, brought: Brought, before: Brought | None) -> None:
        if before is not None and (before.records or before.fields):
            words = "不再提供原有的记录类型和字段（takes back what it brought）"
            raise DeclarationError([f"{brought.department}: {words}"])


def _clashes(brought: Brought) -> list[str]:
    own = {field.python_name for field in _fields_of(Enterprise)}
    lists = [*list_names(brought), *brought.fields]
    return [
        f"{brought.department}: Enterprise.{name} 已存在（there is one already）"
        for name in dict.fromkeys(lists)
        if name in own or lists.count(name) > 1
    ]


def _fields_of(cls: type) -> list[StrawberryField]:
    fields: list[StrawberryField] = cls.__strawberry_definition__.fields  # type: ignore[attr-defined]
    return fields


def _schema_faults(
    brought: Brought, extended: Contract, earlier: Contract
) -> Iterator[str]:
    for audience in Audience:
        before = build(audience, earlier)
        try:
            after = build(audience, extended)
        except Exception as error:  # noqa: BLE001 - of a library, for any fault
            yield f"{brought.department}: 无法生成接口：{error}（no schema）"
            return
        for words in (*changed(before, after), *_foreign(brought, before, after)):
            yield f"{brought.department}: {words}"


def _foreign(
    brought: Brought, before: GraphQLSchema, after: GraphQLSchema
) -> Iterator[str]:
    start = brought.prefix.capitalize()
    for name in sorted(after.type_map.keys() - before.type_map.keys()):
        if not name.startswith(start):
            yield f"类型 {name} 应以 {start} 开头（not under its prefix）"
