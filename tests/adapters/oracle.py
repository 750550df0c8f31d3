"""Compares what an adapter gives with what is true."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from adapters.contract import Adapter, Ask, EnterpriseKey, SourceRecord
from mock_departments.world.model import TrueRecord
from schema.record_type import RecordType
from schema.records import RECORDS
from tests.adapters.kinds.truth import plain

UNWRITTEN = {"QH-LRD": {"validFrom", "validTo"}}
"""Facts that a department's own form does not carry to the day."""


def differences(truth: TrueRecord, found: SourceRecord) -> Iterator[str]:
    declared = RECORDS[found.record_type].fields
    for name, expected in truth.facts.items():
        if name not in declared or name in UNWRITTEN.get(truth.department, ()):
            continue
        value = plain(found.values.get(declared[name].attribute))
        if value in (None, []) or name == "status":
            continue
        wanted = expected.strip() if isinstance(expected, str) else expected
        if declared[name].kind == "decimal" and expected is not None:
            wanted = Decimal(str(expected)).normalize()
        if value != wanted:
            yield f"{name}: {value!r} instead of {wanted!r}"


async def check(
    adapter: Adapter,
    record_type: RecordType,
    truths: Sequence[TrueRecord],
    keys: Mapping[str, EnterpriseKey],
) -> None:
    expected: dict[str, list[TrueRecord]] = {}
    for truth in truths:
        if truth.dirt & {"bad_check_digit", "unknown_code", "unknown_name"}:
            continue
        for uscc in truth.usccs:
            expected.setdefault(uscc, []).append(truth)
    silent = [uscc for uscc in sorted(keys) if uscc not in expected][:20]
    asked = [*expected, *silent]
    fetched = await adapter.fetch(Ask(record_type, tuple(keys[u] for u in asked)))
    assert not fetched.failed, dict(list(fetched.failed.items())[:2])
    faults = []
    for uscc in asked:
        records = fetched.records[uscc]
        if len(records) != len(expected.get(uscc, ())):
            if uscc in fetched.unsure:
                continue
            faults.append(f"{uscc}: {len(records)} of {len(expected.get(uscc, ()))}")
            continue
        left = list(records)
        for truth in expected.get(uscc, ()):
            best = min(left, key=lambda r: len(list(differences(truth, r))))
            left.remove(best)
            faults += [f"{uscc} {d}" for d in differences(truth, best)]
    assert not faults, (record_type, len(faults), faults[:10])
