"""F: nothing leaks, nothing is believed, nothing grows without bound."""

import re
from collections.abc import Iterator, Sequence

from aiohttp import web

from adapters.conformance.bench import Bench
from adapters.conformance.blame import EXPECTED
from adapters.conformance.check import Check, Need
from adapters.conformance.checks.behaviour import outcome_of
from adapters.conformance.outcomes import Finding
from adapters.conformance.pointing import HTTP
from adapters.contract import SetAside, SourceRecord
from adapters.errors import SourceContractBroken, SourceTimedOut
from adapters.paths import is_path
from schema.codes import identity_documents
from schema.record_type import RecordType
from schema.records import RECORDS

HOSTILE = (
    "<script>alert(1)</script>",
    "'; DROP TABLE v_xzcf; --",
    "${QH_TOKEN} {{7*7}} %s %(a)s",
    '=HYPERLINK("http://example.invalid")',
    "\u202egnirts\u202c\u0001x",
)
"""Texts that mean something elsewhere; here they are texts."""
_DIGITS = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_SHORTEST = 6
_BOUND = 65_536
_PIECE = b" " * 65_536
_SENT = 256
"""Pieces that are sent at the most: 16 MB."""


async def _no_leaks(bench: Bench) -> Sequence[Finding]:
    for text, where in _told(bench):
        leaked = [one for one in bench.materials.secrets if len(one) >= _SHORTEST]
        if any(one in text for one in leaked):
            seen = f"{where}中有密码或令牌 (a secret)"
            want = "不出现在任何文字里 (nowhere)"
            return [Finding(seen, want, where, bench.place("connection"))]
        numbers = [one for one in _DIGITS.findall(text) if _is_persons(one)]
        if numbers:
            seen = f"{where}中有公民身份号码 (a person's identity number)"
            want = "不出现在错误和日志里 (not in errors and logs)"
            return [Finding(seen, want, where, bench.place("source"))]
    return ()


async def _only_texts(bench: Bench) -> Sequence[Finding]:
    found: list[Finding] = []
    for record_type in bench.record_types:
        records = (await bench.listing(record_type)).records
        if not records:
            continue
        for column, attribute in _text_columns(bench, record_type):
            for text in HOSTILE:
                if words := _misread(bench, records[0], column, attribute, text):
                    place = bench.place(f"{record_type.value}.fields")
                    want = "原样的文字，或被搁置 (the text, or a row set aside)"
                    found.append(Finding(words, want, repr(text), place))
                    break
    return found


async def _bounded(bench: Bench) -> Sequence[Finding]:
    if bench.declaration.kind not in HTTP:
        return ()
    sent = 0

    async def flood(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        answer = web.StreamResponse(headers={"Content-Type": "application/json"})
        await answer.prepare(request)
        for _ in range(_SENT):
            await answer.write(_PIECE)
            sent += 1
        return answer

    outcome = await outcome_of(bench, flood, max_bytes=_BOUND)
    if isinstance(outcome, SourceContractBroken | SourceTimedOut) and sent < _SENT:
        return ()
    seen = f"{sent * len(_PIECE):,} 字节都收下了：{outcome!r} (all of it was read)"
    place = bench.place("connection", "max_bytes")
    return [Finding(seen, EXPECTED["F3"], f"max_bytes = {_BOUND}", place)]


def _told(bench: Bench) -> Iterator[tuple[str, str]]:
    """Give all that the adapter said, each with where it did."""
    yield from ((text, "日志 (logs)") for text in bench.heard)
    yield from ((one.finding.seen, "错误 (errors)") for one in bench.notes)
    yield from ((repr(one.fault), "错误 (errors)") for one in bench.watch.calls)
    for listing in bench.listings.values():
        for record in listing.records[:100]:
            yield repr(record), "记录的描述 (repr of a record)"
        for row in listing.set_aside:
            yield repr(row), "搁置的描述 (repr of a row set aside)"
            yield "；".join(row.reasons), "搁置的原因 (reasons)"
    yield repr(bench.adapter), "适配器的描述 (repr of the adapter)"


def _is_persons(number: str) -> bool:
    return identity_documents.has_birthday(number.upper())


def _text_columns(bench: Bench, record_type: RecordType) -> Iterator[tuple[str, str]]:
    section = bench.declaration.sections[record_type]
    declared = RECORDS[record_type].fields
    told = {*section.natural_key, *section.record_id, *section.withdrawn_when}
    told |= {column for rule in section.fields.values() for column in rule.by_text}
    for rule in section.fields.values():
        plain = len(rule.columns) == 1 and not is_path(rule.columns[0])
        if plain and rule.read == "text" and rule.columns[0] not in told:
            yield rule.columns[0], declared[rule.name].attribute


def _misread(
    bench: Bench, record: SourceRecord, column: str, attribute: str, text: str
) -> str:
    """Say what became of a hostile text; nothing when it is what it was."""
    row = {**record.raw, column: text}
    try:
        read = bench.adapter.read(record.record_type, row, record.as_of)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
        return f"{column}: 抛出 {type(error).__name__} (raises)"
    if isinstance(read, SetAside) or read.values.get(attribute) == text.strip():
        return ""
    return f"{column}: 读成 {str(read.values.get(attribute))[:40]!r} (another text)"


CHECKS = (
    Check("F1", "不泄露密码与个人", "no secrets, no persons", _no_leaks, Need.ROWS),
    Check("F2", "文字就是文字", "hostile text stays text", _only_texts),
    Check("F3", "超大答复被拒", "answers are bounded", _bounded, Need.NOTHING),
)
