"""JSON whose numbers stay what they were written as."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import chain

import msgspec
import orjson

from adapters.errors import SourceContractBroken

_FLAT = frozenset({str, int, bool, type(None)})
_EXACTLY = msgspec.json.Decoder(float_hook=Decimal)


def read_json(text: bytes) -> object:
    """Decode JSON, fractions as exact decimals; raises SourceContractBroken.

    The faster decoder is believed where it made no floats: it makes them of
    fractions and of whole numbers above 64 bits, and only there it is not exact.
    """
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return _exactly(text)
    return _exactly(text) if _has_float(value) else value


def _exactly(text: bytes) -> object:
    try:
        return _EXACTLY.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SourceContractBroken("答复不是完整的 JSON (not whole JSON)") from error


def _has_float(value: object) -> bool:
    """Look level by level, for a level is looked through at once."""
    lists: list[Iterable[object]] = [(value,)]
    while not (kinds := set(map(type, chain.from_iterable(lists)))) <= _FLAT:
        if float in kinds:
            return True
        level = list(chain.from_iterable(lists))
        lists = [one for one in level if isinstance(one, list)]
        lists += [one.values() for one in level if isinstance(one, dict)]
    return False
