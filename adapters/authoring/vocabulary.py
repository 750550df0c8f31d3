"""The words that a declaration may say, as JSON Schema (draft 7) for editors.

Looser than the loader: a word of one kind is not refused for another.
"""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from adapters.authoring.order import fields_in_order
from adapters.code_lists import CodeLists, load_code_lists, meanings
from adapters.field_rule_reader import READERS
from adapters.kinds.files import options as files
from adapters.kinds.graphql import options as graphql
from adapters.kinds.push import transport as push
from adapters.kinds.rest import options as rest
from adapters.kinds.soap import options as soap
from adapters.kinds.sql import options as sql
from adapters.kinds.web import Connection as WebConnection
from adapters.source_table import KINDS
from schema.declaration import FieldDeclaration
from schema.record_type import RecordType
from schema.records import RECORDS

Schema = dict[str, Any]
CONNECTIONS: Mapping[str, type[msgspec.Struct]] = {
    "rest": WebConnection,
    "soap": soap.Connection,
    "graphql": graphql.Connection,
    "sql": sql._Connection,  # noqa: SLF001 - its words are public
    "files": files.Connection,
    "push": push.Connection,
}
SECTIONS: Mapping[str, type[msgspec.Struct]] = {
    "rest": rest.Section,
    "soap": soap.Section,
    "graphql": graphql.Section,
    "sql": sql._View,  # noqa: SLF001
    "files": files.Section,
}
_WORDS = Path(__file__).with_name("words.toml")
_TEXTS: Schema = {
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
}
_DURATION = r"^P(\d+D)?(T(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$"
_TIMES = frozenset({"freshness", "deadline", "presence_max_age"})
_OURS: Mapping[str, Schema] = {
    "key": {"anyOf": [_TEXTS, {"type": "object", "additionalProperties": _TEXTS}]},
    "key_split": {"type": "string"},
    "natural_key": _TEXTS,
    "record_id": _TEXTS,
    "unused": _TEXTS,
    "quirks": {"type": "object"},
}


_RULE: Mapping[str, Schema] = {
    "from": _TEXTS,
    "by_text": _TEXTS,
    "indefinite": _TEXTS,
    "otherwise": {"type": "string"},
    "split": {"type": "string"},
    "codes": {"type": "object"},
    "fields": {"type": "object"},
    "value": {},
    "default": {},
}


def vocabulary() -> Schema:
    """Give the schema of a declaration, with descriptions in Chinese."""
    words = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
    definitions: Schema = {}
    connection = _of_kinds(CONNECTIONS, "connection", definitions)
    connection["kind"] = {"enum": sorted(KINDS)}
    section = {**_of_kinds(SECTIONS, "section", definitions), **_OURS}
    section = _referred(section, words["section"], definitions)
    fields = _Fields(words["field"], load_code_lists(), definitions)
    tables = {kind: fields.of(kind) for kind in RECORDS}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "部门声明 a department's declaration",
        "type": "object",
        "required": ["source", "connection"],
        "additionalProperties": False,
        "properties": {
            "source": _table(_source(), words["source"], ["department", "name"]),
            "connection": _table(connection, words["connection"], ["kind"]),
            "capabilities": _table(_capabilities(), words["capabilities"]),
            **{
                kind.value: _section(RECORDS[kind].term, section, tables[kind])
                for kind in RECORDS
            },
        },
        "$defs": definitions,
    }


def _source() -> Schema:
    names = ("department", "name", "contact")
    types = {"type": "array", "items": {"enum": [kind.value for kind in RecordType]}}
    times = {name: {"type": "string", "pattern": _DURATION} for name in sorted(_TIMES)}
    return {**{name: {"type": "string"} for name in names}, "provides": types, **times}


def _capabilities() -> Schema:
    count, flag = {"type": "integer", "minimum": 1}, {"type": "boolean"}
    keys = {"enum": ["uscc", "registration_number", "name"]}
    return {
        "key": keys,
        "batch": count,
        "concurrency": count,
        "scan": flag,
        "delta": flag,
    }


def _section(term: str, words: Schema, fields: Schema) -> Schema:
    return {
        "description": term,
        "type": "object",
        "properties": {**words, "fields": fields},
        "required": ["key", "fields"],
        "additionalProperties": False,
    }


def _referred(
    properties: Schema, words: Mapping[str, str], definitions: Schema
) -> Schema:
    """Describe each word once, and refer to it from every record type."""
    for name, one in properties.items():
        told = words.get(name, name)
        definitions[f"section.{name}"] = {"description": told, "allOf": [one]}
    return {name: {"$ref": f"#/$defs/section.{name}"} for name in properties}


def _table(
    properties: Schema, words: Mapping[str, str], required: Sequence[str] = ()
) -> Schema:
    """Describe a table's words."""
    told = {
        name: {"description": words.get(name, name), "allOf": [one]}
        for name, one in properties.items()
    }
    table: Schema = {"type": "object", "properties": told}
    return {**table, "required": list(required), "additionalProperties": False}


def _of_kinds(
    structs: Mapping[str, type[msgspec.Struct]], place: str, definitions: Schema
) -> Schema:
    """Join the words of all kinds; one that several have may be what any says."""
    found: dict[str, list[Schema]] = {}
    for kind, struct in structs.items():
        (_,), parts = msgspec.json.schema_components(
            (struct,),
            schema_hook=lambda _: {"title": "任何值"},
            ref_template=f"#/$defs/{place}.{kind}.{{name}}",
        )
        own = parts.pop(struct.__name__)
        for name, part in parts.items():
            definitions[f"{place}.{kind}.{name}"] = part
        for name, schema in own["properties"].items():
            plain = {key: one for key, one in schema.items() if key != "default"}
            if plain not in found.setdefault(name, []):
                found[name].append(plain)
    return {name: {"anyOf": several} for name, several in found.items()}


class _Fields:
    """The tables of fields; what fields of one kind may say is written once."""

    def __init__(
        self, words: Mapping[str, str], lists: CodeLists, definitions: Schema
    ) -> None:
        self._words, self._lists, self._definitions = words, lists, definitions

    def of(self, kind: RecordType) -> Schema:
        """Give the table of a record type."""
        declared = RECORDS[kind].fields
        properties = {
            name: {
                "description": declared[name].term,
                "anyOf": [{"type": "string"}, self._rule(declared[name])],
            }
            for name in fields_in_order(kind)
        }
        return {
            "type": "object",
            "properties": properties,
            "required": [name for name, field in declared.items() if field.required],
            "additionalProperties": False,
        }

    def _rule(self, field: FieldDeclaration) -> Schema:
        enum = field.enum.__name__ if field.enum else ""
        name = f"rule.{field.kind}.{enum}".rstrip(".")
        if name not in self._definitions:
            readers = {"enum": list(_readers(field, self._lists))}
            self._definitions[name] = _table({**_RULE, "read": readers}, self._words)
        return {"$ref": f"#/$defs/{name}"}


def _readers(field: FieldDeclaration, lists: CodeLists) -> Sequence[str]:
    fitting = [name for name, kinds in READERS.items() if field.kind in kinds]
    coded = [name for name in fitting if name in {"code", "codes"}]
    known = set(field.enum.__members__) if field.enum else None
    named = [
        f"{read}:{name}"
        for read in coded
        for name, codes in lists.items()
        if known is None or set(meanings(codes)) <= known
    ]
    return [*fitting, *named]
