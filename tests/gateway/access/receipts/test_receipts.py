"""A receipt proves what was said, and that everybody was heard; nothing else does."""

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from subprocess import run
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from adapters.contract import SourceRecord
from gateway.access.audit.log import KEY
from gateway.access.audit.signing import public_key, signing_key
from gateway.access.audit.verification import verify as verify_chain
from gateway.access.receipts.checking import Beside, Verdict, check, read_key
from gateway.access.receipts.commands import show_key, verify
from gateway.access.receipts.hashes import hash_of_answer, hash_of_receipt
from gateway.access.receipts.issuing import Said, open_receipts, published
from gateway.errors import OperationRefused
from gateway.loading.answers import Answer, SourceCall
from schema.departments import SourceOutcome
from schema.record_type import RecordType

NOON = datetime.fromisoformat("2016-10-20T12:00:00+08:00")
DOCUMENT = "query ($uscc: USCC!) { enterprise(uscc: $uscc) { name } }"
VARIABLES = {"uscc": "916300007105213377"}
DATA = {"data": {"enterprise": {"name": "青海某某有限公司", "fine": 5000.0}}}
WHOLE = {"verdict": "COMPLETE", "asked": 2, "answered": 2, "ruledOut": 0, "unasked": 0}
PARTIAL = {**WHOLE, "verdict": "PARTIAL", "answered": 1, "missing": ["QH-XN"]}
Receipt = dict[str, Any]


def record(number: str) -> SourceRecord:
    kind = RecordType.PENALTY
    return SourceRecord(kind, number, (), {}, NOON, raw={"number": number})


def call(department: str, *numbers: str) -> SourceCall:
    records = [record(one) for one in numbers]
    answer = Answer(department, SourceOutcome.LIVE, records, NOON)
    return SourceCall(department, RecordType.PENALTY, {"A": answer}.values(), 1, 1.0)


def said(*calls: SourceCall, completeness: Mapping[str, object] | None = WHOLE) -> Said:
    answer = json.dumps(DATA, ensure_ascii=False).encode()
    return Said(DOCUMENT, VARIABLES, answer, calls, completeness, NOON, "3")


async def issued(root: Path, *all_said: Said) -> Sequence[Receipt]:
    async with open_receipts(root, lambda: NOON) as receipts:
        return [await receipts.issue(one) for one in all_said]


def saved(receipt: Receipt, answer: Mapping[str, object] = DATA) -> bytes:
    beside = {"completeness": WHOLE, "receipt": receipt}
    return json.dumps({**answer, "extensions": beside}).encode()


def checked(root: Path, content: bytes, beside: Beside | None = None) -> Verdict:
    return check(content, public_key(root / KEY), beside)


@pytest.mark.anyio
async def test_a_saved_answer_is_what_was_said(tmp_path: Path):
    calls = call("QH-EPD", "b", "a"), call("QH-XN")
    (receipt,) = await issued(tmp_path, said(*calls))
    assert receipt["sources"][0] == {
        "department": "QH-EPD",
        "recordType": "PENALTY",
        "outcomes": {"LIVE": 1},
        "asOf": NOON.isoformat(),
        "records": 2,
        "digest": sha256(
            "".join(sorted(f"{record(one).digest}\n" for one in "ab")).encode()
        ).hexdigest(),
        "complete": True,
    }
    verdict = checked(tmp_path, saved(receipt), Beside(DOCUMENT, VARIABLES))
    assert verdict.good
    assert "2 records, and all 2 departments answered" in verdict.proved[-1]
    assert len(verdict.proved) == 5
    assert checked(tmp_path, json.dumps(receipt).encode()).good


@pytest.mark.anyio
async def test_that_nothing_was_found_is_proved_only_when_all_answered(tmp_path: Path):
    none = call("QH-EPD"), call("QH-XN")
    whole, half, nobody = await issued(
        tmp_path,
        said(*none),
        said(*none, completeness=PARTIAL),
        said(completeness=None),
    )
    proved = checked(tmp_path, saved(whole)).proved
    assert "nothing found, and all 2 departments answered" in proved[-1]
    proved = checked(tmp_path, saved(half)).proved
    assert "not all were heard" in proved[-2]
    assert proved[-1].endswith("QH-XN")
    assert "no department was asked" in checked(tmp_path, saved(nobody)).proved[-1]


@pytest.mark.anyio
async def test_what_was_altered_does_not_hold(tmp_path: Path):
    first, second = await issued(tmp_path, said(call("QH-EPD")), said(call("QH-EPD")))
    other = {"data": {"enterprise": None}}
    verdict = checked(tmp_path, saved(first, other))
    assert verdict.faults == ["答复 与回执不符 (was altered)"]
    for name, value in first.items():
        altered = {**first, name: 7 if isinstance(value, str) else "7"}
        if name != "kind":
            assert not checked(tmp_path, saved(altered)).good, name
    beside = Beside("{ a }", {}, second)
    assert len(checked(tmp_path, saved(second), beside).faults) == 3
    assert checked(tmp_path, saved(second), Beside(before=first)).good
    assert second["previous"] == hash_of_receipt(first)


@pytest.mark.anyio
async def test_receipts_are_a_chain_that_can_be_verified(tmp_path: Path):
    await issued(tmp_path, said(), said())
    await issued(tmp_path, said())
    report = verify_chain(tmp_path / "gateway-1", public_key(tmp_path / KEY))
    assert report.good
    assert report.last == 4


@pytest.mark.anyio
async def test_anybody_can_check_it_with_openssl(tmp_path: Path):
    (receipt,) = await issued(tmp_path, said(call("QH-EPD", "a")))
    signature = base64.b64decode(receipt.pop("signature"))
    (tmp_path / "signature").write_bytes(signature)
    (tmp_path / "key").write_text(public_key(tmp_path / KEY).pem)
    text = json.dumps(
        receipt, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    (tmp_path / "signed").write_text(text, encoding="utf-8")
    command = "openssl pkeyutl -verify -pubin -inkey key -rawin -in signed"
    checked = run(  # noqa: ASYNC221 - nothing else runs here
        [*command.split(), "-sigfile", "signature"], cwd=tmp_path, check=False
    )
    assert checked.returncode == 0


@pytest.mark.anyio
async def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (receipt,) = await issued(tmp_path / "receipts", said())
    key = signing_key(tmp_path / "receipts" / KEY).public
    file, jwks, pem = (tmp_path / name for name in ("answer", "jwks", "pem"))
    file.write_bytes(saved(receipt))
    jwks.write_text(json.dumps(published(key)))
    show_key(tmp_path / "receipts")
    pem.write_text(capsys.readouterr().out)
    for given_key in (jwks, pem, None):
        assert verify(tmp_path / "receipts", file, given_key)
    assert "✓" in capsys.readouterr().out
    (tmp_path / "document").write_text("{ another }")
    assert not verify(tmp_path / "receipts", file, pem, tmp_path / "document")
    assert "✗ 查询文本" in capsys.readouterr().out
    other = tmp_path / "other.pem"
    signing_key(other)
    assert not verify(tmp_path / "receipts", file, other)
    jwks.write_text("{}")
    with pytest.raises(OperationRefused, match="no public key"):
        read_key(jwks)
    with pytest.raises(OperationRefused, match="can't be read"):
        verify(tmp_path / "receipts", tmp_path / "nothing")


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"extensions":{}}', b"\xff"])
def test_what_holds_no_receipt_is_refused(content: bytes, tmp_path: Path):
    signing_key(tmp_path / KEY)
    with pytest.raises(OperationRefused):
        checked(tmp_path, content)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(st.text(), _JSON), _JSON)
def test_an_answer_has_one_hash_however_it_is_written(
    answer: dict[str, object], extensions: object
):
    answer.pop("extensions", None)
    plain = json.dumps(answer).encode()
    other = {"extensions": extensions, **dict(reversed(answer.items()))}
    assert hash_of_answer(plain) == hash_of_answer(json.dumps(other, indent=1).encode())
