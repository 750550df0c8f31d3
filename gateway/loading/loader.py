"""Turns «these records of these enterprises» into one batch per department."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from adapters.contract import Adapter, EnterpriseKey, SourceRecord
from gateway.loading.answers import Answer, Note
from gateway.loading.guard import GuardedSource
from schema.departments import SourceOutcome
from schema.record_type import RecordType


class Core(Protocol):
    """What the loader needs of the core."""

    async def freshness(self) -> Mapping[RecordType, datetime]:
        """Say how fresh each kind of its data is."""

    async def keys_of(self, usccs: Sequence[str]) -> Mapping[str, EnterpriseKey]:
        """Give the keys by which departments may know the enterprises."""

    async def annual_reports(
        self, usccs: Sequence[str]
    ) -> Mapping[str, Sequence[SourceRecord]]:
        """Give the materialized annual reports."""


class Loader:
    """Asks all departments that provide a record type, side by side."""

    def __init__(self, adapters: Mapping[str, Adapter], core: Core) -> None:
        """Ask through `adapters`, each within its own deadline."""
        self._core = core
        self._sources = {
            code: GuardedSource(adapter) for code, adapter in sorted(adapters.items())
        }

    def providers(self, record_type: RecordType) -> Sequence[str]:
        """Name the departments that provide a record type."""
        return [
            code
            for code, source in self._sources.items()
            if record_type in source.adapter.record_types
        ]

    async def load(
        self,
        record_type: RecordType,
        usccs: Sequence[str],
        departments: frozenset[str] | None,
        note: Note,
    ) -> Mapping[str, Sequence[Answer]]:
        """Give every provider's answer for every enterprise, keyed by USCC.

        `departments` limits whom to ask; a code that provides no such records is
        ignored. `note` is told of every question to a department.
        """
        asked = [
            code
            for code in self.providers(record_type)
            if departments is None or code in departments
        ]
        if record_type is RecordType.ANNUAL_REPORT:
            return await self._annual_reports(usccs, asked)
        keys = await self._core.keys_of(usccs)
        known = [keys.get(uscc) or EnterpriseKey(uscc) for uscc in usccs]
        parts = await asyncio.gather(
            *(self._sources[code].ask(record_type, known, note) for code in asked)
        )
        return {uscc: [part[uscc] for part in parts] for uscc in usccs}

    async def _annual_reports(
        self, usccs: Sequence[str], asked: Sequence[str]
    ) -> Mapping[str, Sequence[Answer]]:
        reports = await self._core.annual_reports(usccs)
        as_of = (await self._core.freshness()).get(RecordType.ANNUAL_REPORT)
        if as_of is None:
            fault = "年报尚未同步 (annual reports are not synchronized yet)"
            return {uscc: [_unfilled(code, fault) for code in asked] for uscc in usccs}
        return {
            uscc: [
                Answer(code, SourceOutcome.MATERIALIZED, reports.get(uscc, ()), as_of)
                for code in asked
            ]
            for uscc in usccs
        }


def _unfilled(department: str, reason: str) -> Answer:
    return Answer(department, SourceOutcome.FAILED, reason=reason, complete=False)
