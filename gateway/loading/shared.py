"""What other gateways learned from one department."""

import asyncio
from collections.abc import Mapping, Sequence

from adapters.contract import Adapter, SetAside, SourceRecord
from gateway.loading.clocks import Clocks
from gateway.loading.entries import Entry, entry
from gateway.loading.sharing import Sharing
from gateway.loading.tier import Stored, read
from schema.record_type import RecordType

_AHEAD = 1.0
"""Seconds by which another gateway's clock may be ahead of ours."""
_AT_A_STRETCH = 100
"""Entries that are read before others may run."""


class SharedEntries:
    """Reads what is shared as the department's declaration says now."""

    def __init__(self, adapter: Adapter, sharing: Sharing, clocks: Clocks) -> None:
        """Read rows by `adapter`."""
        self._adapter = adapter
        self._department = adapter.department
        self._sharing = sharing
        self._clocks = clocks

    async def get(
        self, record_type: RecordType, usccs: Sequence[str]
    ) -> Mapping[str, Entry]:
        """Give what others learned, whatever its age, by USCC."""
        places = [(self._department, record_type, uscc) for uscc in usccs]
        found: dict[str, Entry] = {}
        texts = await self._sharing.get(places)
        for number, (place, text) in enumerate(texts.items(), 1):
            if number % _AT_A_STRETCH == 0:
                await asyncio.sleep(0)
            stored = read(text)
            known = None if stored is None else self._entry(record_type, stored)
            if known is not None:
                found[place[2]] = known
        return found

    def put(self, record_type: RecordType, learned: Mapping[str, Entry]) -> None:
        """Let others have what was learned, by USCC."""
        edition = self._adapter.edition(record_type)
        behind = self._clocks.wall() - self._clocks.ages()
        self._sharing.put(
            {
                (self._department, record_type, uscc): Stored(
                    edition,
                    one.since + behind,
                    one.as_of,
                    one.fetched_at,
                    [(record.raw, record.as_of) for record in one.records],
                )
                for uscc, one in learned.items()
            }
        )

    def _entry(self, record_type: RecordType, stored: Stored) -> Entry | None:
        """Make an entry; None when it was asked for otherwise, or makes no sense."""
        age = self._clocks.wall() - stored.asked
        if stored.edition != self._adapter.edition(record_type) or age < -_AHEAD:
            return None
        records: list[SourceRecord] = []
        for row, as_of in stored.rows:
            record = self._adapter.read(record_type, row, as_of)
            if isinstance(record, SetAside):
                return None
            records.append(record)
        since = self._clocks.ages() - max(age, 0.0)
        return entry(tuple(records), stored.as_of, stored.fetched_at, since)
