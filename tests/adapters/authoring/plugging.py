"""Writes a declaration for a source, loads it as the gateway does, and asks it."""

import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from adapters.authoring import (
    Access,
    Address,
    Authored,
    Given,
    Questions,
    Wanted,
    author,
)
from adapters.contract import Ask, EnterpriseKey, Fetched
from adapters.registry import load_all
from schema.codes import names
from schema.record_type import RecordType
from tests.adapters.authoring.strangers import FIRMS, Fact, code_of, name_of, number_of

DEPARTMENT = "QH-NEW"


async def write(
    *sources: str,
    types: Sequence[RecordType] = (),
    answers: Sequence[str] | None = None,
    access: Access | None = None,
    given: Given | None = None,
) -> Authored:
    """Author without a person, or with one who gives these answers in order."""
    left = list(answers or ())

    def ask(_: str, default: str) -> str:
        return left.pop(0) if left else default

    wanted = Wanted(
        DEPARTMENT,
        "青海省新设厅",
        tuple(Address(one, access=access or Access()) for one in sources),
        tuple(types),
        given or Given(),
    )
    return await author(wanted, Questions(None if answers is None else ask))


async def ask(
    made: Authored, folder: Path, record_type: RecordType, secret: str = ""
) -> Fetched:
    """Plug the declaration in and ask it about all enterprises."""
    home = folder / "declarations"
    home.mkdir(exist_ok=True)
    (home / f"{DEPARTMENT}.toml").write_text(made.text, encoding="utf-8")
    environment = {**made.look.variables, "QH_NEW_TOKEN": secret}
    _settle(folder)
    registry = load_all(home, environment)
    assert not registry.problems, registry.problems
    adapter = registry.adapters[DEPARTMENT]
    firms = tuple(
        EnterpriseKey(code_of(one), number_of(one), (names.normalise(name_of(one)),))
        for one in range(FIRMS)
    )
    try:
        return await adapter.fetch(Ask(record_type, firms))
    finally:
        await adapter.close()


def _settle(folder: Path) -> None:
    """Let files lie there for a while: what was written just now is not read."""
    moment = time.time() - 60
    for path in folder.iterdir():
        if path.is_file():
            os.utime(path, (moment, moment))


def found(fetched: Fetched, facts: Sequence[Fact]) -> Sequence[Fact]:
    """Write what was found as the truth is written, in its order."""
    assert not fetched.set_aside
    assert not fetched.unsure
    assert not fetched.failed
    by_number: dict[object, Fact] = {}
    for code, records in fetched.records.items():
        for record in records:
            number = record.values.get("decision_number") or record.values.get(
                "document_number"
            )
            assert number not in by_number
            by_number[number] = {**record.values, "uscc": code}
    return [_like(one, by_number) for one in facts]


def _like(fact: Fact, by_number: Mapping[object, Fact]) -> Fact:
    number = fact.get("decision_number") or fact["document_number"]
    record = by_number[number]
    wanted = {name for name in fact if name not in {"name", "number"}}
    return {name: record.get(name) for name in wanted}


def true(facts: Sequence[Fact]) -> Sequence[Fact]:
    """Leave out of the truth what records do not say."""
    return [
        {
            name: tuple(value[1]) if isinstance(value, tuple) else value
            for name, value in fact.items()
            if name not in {"name", "number"}
        }
        for fact in facts
    ]
