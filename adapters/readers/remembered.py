"""Readers that remember what texts meant: dates, codes and amounts come again."""

from functools import lru_cache

from adapters.readers.texts import Reader

_TEXTS = 8_192
"""Remembered by one reader at the most."""
_READERS = 512


@lru_cache(maxsize=_READERS)
def remembering(read: Reader) -> Reader:
    """Make a reader of texts out of a pure one; equal readers share their memory.

    Only for `str`: other values may be equal and yet read differently (1 and True).
    """
    return lru_cache(maxsize=_TEXTS)(read)
