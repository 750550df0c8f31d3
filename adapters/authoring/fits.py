"""How well a column holds a field: its head and its values together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from adapters.authoring.codes import spread
from adapters.authoring.contents import Content
from adapters.authoring.headers import match
from adapters.authoring.terms import Names
from adapters.code_lists import CodeLists
from schema.codes import uscc
from schema.declaration import FieldDeclaration

_NEUTRAL = 0.8
"""What a column without values is worth: nothing speaks against it."""
_CODES = frozenset({"uscc", "respondentUscc", "authorityUscc", "sourceUscc"})
_AUTHORITIES = frozenset(
    {"authority", "awardedBy", "decidedBy", "listedBy", "removedBy", "court"}
    | {"registrationAuthority", "source", "basisAuthority"}
)
_NUMBERS = frozenset({"documentNumber", "decisionNumber", "caseNumber"})
_PERSONS = frozenset({"legalRepresentative", "contactName"})
_OF_AUTHORITIES = "1"
"""First character of the credit codes of organs of the state."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How sure we are, from 0 to 1, and why."""

    score: float
    evidence: tuple[str, ...]


NO_FIT = Fit(0.0, ())


def field_fit(
    field: FieldDeclaration,
    names: Names,
    column: str,
    content: Content,
    lists: CodeLists,
) -> Fit:
    """Weigh head and values of a column for a field."""
    told, alone = match(column, names), _by_values(field.name, content)
    if told.score <= alone.score:
        return alone
    share, words = _held(field, content, lists)
    score = told.score * (0.3 + 0.7 * share)
    if alone.score > score:
        return alone
    return Fit(score, tuple(filter(None, (told.evidence, words))))


def validity_fit(names: Names, column: str, content: Content) -> Fit:
    """Weigh a column for telling from when to when."""
    if content.period < 0.6:
        return NO_FIT
    told = match(column, names)
    words = f"{_of(content.period, content)} 是起止时间 intervals"
    score = max(told.score, 0.6) * (0.3 + 0.7 * content.period)
    return Fit(score, tuple(filter(None, (told.evidence, words))))


def key_fit(kind: str, names: Names, column: str, content: Content) -> Fit:
    """Weigh a column for saying whom a row is about."""
    told = match(column, names)
    share = {
        "uscc": content.uscc,
        "registration_number": content.registration_number,
        "name": 0.5 + 0.5 * content.organisation,
    }[kind]
    if not content.rows:
        share = _NEUTRAL
    elif kind == "uscc" and _belongs_to_authorities(content):
        return NO_FIT
    seen = {"uscc": "校验位正确 valid codes", "name": "像单位名称 names"}
    words = f"{_of(share, content)} {seen.get(kind, '校验位正确 valid numbers')}"
    worth = told.score * (0.2 + 0.8 * share)
    alone = _worth_alone(kind, share, content)
    evidence = (told.evidence, words if content.rows else "")
    return Fit(max(worth, alone), tuple(filter(None, evidence)))


def _worth_alone(kind: str, share: float, content: Content) -> float:
    """Believe values without a head that says so."""
    if kind == "name":
        return 0.55 if content.organisation > 0.8 and content.distinct > 0.3 else 0.0
    return 0.85 * share if share >= 0.5 else 0.0


def _belongs_to_authorities(content: Content) -> bool:
    codes = [text for text in content.texts if uscc.is_valid(text.upper())]
    organs = sum(code.startswith(_OF_AUTHORITIES) for code in codes)
    return bool(codes) and organs > 0.8 * len(codes)


def _held(
    field: FieldDeclaration, content: Content, lists: CodeLists
) -> tuple[float, str]:
    """Say which share of the values the field can take, and how to say so."""
    if not content.filled:
        return _NEUTRAL, "样本中为空 empty in the sample" if content.rows else ""
    if field.enum is not None:
        share = spread(field, content, lists)
        return 0.4 + 0.6 * share, f"{_of(share, content)} 在代码表中 known codes"
    if field.kind not in _SHARES:
        return _text_share(field.name, content)
    share_of, words = _SHARES[field.kind]
    share = share_of(content)
    return share, f"{_of(share, content)} {words}"


_SHARES: Mapping[str, tuple[Callable[[Content], float], str]] = {
    "date": (lambda content: content.date, "是日期 dates"),
    "datetime": (lambda content: content.date, "是时间 moments"),
    "decimal": (lambda content: content.money, "是金额 amounts"),
    "integer": (lambda content: content.integer, "是整数 integers"),
    "boolean": (lambda content: content.boolean, "是是否 yes/no"),
}
"""By kind of field: the share of values that it can take."""


def _text_share(name: str, content: Content) -> tuple[float, str]:
    if name in _CODES:
        return content.uscc, f"{_of(content.uscc, content)} 校验位正确 valid codes"
    if name in _AUTHORITIES:
        return 0.7 + 0.3 * content.authority, ""
    if name in _PERSONS:
        return 0.6 + 0.4 * content.person, ""
    strange = max(content.uscc, content.date if content.integer < 0.5 else 0.0)
    return 1.0 - 0.65 * strange, ""


def _by_values(name: str, content: Content) -> Fit:
    """Recognize a few fields by values that no other field has."""
    if content.filled < 3:
        return NO_FIT
    if name in _NUMBERS and content.numbered > 0.8 and content.distinct > 0.9:
        words = f"{_of(content.numbered, content)} 像文号 document numbers"
        return Fit(0.55, (words,))
    if name == "authority" and content.authority > 0.9 and content.distinct < 0.5:
        words = f"{_of(content.authority, content)} 像机关 authorities"
        return Fit(0.52, (words,))
    return NO_FIT


def _of(share: float, content: Content) -> str:
    return f"{round(share * content.filled):,}/{content.filled:,}"
