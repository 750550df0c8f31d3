"""Numbers of enterprises: given once, in the order in which they became known."""

import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator

WIDTH = 18
"""Characters of a unified social credit code (GB 32100-2015)."""


class Ordinals:
    """Enterprises' numbers from 0; a number never changes, new ones come after.

    Codes lie side by side without an object for each: 22 bytes an enterprise.
    """

    def __init__(self, codes: bytes = b"", order: "array[int] | None" = None) -> None:
        """Number `codes` as they follow; `order` gives the numbers sorted by code."""
        self._codes = codes
        self._order = order if order is not None else _sorted(codes)
        self._fingerprints: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[str]:
        return map(self.code, range(len(self)))

    @property
    def parts(self) -> tuple[bytes, bytes]:
        """Give what it is made of: codes, and numbers in the order of the codes."""
        return self._codes, self._order.tobytes()

    def of(self, uscc: str) -> int | None:
        """Give the number of a code, if it has one."""
        wanted = uscc.encode("utf-8", "surrogatepass")
        place = bisect_left(self._order, wanted, key=self._code)
        if place == len(self._order) or self._code(self._order[place]) != wanted:
            return None
        return self._order[place]

    def code(self, number: int) -> str:
        """Give the code that has a number."""
        return self._code(number).decode()

    def fingerprint(self, count: int) -> int:
        """Give what differs when one of the first `count` numbers means another."""
        if count not in self._fingerprints:
            first = memoryview(self._codes)[: count * WIDTH]
            self._fingerprints[count] = zlib.crc32(first)
        return self._fingerprints[count]

    def extended(self, codes: Iterable[str]) -> "Ordinals":
        """Give the same with numbers for all of `codes`; itself if all had one."""
        new = dict.fromkeys(code for code in codes if self.of(code) is None)
        more = b"".join(
            one
            for code in new
            if len(one := code.encode("utf-8", "surrogatepass")) == WIDTH
        )
        return Ordinals(self._codes + more) if more else self

    def _code(self, number: int) -> bytes:
        start = number * WIDTH
        return self._codes[start : start + WIDTH]


def _sorted(codes: bytes) -> "array[int]":
    def code(number: int) -> bytes:
        return codes[number * WIDTH : number * WIDTH + WIDTH]

    return array("I", sorted(range(len(codes) // WIDTH), key=code))
