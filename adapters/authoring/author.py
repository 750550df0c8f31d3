"""From an address to a declaration that loads: looks, guesses, asks, writes, tries."""

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.authoring.cases import case_of
from adapters.authoring.draft import Draft, write
from adapters.authoring.errors import CannotAuthor
from adapters.authoring.guess import Given, SectionGuess
from adapters.authoring.guessing import Knowledge, guess_section
from adapters.authoring.kinds_of_record import ENOUGH, type_of
from adapters.authoring.looking.anywhere import Address, look_at
from adapters.authoring.questions import Questions
from adapters.authoring.sample import Look, Sample
from adapters.authoring.terms import KEYS, read_terms
from adapters.authoring.trial import Trial, try_section
from adapters.code_lists import load_code_lists
from adapters.contract import Transport
from adapters.declaration import Declaration, load
from adapters.errors import DeclarationError
from adapters.registry import with_environment
from adapters.source_table import VARIABLE
from schema.record_type import RecordType
from schema.records import RECORDS


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be written, as far as the person said."""

    department: str
    name: str
    addresses: tuple[Address, ...]
    types: tuple[RecordType, ...] = ()
    """In the order of what is seen; empty: guess."""
    given: Given = field(default_factory=Given)


@dataclass(frozen=True, slots=True)
class Authored:
    """A declaration as it will be written, and what was found on the way."""

    text: str
    declaration: Declaration
    look: Look
    sections: tuple[SectionGuess, ...]
    trials: Mapping[RecordType, Trial]
    """What came of reading the rows at hand; of types without rows there is none."""
    cases: Mapping[str, bytes]
    """By file name."""


async def author(wanted: Wanted, questions: Questions) -> Authored:
    """Look at the source and write its declaration.

    Raises CannotAuthor with what to change where.
    """
    looks = [await look_at(one, wanted.department) for one in wanted.addresses]
    look = _joined(looks)
    knows = Knowledge(read_terms(), load_code_lists())
    chosen = _chosen(look.samples, wanted.types, knows, questions)
    guesses = [guess_section(one, kind, knows, wanted.given) for one, kind in chosen]
    answered = questions.settle(guesses, wanted.given)
    if answered != wanted.given:
        guesses = [guess_section(one, kind, knows, answered) for one, kind in chosen]
    sections = _same_key(guesses)
    draft = Draft(wanted.department, wanted.name, look, sections)
    return await _proven(draft, write(draft))


def _joined(looks: Sequence[Look]) -> Look:
    """Join what was seen at several addresses of one system."""
    first = looks[0]
    for other in looks[1:]:
        if other.kind != first.kind or other.variables != first.variables:
            raise CannotAuthor(
                "几个来源须是同一个系统、同一个目录；不同的请分部门另写"
                "（several sources must be of one system and folder）"
            )
    return replace(first, samples=tuple(one for look in looks for one in look.samples))


def _chosen(
    samples: Sequence[Sample],
    types: Sequence[RecordType],
    knows: Knowledge,
    questions: Questions,
) -> Sequence[tuple[Sample, RecordType]]:
    """Decide what each table holds; of several of one type the likeliest stays."""
    if types and len(samples) == len(types):
        return list(zip(samples, types, strict=True))
    guesses = [(one, type_of(one, knows)) for one in samples]
    if not types and len(samples) == 1:
        return [(samples[0], questions.record_type(samples[0].name, guesses[0][1]))]
    best: dict[RecordType, tuple[float, Sample]] = {}
    for sample, found in guesses:
        fitting = [one for one in found if not types or one.record_type in types]
        for one in fitting if types else fitting[:1]:
            known = best.get(one.record_type, (ENOUGH, sample))
            if one.confidence > known[0]:
                best[one.record_type] = one.confidence, sample
    missing = [kind.value for kind in types if kind not in best]
    if missing or not best:
        seen = "、".join(one.name for one in samples)[:300]
        raise CannotAuthor(
            f"没有看出哪个表是 {'、'.join(missing) or '信用记录'}，请指明一个表"
            f"（地址#表名）和 --type（which table holds which records?）：{seen}"
        )
    kinds = sorted(best, key=list(RECORDS).index)
    return [(best[kind][1], kind) for kind in kinds]


def _same_key(guesses: Sequence[SectionGuess]) -> tuple[SectionGuess, ...]:
    """A department is asked by one kind of key: the best that all sections have."""
    kinds = [one.key_kind for one in guesses]
    common = [kind for kind in KEYS if all(kind in one.key for one in guesses)]
    if not common:
        raise CannotAuthor(
            "各表没有同一种主体代码，请分开写或用 --map 指明（no key in common）"
        )
    kind = max(common, key=kinds.count)
    return tuple(replace(one, key_kind=kind) for one in guesses)


async def _proven(draft: Draft, text: str) -> Authored:
    """Load what was written and read the rows at hand with it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{draft.department}.toml"
        path.write_text(text, encoding="utf-8")
        try:
            declaration = load(path)
            await _make(declaration, text, draft.look)
        except DeclarationError as error:
            raise CannotAuthor(f"写出的声明未通过校验（refused）：\n{error}") from error
    trials, cases = {}, {}
    for one in draft.sections:
        section = declaration.sections[one.record_type]
        if one.sample.rows:
            trials[one.record_type] = try_section(section, one.sample.everything)
            case = case_of(one, section, declaration.kind)
            if case is not None:
                cases[f"{one.record_type.value.lower()}-sample.json"] = case
    return Authored(text, declaration, draft.look, draft.sections, trials, cases)


async def _make(declaration: Declaration, text: str, look: Look) -> None:
    """Let the kind read its words, as it will when the gateway starts."""
    named = set(VARIABLE.findall(text))
    environment = {one: look.variables.get(one, _stand_in(one)) for one in named}
    filled = with_environment(declaration, environment)
    kind = importlib.import_module(f"adapters.kinds.{filled.kind}")
    transport: Transport = kind.make(filled, environment)
    await transport.close()


def _stand_in(variable: str) -> str:
    """Give something of the right form for what is still to be set."""
    if variable.endswith("_DATABASE_URL"):
        return "sqlite:///none.db"
    return "http://none.invalid" if variable.endswith("_URL") else "none"
