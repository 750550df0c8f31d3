"""Every department, as it really answers, against what is true."""

from pathlib import Path

import pytest

from adapters.contract import EnterpriseKey
from adapters.registry import DEPARTMENTS, load_all
from mock_departments.host import KIND_OF
from mock_departments.world.reader import StoredWorld
from schema.record_type import RecordType
from tests.adapters.oracle import check
from tests.world import running

PULLED = sorted(code for code, kind in KIND_OF.items() if kind != "push")


@pytest.mark.anyio
@pytest.mark.parametrize("code", PULLED)
async def test_answers_are_what_is_true(
    code: str, world: StoredWorld, keys: dict[str, EnterpriseKey], tmp_path: Path
):
    async with running(world, tmp_path, code) as host:
        registry = load_all(DEPARTMENTS, host.environment)
        adapter = registry.adapters[code]
        try:
            for record_type in sorted(adapter.record_types, key=lambda r: r.value):
                if record_type in {RecordType.REGISTRATION, RecordType.ANNUAL_REPORT}:
                    continue
                truths = world.records(code, record_type.value)
                await check(adapter, record_type, truths, keys)
        finally:
            await adapter.close()
