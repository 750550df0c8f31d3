"""An answer that goes out in parts, as its receipt covers it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson

from gateway.access.receipts.hashes import hash_of_answer
from schema.scalars import write_decimal


@dataclass(frozen=True, slots=True)
class Parts:
    """Hashes of the parts so far, in their order."""

    hashes: list[str] = field(default_factory=list)

    def take(self, part: Mapping[str, object]) -> None:
        """Cover a part as it goes out, all of it but its `extensions`."""
        told = {name: one for name, one in part.items() if name != "extensions"}
        written = orjson.dumps(told, write_decimal, orjson.OPT_NON_STR_KEYS)
        self.hashes.append(hash_of_answer(written))
