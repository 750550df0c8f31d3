"""How a field is read from the column that holds it: the words of its line."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from adapters.authoring.codes import coded, separator
from adapters.authoring.contents import Content, date_forms, open_ends
from adapters.authoring.guess import FieldGuess
from adapters.authoring.units import unit_of
from adapters.code_lists import CodeLists
from schema.declaration import FieldDeclaration

_ENDS = frozenset({"validTo", "publishUntil", "termTo", "effectiveUntil", "frozenTo"})
"""Dates that may mean «no end»."""
_SPECIAL = {
    "currency": "currency",
    "regionCode": "region",
    "sharePercent": "percent",
}
_SURE = 0.75


@dataclass(frozen=True, slots=True)
class Chosen:
    """A field and the column that was chosen for it."""

    field: FieldDeclaration
    column: str
    content: Content
    title: str
    score: float
    evidence: tuple[str, ...]
    standard: str = ""
    """Year of the two-publicity standard whose columns the source has."""


def guess_of(chosen: Chosen, lists: CodeLists, unit: str = "") -> FieldGuess:
    """Write the line of a field."""
    make = _MAKERS.get(chosen.field.kind, _text)
    words, evidence, doubts = make(chosen, lists, unit)
    if chosen.score < _SURE:
        doubts = (f"是不是 {chosen.column}？（right column?）", *doubts)
    return FieldGuess(
        chosen.field.name,
        words,
        (chosen.column,),
        chosen.score,
        (*chosen.evidence, *evidence),
        tuple(doubts),
    )


_Made = tuple[object, Sequence[str], Sequence[str]]
"""Words, evidence, doubts."""


def _text(chosen: Chosen, _lists: CodeLists, _unit: str) -> _Made:
    special = _SPECIAL.get(chosen.field.name)
    if special:
        return {"from": chosen.column, "read": special}, (), ()
    if chosen.field.name == "uscc" and chosen.field.required:
        return {"from": chosen.column, "read": "uscc"}, (), ()
    return chosen.column, (), ()


def _date(chosen: Chosen, _lists: CodeLists, _unit: str) -> _Made:
    words: dict[str, object] = {"from": chosen.column, "read": chosen.field.kind}
    forms = " ".join(form for form, _ in date_forms(chosen.content).most_common(4))
    ends = open_ends(chosen.content)
    if ends and chosen.field.kind == "date":
        words["indefinite"] = list(ends)
    return words, (forms,) if forms else (), _strange(chosen, ends)


def _strange(chosen: Chosen, ends: Sequence[str]) -> Sequence[str]:
    if ends and chosen.field.name not in _ENDS:
        return (f"{'、'.join(ends)} 作“长期”处理（no end?）",)
    return ()


def _decimal(chosen: Chosen, _lists: CodeLists, unit: str) -> _Made:
    if chosen.field.name in _SPECIAL:
        words = {"from": chosen.column, "read": _SPECIAL[chosen.field.name]}
        return words, (), ()
    found = unit_of(chosen.column, chosen.title, chosen.content)
    read = unit or found.read
    doubts = () if unit or found.sure else ("单位：万元 / 元（unit?）",)
    return {"from": chosen.column, "read": read}, (found.evidence,), doubts


def _code(chosen: Chosen, lists: CodeLists, _unit: str) -> _Made:
    found = coded(chosen.field, chosen.content, lists, chosen.standard)
    words = {"from": chosen.column, **found.words}
    evidence = (found.evidence,) if found.evidence else ()
    return words, evidence, found.doubts


def _list(chosen: Chosen, _lists: CodeLists, _unit: str) -> _Made:
    split = separator(chosen.content)
    words = {"from": chosen.column, "read": "text_list"}
    return {**words, **({"split": split} if split else {})}, (), ()


def _whole(chosen: Chosen, _lists: CodeLists, _unit: str) -> _Made:
    return {"from": chosen.column, "read": chosen.field.kind}, (), ()


_MAKERS: Mapping[str, Callable[[Chosen, CodeLists, str], _Made]] = {
    "text": _text,
    "date": _date,
    "datetime": _date,
    "decimal": _decimal,
    "enum": _code,
    "enum_list": _code,
    "text_list": _list,
    "integer": _whole,
    "boolean": _whole,
}


def validity(
    column: str, score: float, evidence: tuple[str, ...]
) -> Sequence[FieldGuess]:
    """Write the two lines of a column that tells from when to when."""
    return [
        FieldGuess(name, {"from": column, "read": read}, (column,), score, evidence)
        for name, read in (("validFrom", "interval_from"), ("validTo", "interval_to"))
    ]


def needs_text(words: object, lists: CodeLists) -> bool:
    """Whether a list has a code that means several things, told apart by text."""
    read = words.get("read", "") if isinstance(words, Mapping) else ""
    _, _, name = str(read).partition(":")
    return any(isinstance(one, Mapping) for one in lists.get(name, {}).values())


def constant(field: FieldDeclaration, said: str) -> FieldGuess:
    """Write the line of a field that is the same in all records."""
    value: object = said
    if field.kind == "integer":
        value = int(said)
    elif field.kind.endswith("_list"):
        value = [part.strip() for part in said.split(",")]
    return FieldGuess(field.name, {"value": value}, (), 1.0, ("已指定 as told",))


def stand_in(field: FieldDeclaration) -> FieldGuess | None:
    """Write what says honestly that a required field is not told; None: nothing can."""
    doubt = ("来源没有这一项，请改为列名或确认（no column for it）",)
    if field.kind == "text":
        return FieldGuess(field.name, {"value": "未提供"}, (), 0.0, (), doubt)
    if field.enum is not None and "OTHER" in field.enum.__members__:
        value = ["OTHER"] if field.kind.endswith("_list") else "OTHER"
        return FieldGuess(field.name, {"value": value}, (), 0.0, (), doubt)
    return None
