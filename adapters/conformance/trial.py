"""One question to a department: what was said, answered, mapped and set aside."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import orjson

from adapters.conformance.checks.recorded import shown
from adapters.conformance.masking import (
    HIDDEN,
    personal,
    plain_reason,
    without_numbers,
    without_secrets,
)
from adapters.conformance.pointing import HTTP
from adapters.conformance.relay import Spoken, relaying
from adapters.conformance.watched import Watch, watched
from adapters.contract import Ask, EnterpriseKey, Fetched, SetAside, Transport
from adapters.declaration import Declaration
from adapters.errors import SourceError
from adapters.registry import maker
from adapters.row_notation import write_row
from adapters.section import Section
from adapters.source import DeclaredAdapter
from schema.record_type import RecordType


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one question about one record type; secrets and persons masked."""

    record_type: RecordType
    spoken: Sequence[Spoken]
    records: Sequence[Mapping[str, object]]
    """As cases write them, by field of the contract."""
    set_aside: Sequence[str]
    unsure: Mapping[str, str]
    failed: str = ""


async def try_http(
    declaration: Declaration,
    record_type: RecordType,
    enterprises: Sequence[EnterpriseKey],
    secrets: Sequence[str],
) -> Trial:
    """Ask over HTTP, overhearing what is said.

    `declaration` has its `${NAME}` filled in. Raises DeclarationError.
    """
    async with relaying(declaration.connection) as relay:
        kept = {k: v for k, v in declaration.connection.items() if k != "tls"}
        own = replace(declaration, connection={**kept, "base_url": relay.url})
        adapter = DeclaredAdapter(own, maker(own)(own, {}))
        try:
            found = await _ask(adapter, record_type, enterprises)
        finally:
            await adapter.close()
        section = declaration.sections[record_type]
        return _trial(section, relay.spoken, found, secrets)


async def try_rows(
    declaration: Declaration,
    transport: Transport,
    record_type: RecordType,
    enterprises: Sequence[EnterpriseKey],
    secrets: Sequence[str],
) -> Trial:
    """Ask a source that does not speak HTTP; its rows are the answer."""
    watch = Watch()
    adapter = DeclaredAdapter(declaration, watched(transport, watch))
    try:
        found = await _ask(adapter, record_type, enterprises)
    finally:
        await adapter.close()
    section = declaration.sections[record_type]
    spoken = [
        Spoken(
            f"{section.options.get('view', record_type.value)}: {'、'.join(call.keys)}",
            _rows(call.rows.rows if call.rows else ()),
        )
        for call in watch.calls
    ]
    if not spoken and isinstance(found, Fetched):
        held = str(section.options.get("pattern", "推送的报文 (pushed messages)"))
        spoken = [Spoken(held, _rows(_given(found)))]
    return _trial(section, spoken, found, secrets)


def speaks_http(declaration: Declaration) -> bool:
    """Say whether what is said can be overheard."""
    return declaration.kind in HTTP


async def _ask(
    adapter: DeclaredAdapter,
    record_type: RecordType,
    enterprises: Sequence[EnterpriseKey],
) -> Fetched | SourceError:
    try:
        return await adapter.fetch(Ask(record_type, tuple(enterprises)))
    except SourceError as error:
        return error


def _trial(
    section: Section,
    spoken: Sequence[Spoken],
    found: Fetched | SourceError,
    secrets: Sequence[str],
) -> Trial:
    hide = _Hiding(section, secrets)
    said = [Spoken(hide.text(one.request), hide.text(one.answer)) for one in spoken]
    if isinstance(found, SourceError):
        return Trial(section.record_type, said, (), (), {}, found.reason)
    records = [
        hide.record(shown(one, code))
        for code, records in found.records.items()
        for one in records
    ]
    aside = [_aside(one) for one in found.set_aside]
    failed = "；".join(dict.fromkeys(str(one) for one in found.failed.values()))
    unsure = {code: without_numbers(words) for code, words in found.unsure.items()}
    return Trial(section.record_type, said, records, aside, unsure, failed)


@dataclass(frozen=True, slots=True)
class _Hiding:
    """Masks what is shown of one section."""

    section: Section
    secrets: Sequence[str]

    def text(self, text: str) -> str:
        """Mask secrets, columns about persons, and identity numbers."""
        for column in self._columns():
            name = re.escape(column)
            text = re.sub(
                rf'("{name}"\s*:\s*)(?:"(?:[^"\\]|\\.)*"|\[[^\]]*\]|[^,}}\]\s]+)',
                rf'\1"{HIDDEN}"',
                text,
            )
            text = re.sub(rf"(<{name}>)[^<]+(</{name}>)", rf"\1{HIDDEN}\2", text)
        return without_numbers(without_secrets(text, self.secrets))

    def record(self, record: Mapping[str, object]) -> Mapping[str, object]:
        """Mask the fields about persons."""
        masked = personal(self.section.record_type)
        return {
            name: HIDDEN if name in masked else value for name, value in record.items()
        }

    def _columns(self) -> Iterable[str]:
        masked = personal(self.section.record_type)
        for rule in self.section.fields.values():
            if rule.name in masked:
                yield from (column.rpartition(".")[2] for column in rule.columns)


def _aside(row: SetAside) -> str:
    reasons = (plain_reason(reason, row.record_type) for reason in row.reasons)
    return f"{row.position}: {'；'.join(reasons)}"


def _given(found: Fetched) -> Sequence[Mapping[str, object]]:
    read = [one.raw for records in found.records.values() for one in records]
    return [*read, *(one.raw for one in found.set_aside)]


def _rows(rows: Sequence[Mapping[str, object]]) -> str:
    written = [write_row(row) for row in rows]
    return orjson.dumps(written, option=orjson.OPT_INDENT_2).decode()
