"""Reads one line of `[TYPE.fields]`, naming every fault."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from adapters.code_lists import CodeLists, meanings
from adapters.faults import Faults, nearest
from adapters.field_rule import CodeList, FieldRule, texts
from adapters.paths import fault_of
from adapters.readers.compiled import constant, inner_fields
from schema.declaration import FieldDeclaration

READERS: Mapping[str, frozenset[str]] = {
    "text": frozenset({"text"}),
    "uscc": frozenset({"text"}),
    "region": frozenset({"text"}),
    "currency": frozenset({"text"}),
    "uscc_region": frozenset({"text"}),
    "uscc_organisation": frozenset({"text"}),
    "enterprise_type": frozenset({"text"}),
    "date": frozenset({"date"}),
    "interval_from": frozenset({"date"}),
    "interval_to": frozenset({"date"}),
    "datetime": frozenset({"datetime"}),
    "wan_yuan": frozenset({"decimal"}),
    "yuan": frozenset({"decimal"}),
    "decimal": frozenset({"decimal"}),
    "percent": frozenset({"decimal"}),
    "integer": frozenset({"integer"}),
    "boolean": frozenset({"boolean"}),
    "code": frozenset({"enum", "text"}),
    "codes": frozenset({"enum_list", "text_list"}),
    "text_list": frozenset({"text_list"}),
    "objects": frozenset({"object_list"}),
}
"""Reader to the kinds of field that it can fill."""

_DEFAULT_READER = {
    "enum": "code",
    "enum_list": "codes",
    "object_list": "objects",
}
_OPTIONS = frozenset(
    {"from", "read", "value", "default", "codes", "by_text", "otherwise", "split"}
    | {"indefinite", "fields"}
)


@dataclass(frozen=True, slots=True)
class FieldContext:
    """Where a field rule stands, and what it may refer to."""

    table: str
    key: str
    lists: CodeLists
    faults: Faults

    def fault(self, words: str) -> None:
        """Keep a fault of this field."""
        self.faults.add(self.table, self.key, words)


def read_field(
    words: object, declared: FieldDeclaration, context: FieldContext
) -> FieldRule:
    """Read a column name, or a table of options."""
    said: Mapping[str, object] = (
        words if isinstance(words, Mapping) else {"from": words}
    )
    for option in said.keys() - _OPTIONS:
        context.fault(
            f"没有这个词 {option!r}，{nearest(option, _OPTIONS)}（unknown word）"
        )
    read, list_name = _reader(said, declared.kind, context)
    codes = _codes(said, list_name, context)
    rule = FieldRule(
        name=declared.name,
        columns=texts(said.get("from")),
        read=read,
        value=said.get("value"),
        default=said.get("default"),
        codes=codes,
        list_name=list_name,
        by_text=texts(said.get("by_text")),
        otherwise=_text(said.get("otherwise")),
        split=_text(said.get("split")),
        indefinite=texts(said.get("indefinite")),
        fields=_inner(said, read, declared, context),
    )
    if ("value" in said) == bool(rule.columns):
        context.fault("要么 from（列名），要么 value（常数）（from or value）")
    _check_columns(rule, context)
    _check_codes(rule, declared.enum, context)
    _check_constants(rule, declared, context)
    return rule


def _reader(
    said: Mapping[str, object], kind: str, context: FieldContext
) -> tuple[str, str | None]:
    words = str(said.get("read", _DEFAULT_READER.get(kind, kind)))
    read, _, list_name = words.partition(":")
    if read not in READERS:
        context.fault(
            f"没有这种读取方法 {read!r}，{nearest(read, READERS)}（unknown reader）"
        )
    elif "read" not in said and kind == "decimal" and "value" not in said:
        context.fault(
            "金额要写明单位：read = wan_yuan、yuan 或 decimal（unit missing）"
        )
    elif kind not in READERS[read]:
        fit = ", ".join(name for name, kinds in READERS.items() if kind in kinds)
        context.fault(f"{read!r} 读不出 {kind}，可用：{fit}（reader does not fit）")
    return read, list_name or None


def _codes(
    said: Mapping[str, object], list_name: str | None, context: FieldContext
) -> CodeList | None:
    inline = said.get("codes")
    if isinstance(inline, Mapping):
        return inline
    if list_name is None:
        return None
    if list_name not in context.lists:
        near = nearest(list_name, context.lists)
        context.fault(f"没有这个代码表 {list_name!r}，{near}（unknown code list）")
        return None
    return context.lists[list_name]


def _check_columns(rule: FieldRule, context: FieldContext) -> None:
    for column in (*rule.columns, *rule.by_text):
        if words := fault_of(column):
            context.fault(f"{column!r} 不是路径：{words}（bad path）")


def _check_codes(
    rule: FieldRule, enum: type[Enum] | None, context: FieldContext
) -> None:
    if rule.read not in {"code", "codes"} or not rule.columns:
        return
    if rule.codes is None and enum is None and rule.list_name is None:
        context.fault(
            "要给出代码表：read = code:表名 或 codes = {…}（code list missing）"
        )
    if not rule.by_text and any(map(_is_table, (rule.codes or {}).values())):
        context.fault(
            "这个代码表有一码多义，要用 by_text 指明看哪几列（by_text missing）"
        )
    if enum is not None:
        _check_values(rule, enum, context)


def _check_constants(
    rule: FieldRule, declared: FieldDeclaration, context: FieldContext
) -> None:
    for value in (rule.value, rule.default):
        try:
            constant(value, declared)
        except (ArithmeticError, KeyError, ValueError):
            context.fault(f"{value!r} 不能作 {declared.kind}（bad constant）")


def _is_table(meaning: object) -> bool:
    return isinstance(meaning, Mapping)


def _check_values(rule: FieldRule, enum: type[Enum], context: FieldContext) -> None:
    known = {member.name for member in enum}
    said = [*meanings(rule.codes or {}), rule.otherwise]
    for value in sorted({str(word) for word in said if word is not None} - known):
        context.fault(
            f"{enum.__name__} 没有 {value!r}，{nearest(value, known)}（unknown value）"
        )


def _inner(
    said: Mapping[str, object],
    read: str,
    declared: FieldDeclaration,
    context: FieldContext,
) -> Mapping[str, FieldRule]:
    inner = said.get("fields")
    if read != "objects" or declared.item is None:
        if inner is not None:
            context.fault("fields 只用于 objects（only objects have fields）")
        return {}
    known = inner_fields(declared.item)
    given = inner if isinstance(inner, Mapping) else {}
    rules: dict[str, FieldRule] = {}
    for name, words in given.items():
        if name in known:
            rules[name] = read_field(words, known[name], context)
        else:
            context.fault(
                f"没有这个字段 {name!r}，{nearest(name, known)}（unknown word）"
            )
    missing = {name for name, field in known.items() if field.required} - given.keys()
    for name in sorted(missing):
        context.fault(f"缺少必填字段 {name}（required field missing）")
    return rules


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
