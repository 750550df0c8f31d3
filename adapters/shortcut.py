"""Generated code that reads the rows in which nothing needs care.

It reads no value in a way of its own: clean texts it passes on, of other texts it
remembers what the careful readers made of them, and about all else it asks them. For
a row that they refuse it gives None, and the careful way says why.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache
from operator import itemgetter

from adapters.contract import Row, SourceRecord
from adapters.digests import digest
from adapters.field_rule import FieldRule
from adapters.paths import first_of, getter, is_path
from adapters.readers.codes import IN_DOUBT
from adapters.readers.compiled import only_column, row_reader, value_reader
from adapters.readers.remembered import remembering
from adapters.readers.texts import NULLS, Reader, said
from adapters.section import Section
from adapters.subjects import subject_columns, subject_reader, subjects_of
from adapters.validity import no_end
from schema.declaration import FieldDeclaration

Shortcut = Callable[[Row, datetime], SourceRecord | None]

_LONGEST_NULL = max(map(len, NULLS))
_LONGEST_REMEMBERED = 100
"""Characters; longer texts would make a memory of so many texts a large one."""
_TOO_VARIED = frozenset({"text_list", "objects"})
"""Readers whose texts hardly come again."""
_SOURCE = """\
def read(row, as_of):
    if row.__class__ is not dict:
        return None
    try:
        {lines}
        same = ({same}) if {any} else ()
        number = {number} if {all} else ""
        mark = "" if number and same else digest(row)
        return Record(
            kind, number or mark[:16], who, values, as_of, row, same or (mark,), mark
        )
    except Exception:
        return None
"""


@lru_cache(maxsize=16_384)
def _remembered_subjects(*written: str | None) -> object:
    return subjects_of(*written)


def shortcut(section: Section) -> Shortcut:
    """Make the quick reader of a section's rows; whatever it doubts is None."""
    code = _Code(section)
    source = code.source()
    space = dict(code.names)
    exec(compile(source, "<shortcut>", "exec"), space)  # noqa: S102 - our own names only
    made: Shortcut = space["read"]  # type: ignore[assignment]  # as written there
    return made


class _Code:
    """Collects the lines that read one section, and the names that they use."""

    def __init__(self, section: Section) -> None:
        self.names: dict[str, object] = {
            "Record": SourceRecord,
            "kind": section.record_type,
            "digest": digest,
            "said": said,
            "nulls": NULLS,
            "in_doubt": IN_DOUBT,
            "subjects": _remembered_subjects,
            "subjects_of": subjects_of,
        }
        self._section = section
        self._columns: dict[str, str] = {}
        self._as_they_stand: dict[str, str] = {}
        self._lines: list[str] = []

    def source(self) -> str:
        """Write the function."""
        self._values()
        self._subjects()
        section = self._section
        same = self._texts(section.natural_key)
        parts = self._texts(section.record_id or section.natural_key)
        for column, words in section.withdrawn_when.items():
            [text] = self._texts([column])
            self._refuse_if(f"{text} in {self._name(frozenset(words))}")
        return _SOURCE.format(
            lines="\n        ".join([*self._reads(), *self._lines]),
            same="".join(f"{text}, " for text in same),
            any=" or ".join(same) or "False",
            number=' + "/" + '.join(parts) or '""',
            all=" and ".join(parts) or "False",
        )

    def _values(self) -> None:
        """Write the values by attribute."""
        declared = self._section.declared.fields
        values = {
            declared[rule.name].attribute: self._filled_in(rule, declared[rule.name])
            for rule in self._section.fields.values()
        }
        if (end := no_end(self._section)) is not None:
            told = self._told(end.columns, end.test)
            ends = values.get("valid_to", "None")
            values["indefinite"] = self._let(f"{ends} is None and {told}")
        pairs = ", ".join(f"{name!r}: {value}" for name, value in values.items())
        self._lines.append(f"values = {{{pairs}}}")

    def _filled_in(self, rule: FieldRule, declared: FieldDeclaration) -> str:
        """Read a field; gives its variable."""
        value = self._let(self._value(rule, declared))
        if rule.by_text:
            again = f"{self._name(row_reader(rule, declared))}(row)"
            self._lines.append(f"if {value} is in_doubt: {value} = {again}")
        if declared.required:
            self._refuse_if(f"{value} is None")
        return value

    def _value(self, rule: FieldRule, declared: FieldDeclaration) -> str:
        column = only_column(rule)
        if column is None:
            return f"{self._name(row_reader(rule, declared))}(row)"
        read = value_reader(rule, declared)
        if rule.read == "text":
            return self._text(column, read)
        if rule.read in _TOO_VARIED:
            return f"{self._name(read)}({self._column(column)})"
        return self._remembered(column, read)

    def _text(self, column: str, read: Reader) -> str:
        value = self._column(column)
        return (
            f"(t if len(t := {value}.strip()) > {_LONGEST_NULL} or t not in nulls"
            f" else None) if {value}.__class__ is str"
            f" else None if {value} is None else {self._name(read)}({value})"
        )

    def _remembered(self, column: str, read: Reader) -> str:
        value = self._column(column)
        return (
            f"{self._name(remembering(read))}({value}) if {_is_short(value)}"
            f" else {self._name(read(None))} if {value} is None"
            f" else {self._name(read)}({value})"
        )

    def _told(self, columns: tuple[str, ...], test: Reader) -> str:
        if len(columns) == 1:
            return f"({self._remembered(columns[0], test)})"
        return f"{self._name(test)}({self._name(first_of(columns))}(row))"

    def _subjects(self) -> None:
        """Read whom the row is about."""
        columns = subject_columns(self._section)
        if self._section.key.split or any(len(given) > 1 for given in columns):
            reads = f"{self._name(subject_reader(self._section))}(row)"
        else:
            values = [self._column(*given) if given else "None" for given in columns]
            given = ", ".join(values)
            short = " and ".join(
                f"({value} is None or {_is_short(value)})"
                for value in values
                if value != "None"
            )
            reads = f"subjects({given}) if {short or True} else subjects_of({given})"
        self._lines.append(f"who = {reads}")
        self._refuse_if("not who")

    def _texts(self, columns: Iterable[str]) -> list[str]:
        """Read columns as they stand, for keys; gives their variables."""
        for column in columns:
            if column not in self._as_they_stand:
                value = self._column(column)
                self._as_they_stand[column] = self._let(
                    f"{value}.strip() if {value}.__class__ is str else said({value})"
                )
        return [self._as_they_stand[column] for column in columns]

    def _reads(self) -> list[str]:
        """Give the lines that fetch the columns; most rows have all of them."""
        deep = [
            f"{name} = {self._name(getter(column))}(row)"
            for column, name in self._columns.items()
            if is_path(column)
        ]
        heads = [column for column in self._columns if not is_path(column)]
        if len(heads) < 2:
            return [
                f"{self._columns[head]} = row.get({head!r})" for head in heads
            ] + deep
        names = ", ".join(self._columns[head] for head in heads)
        return [
            f"try: {names} = {self._name(itemgetter(*heads))}(row)",
            f"except KeyError: {names} = map(row.get, {tuple(heads)!r})",
            *deep,
        ]

    def _column(self, column: str) -> str:
        return self._columns.setdefault(column, f"c{len(self._columns)}")

    def _let(self, expression: str) -> str:
        name = f"v{len(self._lines)}"
        self._lines.append(f"{name} = {expression}")
        return name

    def _refuse_if(self, condition: str) -> None:
        self._lines.append(f"if {condition}: return None")

    def _name(self, thing: object) -> str:
        name = f"n{len(self.names)}"
        self.names[name] = thing
        return name


def _is_short(value: str) -> str:
    """Write the test whether a text may be remembered."""
    return f"{value}.__class__ is str and len({value}) < {_LONGEST_REMEMBERED}"
