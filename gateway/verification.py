"""Asks a department anew for one record, so that its digest can be checked."""

import asyncio
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from rich.console import Console

from adapters.contract import Adapter, Ask, EnterpriseKey, SourceRecord
from adapters.digests import canonical
from adapters.errors import SourceError
from adapters.listing import list_all
from gateway.errors import OperationRefused
from gateway.loading.told import RecordName, read_record_id
from gateway.opening import Gateway, open_gateway
from gateway.progress import bars
from gateway.sealing import sealed_by
from gateway.settings import Settings
from schema.codes import uscc as codes

_DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody was told."""

    record_id: str
    uscc: str | None = None
    """Of the enterprise, which spares listing the department."""
    digest: str | None = None


async def verify(
    settings: Settings, environment: Mapping[str, str], claim: Claim
) -> bool:
    """Print the original and its digest; say whether that is the digest claimed.

    The original goes to standard output, alone; all else to standard error. Raises
    OperationRefused for a claim that can't be read, a department that can't be asked,
    and a record that it doesn't give.
    """
    name, digest = _name(claim.record_id), _digest(claim.digest)
    gateway = await open_gateway(settings, environment)
    try:
        adapter = _adapter(gateway, name)
        found = await _found(gateway, adapter, name, claim.uscc, digest)
        fetched_at = settings.now()
    finally:
        await gateway.close()
    sys.stdout.buffer.write(canonical(found.raw) + b"\n")
    sys.stdout.buffer.flush()
    forms = found.digest, sealed_by(settings.secret)(found.digest)
    _tell(found, name, fetched_at, digest, equal=digest in forms)
    return digest is None or digest in forms


def _name(record_id: str) -> RecordName:
    try:
        return read_record_id(record_id)
    except ValueError:
        raise OperationRefused(f"{record_id!r} 不是记录标识 (no record's id)") from None


def _digest(written: str | None) -> str | None:
    if written is None:
        return None
    digest = written.strip().lower()
    if _DIGEST.fullmatch(digest):
        return digest
    raise OperationRefused("摘要应为 64 位十六进制数 (a digest has 64 hex digits)")


def _adapter(gateway: Gateway, name: RecordName) -> Adapter:
    adapter = gateway.adapters.get(name.department)
    if adapter is None or name.record_type not in adapter.record_types:
        raise OperationRefused(
            f"{name.department} 不提供 {name.record_type.value} "
            "(no such department, or it provides no such records)"
        )
    return adapter


async def _found(
    gateway: Gateway,
    adapter: Adapter,
    name: RecordName,
    uscc: str | None,
    digest: str | None,
) -> SourceRecord:
    seconds = adapter.deadline if uscc else gateway.settings.scan_deadline
    try:
        async with asyncio.timeout(seconds):
            if uscc is None:
                found = await _listed(adapter, name, digest)
            else:
                key = await _key(gateway, uscc)
                found = await _asked(adapter, name, key, digest)
    except TimeoutError:
        raise OperationRefused(
            f"{name.department}: {seconds:g} 秒内未答复 (no answer in time)"
        ) from None
    except SourceError as error:
        raise OperationRefused(f"{name.department}: {error.reason}") from error
    if found is None:
        raise OperationRefused(
            f"{name.department} 没有给出记录 {name.number} (does not give this record)"
        )
    return found


async def _key(gateway: Gateway, uscc: str) -> EnterpriseKey:
    """Give the key of an enterprise, with number and names where the core has them."""
    if not codes.is_valid(uscc):
        raise OperationRefused(f"{uscc!r} 不是统一社会信用代码 (no valid code)")
    return (await gateway.core.keys_of([uscc])).get(uscc) or EnterpriseKey(uscc)


async def _asked(
    adapter: Adapter, name: RecordName, key: EnterpriseKey, digest: str | None
) -> SourceRecord | None:
    fetched = await adapter.fetch(Ask(name.record_type, (key,)))
    if key.uscc in fetched.failed:
        raise fetched.failed[key.uscc]
    return _meant(fetched.records[key.uscc], name, digest)


async def _listed(
    adapter: Adapter, name: RecordName, digest: str | None
) -> SourceRecord | None:
    """Look through all that the department holds: what it says last counts."""
    found, read = None, 0
    with bars(Console(stderr=True)) as show:
        async for page in list_all(adapter, name.record_type):
            found = _meant(page.records, name, digest) or found
            if found is not None and found.digest == digest:
                break
            read += len(page.records) + len(page.set_aside)
            show(adapter.department, min(read / page.total, 1.0) if page.total else 0.0)
    return found


def _meant(
    records: Iterable[SourceRecord], name: RecordName, digest: str | None
) -> SourceRecord | None:
    """Give the record of this number: the one with the digest, else the last."""
    found = [one for one in records if one.source_record_id == name.number]
    same = (one for one in found if one.digest == digest)
    return next(same, found[-1] if found else None)


def _tell(
    record: SourceRecord,
    name: RecordName,
    fetched_at: datetime,
    digest: str | None,
    *,
    equal: bool,
) -> None:
    facts = [
        f"部门 department   {name.department}",
        f"类型 type         {name.record_type.value}",
        f"编号 number       {name.number}",
        f"数据时间 as of     {record.as_of.isoformat()}",
        f"取得 fetched      {fetched_at.isoformat()}",
        f"SHA-256          {record.digest}",
    ]
    if digest is not None:
        facts.append("相同 equal" if equal else f"不同 DIFFERENT  {digest} (given)")
    console = Console(stderr=True, soft_wrap=True)
    console.print("\n".join(facts), highlight=False, markup=False)
