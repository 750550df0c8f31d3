"""Checks a receipt offline, and says in words what it proves."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from gateway.access.audit.entries import hash_of_document, hash_of_variables
from gateway.access.audit.signing import PublicKey, public_key, public_key_of
from gateway.access.receipts.hashes import (
    hash_of_object,
    hash_of_parts,
    hash_of_receipt,
)
from gateway.access.receipts.issuing import KIND
from gateway.errors import OperationRefused
from schema.departments import CompletenessStatus

_BOUNDARY: Final = b"\r\n---"
"""Between the parts of an answer as `multipart/mixed`; behind the last one, too."""


@dataclass(slots=True)
class Verdict:
    """What a receipt proves, and what speaks against it."""

    proved: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Say whether nothing speaks against it."""
        return not self.faults

    def hold(self, words: str, *, true: bool) -> None:
        """Note what was checked."""
        (self.proved if true else self.faults).append(words)


@dataclass(frozen=True, slots=True)
class Beside:
    """What somebody has beside a receipt; None: not given."""

    document: str | None = None
    variables: Mapping[str, object] | None = None
    before: Mapping[str, object] | None = None
    """The receipt before."""


class _Sum(msgspec.Struct):
    verdict: CompletenessStatus
    asked: int
    answered: int
    unasked: int = 0
    stale: Sequence[str] = ()
    denied: Sequence[str] = ()
    missing: Sequence[str] = ()


class _Source(msgspec.Struct, rename="camel"):
    department: str
    record_type: str
    records: int


class _Receipt(msgspec.Struct):
    """What is read of a receipt, once its signature is found good."""

    sequence: int
    previous: str
    time: str
    document: str
    variables: str
    answer: str
    policy: str
    completeness: _Sum | None
    sources: Sequence[_Source]
    parts: int | None = None
    """In how many the answer went out; None: whole."""


def check(saved: bytes, key: PublicKey, beside: Beside | None = None) -> Verdict:
    """Check a saved answer with its receipt, or a receipt alone.

    An answer in parts is saved as it came, or as a JSON list of the parts. Raises
    OperationRefused for what holds no receipt.
    """
    parts = _parts(saved)
    body = parts[-1]
    receipt = _receipt_in(body)
    verdict = Verdict()
    if not key.signed(receipt):
        verdict.faults.append(
            f"签名不是密钥 {key.name} 的 (not signed by this key, or altered)"
        )
        return verdict
    try:
        read = msgspec.convert(receipt, _Receipt)
    except msgspec.ValidationError:
        verdict.faults.append("回执的内容无法读取 (of a version that can't be read)")
        return verdict
    words = f"由密钥 {key.name} 签发于 {read.time}，第 {read.sequence} 号 (signed)"
    verdict.proved.append(words)
    if body is not receipt:
        same = read.answer == _hash_of(parts, read)
        told = "与回执一致 (is what was said)" if same else "与回执不符 (was altered)"
        verdict.hold(f"答复 {told}", true=same)
    _hold_beside(verdict, read, beside or Beside())
    verdict.proved += words_of(read)
    return verdict


def _hash_of(parts: Sequence[Mapping[str, object]], read: _Receipt) -> str | None:
    """Hash an answer as its receipt does; None where parts of it are not there."""
    if read.parts is None:
        return hash_of_object(parts[0]) if len(parts) == 1 else None
    return hash_of_parts(hash_of_object(one) for one in parts)


def words_of(receipt: _Receipt) -> Sequence[str]:
    """Say what a genuine receipt proves."""
    found = sum(one.records for one in receipt.sources)
    heard = receipt.completeness
    if heard is None:
        return ["未询问任何部门 (no department was asked)"]
    departments = f"{heard.answered}/{heard.asked} 个部门 (departments)"
    if heard.verdict is CompletenessStatus.COMPLETE:
        if found == 0:
            return [
                f"查无记录，且 {heard.asked} 个部门均已答复 "
                f"(nothing found, and all {heard.asked} departments answered)"
            ]
        return [
            f"共 {found} 条记录，{heard.asked} 个部门均已答复 "
            f"({found} records, and all {heard.asked} departments answered)"
        ]
    lines = [
        f"{found} 条记录；未全部答复，只有 {departments} 完整答复："
        "“没有”不成立 (not all were heard: that there is no more is not proved)"
    ]
    for name, codes in (
        ("未答复 missing", heard.missing),
        ("旧数据 stale", heard.stale),
        ("无权 denied", heard.denied),
    ):
        if codes:
            lines.append(f"{name}: {', '.join(codes)}")
    return lines


def read_key(path: Path) -> PublicKey:
    """Read a key as PEM, or as the gateway publishes it; raises OperationRefused."""
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return public_key(path)
    try:
        x = str(content["keys"][0]["x"])
        return public_key_of(base64.urlsafe_b64decode(x + "=" * (-len(x) % 4)))
    except (LookupError, TypeError, ValueError, binascii.Error) as error:
        raise OperationRefused(f"{path} 不是公钥 (no public key)") from error


def _hold_beside(verdict: Verdict, read: _Receipt, beside: Beside) -> None:
    if beside.document is not None:
        same = read.document == hash_of_document(beside.document)
        verdict.hold(_compared("查询文本 document", same), true=same)
    if beside.variables is not None:
        same = read.variables == hash_of_variables(beside.variables)
        verdict.hold(_compared("变量 variables", same), true=same)
    if beside.before is not None:
        same = read.previous == hash_of_receipt(_receipt_in(beside.before))
        verdict.hold(_compared("上一张回执 receipt before", same), true=same)


def _compared(what: str, same: bool) -> str:  # noqa: FBT001 - it is what is told
    return f"{what} {'一致 (the same)' if same else '不符 (another)'}"


def _receipt_in(body: Mapping[str, object]) -> Mapping[str, object]:
    extensions = body.get("extensions")
    found = extensions.get("receipt") if isinstance(extensions, dict) else body
    if not isinstance(found, dict) or found.get("kind") != KIND:
        raise OperationRefused("其中没有回执 (there is no receipt in it)")
    return found


def _parts(saved: bytes) -> Sequence[dict[str, object]]:
    """Read what was saved: a JSON object, a list of parts, or these as multipart."""
    written = saved.split(_BOUNDARY)[1:] if saved.startswith(_BOUNDARY) else None
    try:
        if written is None:
            body = json.loads(saved)
        else:
            body = [json.loads(one.partition(b"\r\n\r\n")[2]) for one in written[:-1]]
    except ValueError as error:
        raise OperationRefused("不是 JSON (not JSON)") from error
    parts = body if isinstance(body, list) else [body]
    if not parts or not all(isinstance(one, dict) for one in parts):
        raise OperationRefused("其中没有回执 (there is no receipt in it)")
    return parts
