"""What is recorded of a look, and what is not."""

import asyncio
import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings, strategies as st

from gateway.access.audit.commands import (
    export,
    prune_all,
    show_checkpoint,
    verify_all,
)
from gateway.access.audit.entries import Found, hash_of_document, hash_of_variables
from gateway.access.audit.errors import AuditUnavailable
from gateway.access.audit.export import Form
from gateway.access.audit.kept_documents import KeptDocuments, without_literals
from gateway.access.audit.log import DOCUMENTS, KEY, open_log
from gateway.access.audit.seen import calls_of, seen
from gateway.access.audit.signing import public_key, signing_key
from gateway.access.audit.verification import chains
from gateway.access.viewer import Caller, Viewer
from gateway.errors import OperationRefused
from gateway.loading.answers import Answer, Note, SourceCall
from schema.departments import SourceOutcome
from schema.record_type import RecordType
from tests.gateway.access.audit.looks import (
    NOON,
    OTHER,
    USCC,
    Clock,
    call,
    caller,
    matter,
)

NAMED = '{ enterprise(name: "张三") { name } } # 李四\nquery B { a(b: """王五""") }'


def everything_in(directory: Path) -> bytes:
    return b"".join(one.read_bytes() for one in directory.rglob("*") if one.is_file())


@pytest.mark.anyio
async def test_a_look_is_recorded_with_all_but_what_is_personal(tmp_path: Path):
    async with open_log(tmp_path, Clock()) as log:
        calls = [call("QH-EPD", USCC, OTHER, records=2), call("QH-HD", USCC)]
        line = await log.write(caller(), matter(*calls, document=NAMED), 0.25)
    entry = msgspec.json.decode(line.text, type=Found)
    assert entry.subject == "analyst-7"
    assert entry.time == NOON
    assert entry.enterprises == sorted([USCC, OTHER])
    assert entry.records == {"QH-EPD": {"PENALTY": 4}, "QH-HD": {"PENALTY": 0}}
    assert entry.document == hash_of_document(NAMED)
    assert entry.variables == hash_of_variables({"uscc": USCC})
    assert entry.microseconds == 250_000
    kept = KeptDocuments(tmp_path / DOCUMENTS).text(entry.document)
    assert kept == '{ enterprise(name: "…") { name } } #\nquery B { a(b: "…") }'
    for name in ("张三", "李四", "王五"):
        assert name.encode() not in everything_in(tmp_path)


@pytest.mark.anyio
async def test_what_is_given_again_is_recorded_again(tmp_path: Path):
    async with open_log(tmp_path, Clock()) as log:
        same = matter(call("QH-EPD", USCC, records=1))
        first = await log.write(caller("a"), same, 0.1)
        second = await log.write(caller("b"), same, 0.0)
    one, two = (msgspec.json.decode(x.text, type=Found) for x in (first, second))
    assert one.records == two.records == {"QH-EPD": {"PENALTY": 1}}
    assert (one.subject, two.subject) == ("a", "b")


@pytest.mark.anyio
async def test_each_gateway_has_its_own_chain(tmp_path: Path):
    async with open_log(tmp_path, Clock()) as one, open_log(tmp_path, Clock()) as two:
        await asyncio.gather(*(x.write(caller(), matter(), 0) for x in (one, two)))
    assert [one.name for one in chains(tmp_path)] == ["gateway-1", "gateway-2"]
    assert verify_all(tmp_path, None, None)


@pytest.mark.anyio
async def test_what_cannot_be_written_is_said_and_tried_again(tmp_path: Path):
    async with open_log(tmp_path, Clock()) as log:
        (tmp_path / DOCUMENTS).write_text("in the way")
        with pytest.raises(AuditUnavailable):
            await log.write(caller(), matter(), 0)
        (tmp_path / DOCUMENTS).unlink()
        await log.write(caller(), matter(), 0)
    assert verify_all(tmp_path, None, None)


def test_who_was_asked_about_was_seen_unless_nobody_answered():
    failed = Answer("QH-XN", SourceOutcome.FAILED, complete=False)
    silent = SourceCall("QH-XN", RecordType.LICENCE, {OTHER: failed}.values(), 1, 1.0)
    note = Note()
    note(call("QH-HD", USCC, records=3))
    note(silent)
    found = seen(calls_of(note), ["X"], 2)
    assert found.enterprises == sorted([USCC, OTHER, "X"])[:2]
    assert found.count == 3
    assert found.records == {"QH-HD": {"PENALTY": 3}}


@settings(deadline=None, max_examples=60)
@given(st.text())
def test_any_document_can_be_kept(document: str):
    without_literals(document)


def test_only_so_many_documents_are_kept(tmp_path: Path):
    documents = KeptDocuments(tmp_path / "documents", most=2)
    names = [documents.keep(f"{{ a{number} }}") for number in range(3)]
    assert [documents.text(one) for one in names] == ["{ a0 }", "{ a1 }", None]
    assert KeptDocuments(tmp_path / "documents", most=2).keep("{ a0 }") == names[0]


@pytest.mark.anyio
async def test_the_commands(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]):
    formula = Caller(Viewer("=HYPERLINK(1)", caller().viewer.role), "查")
    async with open_log(tmp_path, Clock()) as log:
        await log.write(caller(), matter(call("QH-HD", USCC, records=1)), 0.1)
        await log.write(formula, matter(), 0.1)
    capfdbinary.readouterr()
    export(tmp_path, NOON.date(), NOON.date(), Form.NDJSON)
    lines = capfdbinary.readouterr().out.splitlines()
    assert [json.loads(one)["sequence"] for one in lines] == [2, 3]
    export(tmp_path, None, None, Form.CSV)
    told = capfdbinary.readouterr().out.decode("utf-8-sig").splitlines()
    assert told[1].startswith("gateway-1,2,2016-10-20 12:00:00+08:00,analyst-7,analyst")
    assert f"{USCC},QH-HD/PENALTY=1" in told[1]
    assert "'=HYPERLINK(1)" in told[2]
    export(tmp_path, None, NOON.date().replace(day=19), Form.NDJSON)
    assert not capfdbinary.readouterr().out
    show_checkpoint(tmp_path)
    kept = tmp_path / "kept.json"
    kept.write_bytes(capfdbinary.readouterr().out)
    assert verify_all(tmp_path, kept, None)
    assert "as it was written" in capfdbinary.readouterr().out.decode()
    prune_all(tmp_path, NOON.date())
    kept.write_bytes(kept.read_bytes().replace(b'"chain":"', b'"chain":"x'))
    with pytest.raises(OperationRefused, match="is not there"):
        verify_all(tmp_path, kept, None)
    with pytest.raises(OperationRefused, match="no audit log"):
        verify_all(tmp_path / "elsewhere", None, None)


def test_the_key_is_made_once_and_read_again(tmp_path: Path):
    key = signing_key(tmp_path / KEY)
    assert signing_key(tmp_path / KEY).public.name == key.public.name
    assert (tmp_path / KEY).stat().st_mode & 0o777 == 0o600
    public = tmp_path / "public.pem"
    public.write_text(key.public.pem)
    signed = key.sign({"a": 1})
    assert public_key(public).signed(signed)
    assert not public_key(public).signed({**signed, "a": 2})
    for content in ("", "-----BEGIN PRIVATE KEY-----\n"):
        public.write_text(content)
        with pytest.raises(OperationRefused, match="Ed25519"):
            public_key(public)
