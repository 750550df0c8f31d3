"""The keys by which departments may know enterprises, kept while the core stays."""

from collections.abc import Mapping, Sequence
from itertools import islice

from adapters.contract import EnterpriseKey
from gateway.core.reading import Reads, of_keys
from schema.record_type import RecordType

KEPT = 32_768
"""Enterprises whose keys are kept at the most; some 0.5 kB each."""
_STATE = (
    "SELECT source, record_type, cursor, generation, as_of, completed_at "
    "FROM sync_state ORDER BY source, record_type"
)
"""What every page of a synchronization changes, by whatever process it runs in."""
_KEYS = (
    "SELECT r.uscc, r.registration_number, b.name_key, EXISTS (SELECT 1 FROM bearer "
    "AS o WHERE o.name_key = b.name_key AND o.uscc <> b.uscc) FROM registration AS r "
    "LEFT JOIN bearer AS b ON b.uscc = r.uscc WHERE r.uscc IN :keys "
    "ORDER BY r.uscc, b.current DESC, b.name_key"
)


class Keys:
    """Reads keys, and keeps them until a synchronization goes on."""

    def __init__(self, reads: Reads, most: int = KEPT) -> None:
        """Read from the core's tables; keep the keys of so many at the most."""
        self._reads = reads
        self._most = most
        self._state: Sequence[tuple[object, ...]] = ()
        self._kept: dict[str, EnterpriseKey] = {}

    async def of(self, usccs: Sequence[str]) -> Mapping[str, EnterpriseKey]:
        """Give the keys of those that exist."""
        kept = await self._still_true()
        found = {uscc: kept[uscc] for uscc in usccs if uscc in kept}
        if len(found) < len(usccs):
            read = await self._read([uscc for uscc in usccs if uscc not in found])
            found.update(read)
            kept.update(read)
            for uscc in list(islice(kept, max(len(kept) - self._most, 0))):
                del kept[uscc]
        return found

    async def _still_true(self) -> dict[str, EnterpriseKey]:
        """Give what is kept; who reads on when the core changes, fills a former one."""
        rows = await self._reads.rows(_STATE, {}, len(RecordType))
        state = [tuple(row) for row in rows]
        if state != self._state:
            self._state, self._kept = state, {}
        return self._kept

    async def _read(self, usccs: Sequence[str]) -> Mapping[str, EnterpriseKey]:
        found: dict[str, tuple[str | None, list[str], set[str]]] = {}
        for uscc, number, name, shared in await of_keys(self._reads, _KEYS, usccs):
            _, names, shared_names = found.setdefault(uscc, (number, [], set()))
            if name is not None:
                names.append(name)
            if shared:
                shared_names.add(name)
        return {
            uscc: EnterpriseKey(uscc, number, tuple(names), frozenset(shared_names))
            for uscc, (number, names, shared_names) in found.items()
        }
