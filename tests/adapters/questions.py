"""Invented enterprises, rows about them, and questions about both."""

from collections.abc import Sequence
from pathlib import Path

from adapters.contract import Ask, EnterpriseKey, Fetched, Row, Transport
from adapters.source import DeclaredAdapter
from schema.codes import uscc
from schema.record_type import RecordType
from tests.adapters.declarations import HEAD, PENALTY, declare, penalty


def code(number: int) -> str:
    first = f"9163000070QH{number:04}5"
    return first + uscc.check_character(first)


def firm(
    number: int,
    *names: str,
    registration: str | None = None,
    shared: Sequence[str] = (),
) -> EnterpriseKey:
    bears = names or (f"青海{number}号有限公司",)
    return EnterpriseKey(code(number), registration, bears, frozenset(shared))


def row(number: int, serial: int = 1, **columns: object) -> Row:
    written = {
        "CODE": code(number),
        "CF_XDR_MC": f"青海{number}号有限公司",
        "CF_WSH": f"{number}-{serial}",
    }
    return penalty(**(written | columns))


def adapter(folder: Path, transport: Transport, text: str = "") -> DeclaredAdapter:
    return DeclaredAdapter(declare(folder, text or HEAD + PENALTY), transport)


def keyed_by(kind: str, column: str) -> str:
    text = HEAD.replace('key = "uscc"', f'key = "{kind}"')
    return text + PENALTY.replace('key = "CODE"', f'key = "{column}"')


async def ask(source: DeclaredAdapter, *enterprises: EnterpriseKey) -> Fetched:
    return await source.fetch(Ask(RecordType.PENALTY, enterprises))


def numbers(fetched: Fetched, number: int) -> list[str]:
    return [
        str(record.values["decision_number"])
        for record in fetched.records[code(number)]
    ]
