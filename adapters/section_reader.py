"""Reads one `[TYPE]` of a declaration, naming every fault."""

from collections.abc import Mapping

from adapters.code_lists import CodeLists
from adapters.contract import KeyKind
from adapters.faults import Faults
from adapters.field_rule import FieldRule, texts
from adapters.field_rule_reader import FieldContext, read_field
from adapters.section import KeyColumns, Section
from schema.declaration import RecordDeclaration

_KEY_WORDS = frozenset({"uscc", "registration_number", "name"})
_OURS = frozenset(
    {"key", "key_split", "natural_key", "record_id", "unused", "fields", "quirks"}
)
_OUR_QUIRKS = frozenset({"withdrawn_when"})


def read_section(
    declared: RecordDeclaration,
    table: object,
    key_kind: KeyKind,
    lists: CodeLists,
    faults: Faults,
) -> Section:
    """Read `[TYPE]`, `[TYPE.fields]` and `[TYPE.quirks]`."""
    record_type = declared.record_type
    name = record_type.value
    if not isinstance(table, Mapping):
        faults.add(name, "", "在 provides 中列出，却没有这一节（missing table）")
        return Section(record_type, KeyColumns(), {})
    quirks = _mapping(table, name, "quirks", faults)
    return Section(
        record_type=record_type,
        key=_key(table, name, key_kind, faults),
        fields=_fields(declared, table, lists, faults),
        options={key: value for key, value in table.items() if key not in _OURS},
        natural_key=_columns(table, name, "natural_key", faults),
        record_id=_columns(table, name, "record_id", faults),
        unused=_columns(table, name, "unused", faults),
        withdrawn_when=_withdrawn_when(quirks, name, faults),
        quirks={key: value for key, value in quirks.items() if key not in _OUR_QUIRKS},
        brought=declared if record_type.brought else None,
    )


def _key(
    table: Mapping[str, object], name: str, key_kind: KeyKind, faults: Faults
) -> KeyColumns:
    said = table.get("key")
    by_kind = said if isinstance(said, Mapping) else {key_kind: said}
    for word in by_kind.keys() - _KEY_WORDS:
        faults.unknown(name, "key", word, f"没有这种主键 {word!r}", _KEY_WORDS)
    columns = {word: texts(by_kind.get(word)) for word in _KEY_WORDS}
    if not columns[key_kind]:
        faults.add(name, "key", f"必填：哪一列是 {key_kind}（key column missing）")
    split = table.get("key_split")
    return KeyColumns(
        uscc=columns["uscc"],
        registration_number=columns["registration_number"],
        name=columns["name"],
        split=split if isinstance(split, str) else None,
    )


def _fields(
    declared: RecordDeclaration,
    table: Mapping[str, object],
    lists: CodeLists,
    faults: Faults,
) -> Mapping[str, FieldRule]:
    name = declared.record_type.value
    place = f"{name}.fields"
    rules: dict[str, FieldRule] = {}
    said = _mapping(table, name, "fields", faults)
    for field_name, words in said.items():
        known = declared.fields.get(field_name)
        if known is None:
            what = f"{name} 没有这个字段"
            faults.unknown(place, field_name, field_name, what, declared.fields)
            continue
        context = FieldContext(place, field_name, lists, faults)
        rules[field_name] = read_field(words, known, context)
    for field_name, field in declared.fields.items():
        if field.required and field_name not in said:
            faults.add(
                place, "", f"缺少必填字段 {field_name}（required field missing）"
            )
    return rules


def _withdrawn_when(
    quirks: Mapping[str, object], name: str, faults: Faults
) -> Mapping[str, tuple[str, ...]]:
    said = quirks.get("withdrawn_when", {})
    if isinstance(said, Mapping) and all(texts(value) for value in said.values()):
        return {str(column): texts(value) for column, value in said.items()}
    words = '应为 { 列 = "值" }（bad value）'
    faults.add(f"{name}.quirks", "withdrawn_when", words)
    return {}


def _columns(
    table: Mapping[str, object], name: str, key: str, faults: Faults
) -> tuple[str, ...]:
    said = table.get(key, [])
    if said != [] and not texts(said):
        faults.add(name, key, "应为列名（column names wanted）")
    return texts(said)


def _mapping(
    table: Mapping[str, object], name: str, key: str, faults: Faults
) -> Mapping[str, object]:
    said = table.get(key, {})
    if isinstance(said, Mapping):
        return said
    faults.add(name, key, "应为一个表（not a table）")
    return {}
