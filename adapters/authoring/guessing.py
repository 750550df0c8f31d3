"""Guesses a section: each column goes to the field that it fits best."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from adapters.authoring.contents import Content, contents_of, different
from adapters.authoring.errors import CannotAuthor
from adapters.authoring.fits import NO_FIT, Fit, field_fit, key_fit, validity_fit
from adapters.authoring.guess import UNDECIDED, FieldGuess, Given, SectionGuess
from adapters.authoring.identity import identity_of
from adapters.authoring.order import fields_in_order
from adapters.authoring.reading import (
    Chosen,
    constant,
    guess_of,
    needs_text,
    stand_in,
    validity,
)
from adapters.authoring.sample import Sample
from adapters.authoring.standards import standard_of
from adapters.authoring.terms import KEYS, VALIDITY, Terms
from adapters.code_lists import CodeLists
from adapters.contract import KeyKind
from adapters.faults import nearest
from schema.declaration import FieldDeclaration
from schema.record_type import RecordType
from schema.records import RECORDS

ENOUGH = 0.5
"""Below this a column is no field."""
_OF_KEY: Mapping[str, KeyKind] = {
    "respondentUscc": "uscc",
    "respondentRegistrationNumber": "registration_number",
    "respondentName": "name",
}
_ALSO_OF_KEY: Mapping[RecordType, Mapping[str, KeyKind]] = {
    RecordType.REGISTRATION: {
        "uscc": "uscc",
        "registrationNumber": "registration_number",
        "name": "name",
    },
    RecordType.JUDGMENT_DEFAULT: {"uscc": "uscc", "name": "name"},
}
"""Fields that say again whom the row is about."""
_RARE = frozenset({"date", "enum", "enum_list"})
"""Kinds where a value that is rare («长期», a code) changes how all are read."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What guesses are made with."""

    terms: Terms
    lists: CodeLists


class _Guessing:
    """One section while it is guessed."""

    def __init__(
        self, sample: Sample, record_type: RecordType, knows: Knowledge, given: Given
    ) -> None:
        self.sample, self.record_type, self.given = sample, record_type, given
        self.knows = knows
        self.declared = RECORDS[record_type].fields
        self.names = knows.terms.fields[record_type]
        self.contents = contents_of(sample.columns, sample.rows)
        self.keys = self._keys()
        self.fields: dict[str, FieldGuess] = {}
        self.free = [one for one in sample.columns if one not in self._key_columns()]

    def run(self) -> SectionGuess:
        """Guess all lines, the surest first."""
        self._given()
        self._from_key()
        self._by_fit()
        self._derived()
        missing = tuple(self._missing())
        self._by_text()
        return self._section(missing)

    def _key_columns(self) -> frozenset[str]:
        return frozenset(column for _, column in self.keys.values())

    def _keys(self) -> Mapping[KeyKind, tuple[Fit, str]]:
        found: dict[KeyKind, tuple[Fit, str]] = {}
        for kind in KEYS:
            column = self.given.columns.get(kind)
            if column is not None:
                found[kind] = Fit(1.0, ("已指定 as told",)), self._known(column)
                continue
            names, taken = self.knows.terms.keys[kind], {c for _, c in found.values()}
            fits = [
                (key_fit(kind, names, self._head(column), content), column)
                for column, content in self.contents.items()
                if column not in taken
            ]
            fit, column = max(fits, key=lambda one: one[0].score, default=(NO_FIT, ""))
            if fit.score >= ENOUGH:
                found[kind] = fit, column
        return found

    def _head(self, column: str) -> str:
        """Give what is compared: what the source says of a column, else its head."""
        return self.sample.titles.get(column) or column

    def _known(self, column: str) -> str:
        if column in self.contents:
            return column
        words = (
            f"{self.sample.name}: 没有列 {column!r}，{nearest(column, self.contents)}"
        )
        raise CannotAuthor(f"{words}（no such column）")

    def _given(self) -> None:
        for name, column in self.given.columns.items():
            if name in self.declared:
                self._choose(name, self._known(column), Fit(1.0, ("已指定 as told",)))
        for name, value in self.given.constants.items():
            if name in self.declared:
                self.fields[name] = constant(self.declared[name], value)

    def _from_key(self) -> None:
        same = {**_OF_KEY, **_ALSO_OF_KEY.get(self.record_type, {})}
        for name, kind in same.items():
            if name in self.declared and name not in self.fields and kind in self.keys:
                fit, column = self.keys[kind]
                self._choose(name, column, fit)

    def _by_fit(self) -> None:
        left = [name for name in self.names if name not in self.fields]
        reserved = {**_OF_KEY, **_ALSO_OF_KEY.get(self.record_type, {})}
        fits = [
            (fit.score + (0.01 if self._needed(name) else 0.0), name, column, fit)
            for name in left
            if name not in reserved
            for column in self.free
            if (fit := self._fit(name, column)).score >= ENOUGH
        ]
        for _, name, column, fit in sorted(fits, key=lambda one: -one[0]):
            if column not in self.free or name in self.fields:
                continue
            if name == VALIDITY:
                self._validity(column, fit)
            else:
                self._choose(name, column, fit)

    def _needed(self, name: str) -> bool:
        return name in self.declared and self.declared[name].required

    def _fit(self, name: str, column: str) -> Fit:
        """Weigh the head, and what the source says of the column."""
        content, names = self.contents[column], self.names[name]
        heads = dict.fromkeys([column, self._head(column)])
        if name == VALIDITY:
            fits = [validity_fit(names, head, content) for head in heads]
        elif self.declared[name].kind == "object_list":
            return NO_FIT
        else:
            field, lists = self.declared[name], self.knows.lists
            fits = [field_fit(field, names, head, content, lists) for head in heads]
        return max(fits, key=lambda one: one.score)

    def _validity(self, column: str, fit: Fit) -> None:
        for guess in validity(column, fit.score, fit.evidence):
            self.fields.setdefault(guess.field, guess)
        self.free.remove(column)

    def _choose(self, name: str, column: str, fit: Fit) -> None:
        chosen = self._chosen(self.declared[name], column, fit)
        self.fields[name] = guess_of(chosen, self.knows.lists, self.given.unit)
        if column in self.free:
            self.free.remove(column)

    def _chosen(self, field: FieldDeclaration, column: str, fit: Fit) -> Chosen:
        title = self.sample.titles.get(column, "")
        content = self.contents[column]
        if field.kind in _RARE and self.sample.more:
            content = different(column, self.sample.more)
        standard = standard_of(self.sample.columns)
        score, evidence = fit.score, fit.evidence
        return Chosen(field, column, content, title, score, evidence, standard)

    def _derived(self) -> None:
        """Read out of code and name what a register need not have columns for."""
        if self.record_type is not RecordType.REGISTRATION or "uscc" not in self.keys:
            return
        code = self.keys["uscc"][1]
        for name, read in (
            ("organisationCode", "uscc_organisation"),
            ("registrationAuthorityCode", "uscc_region"),
            ("regionCode", "uscc_region"),
        ):
            words = {"from": code, "read": read}
            told = ("由代码推出 out of the code",)
            self.fields.setdefault(name, FieldGuess(name, words, (code,), 0.9, told))
        self._kind_and_currency(code)

    def _kind_and_currency(self, code: str) -> None:
        capital, kind = self.fields.get("registeredCapital"), self.fields.get("type")
        if capital and capital.columns:
            column = capital.columns[0]
            words: object = {"from": column, "read": "currency"}
            told = ("金额的文字 the amount's words",)
            guess = FieldGuess("currency", words, (column,), 0.9, told)
            self.fields.setdefault("currency", guess)
        if kind is None or kind.columns:
            name = self.keys["name"][1] if "name" in self.keys else ""
            columns = [*(kind.columns if kind else ()), code, *([name] if name else [])]
            words = {"from": columns, "read": "enterprise_type"}
            evidence = kind.evidence if kind else ("由代码推出 out of the code",)
            score = kind.confidence if kind else 0.8
            self.fields["type"] = FieldGuess(
                "type", words, tuple(columns), score, evidence
            )

    def _missing(self) -> Iterator[str]:
        """Fill required fields that have no column; yields those that nothing fills."""
        stand_ins = self.knows.terms.stand_ins[self.record_type]
        for name, field in self.declared.items():
            if not field.required or name in self.fields:
                continue
            yield name
            others = [
                self.fields[other]
                for other in stand_ins.get(name, ())
                if other in self.fields and self.fields[other].columns
            ]
            self.fields[name] = _standing_in(field, others)

    def _by_text(self) -> None:
        """Name the columns whose words tell the meanings of a code apart."""
        for name, guess in self.fields.items():
            if not needs_text(guess.words, self.knows.lists):
                continue
            told = self.fields.get("content")
            columns = list(told.columns if told and told.columns else guess.columns)
            words = dict(guess.words) if isinstance(guess.words, Mapping) else {}
            self.fields[name] = replace(guess, words={**words, "by_text": columns})

    def _section(self, missing: tuple[str, ...]) -> SectionGuess:
        names = fields_in_order(self.record_type)
        ordered = {name: self.fields[name] for name in names if name in self.fields}
        kind = self._kind_of_key()
        key = {kind: column for kind, (_, column) in self.keys.items()}
        natural, number = identity_of(
            self.sample.everything,
            ordered,
            self.knows.terms.natural[self.record_type],
            tuple(key.values()),
        )
        used = {column for guess in ordered.values() for column in guess.columns}
        return SectionGuess(
            record_type=self.record_type,
            sample=self.sample,
            key_kind=kind,
            key=key,
            key_evidence={
                one: (fit.score, fit.evidence) for one, (fit, _) in self.keys.items()
            },
            fields=ordered,
            missing=missing,
            unused=tuple(
                one for one in self.sample.columns if one not in used | {*key.values()}
            ),
            natural_key=natural,
            record_id=number,
        )

    def _kind_of_key(self) -> KeyKind:
        if self.given.key is not None:
            return self.given.key
        content = {
            kind: self.contents[column] for kind, (_, column) in self.keys.items()
        }
        there = [kind for kind in KEYS if kind in self.keys]
        good = [kind for kind in there if _mostly(content[kind])]
        return next(iter((*good, *there)), "uscc")


def _mostly(content: Content) -> bool:
    """Whether a column is filled so often that one can ask by it."""
    return not content.rows or content.filled >= 0.5 * content.rows


def _standing_in(field: FieldDeclaration, others: Sequence[FieldGuess]) -> FieldGuess:
    if others:
        other = others[0]
        doubt = f"来源没有这一项，暂用 {other.columns[0]}（{other.field} stands in）"
        return FieldGuess(
            field.name, other.words, other.columns, 0.3, other.evidence, (doubt,)
        )
    found = stand_in(field)
    if found is not None:
        return found
    words: object = UNDECIDED
    if field.kind != "text":
        read = {"enum": "code", "enum_list": "codes"}.get(field.kind, field.kind)
        words = {"from": UNDECIDED, "read": "yuan" if read == "decimal" else read}
    doubt = "来源没有这一项，须指明一列，否则读不出记录（a column is needed）"
    return FieldGuess(field.name, words, (), 0.0, (), (doubt,))


def guess_section(
    sample: Sample, record_type: RecordType, knows: Knowledge, given: Given
) -> SectionGuess:
    """Guess how a sample's columns make records of a type.

    Raises CannotAuthor for a column that the person named and the source has not, and
    where no column says whom a row is about.
    """
    guessed = _Guessing(sample, record_type, knows, given).run()
    if not guessed.key:
        there = "、".join(sample.columns)[:300]
        words = (
            f"{sample.name}: 没有一列像统一社会信用代码、注册号或单位名称，"
            f"用 --map uscc=列名（或 registration_number=、name=）指明"
            f"（no column looks like a key；columns: {there}）"
        )
        raise CannotAuthor(words)
    return guessed
