"""Whether amounts are told in yuan or in ten thousands of it."""

import re
from dataclasses import dataclass
from decimal import Decimal

from adapters.authoring.contents import Content
from adapters.readers.numbers import read_decimal
from adapters.readers.texts import Unreadable

_WAN = re.compile(r"万|_(?:wan|wanyuan|wy)$", re.IGNORECASE)
_YUAN = re.compile(r"[（(]\s*元|[（(]人民币元|_yuan$", re.IGNORECASE)
_STANDARD = frozenset({"CF_NR_FK", "CF_NR_WFFF"})
"""万元 by the two-publicity standard of 2018."""


@dataclass(frozen=True, slots=True)
class Unit:
    """The reader for the amounts of a column."""

    read: str
    """`wan_yuan` or `yuan`."""
    sure: bool
    evidence: str


def unit_of(column: str, title: str, content: Content) -> Unit:
    """Tell the unit by head, by the texts, by the standard, at last by size."""
    head = f"{title} {column}"
    if _WAN.search(head):
        return Unit("wan_yuan", True, "列名写明 万元")  # noqa: FBT003
    if _YUAN.search(head):
        return Unit("yuan", True, "列名写明 元")  # noqa: FBT003
    bare = [number for value in content.values if (number := _bare(value)) is not None]
    if content.filled and not bare:
        return Unit("wan_yuan", True, "金额自带单位 units in the texts")  # noqa: FBT003
    if column in _STANDARD:
        return Unit("wan_yuan", True, "双公示标准为万元")  # noqa: FBT003
    return _by_size([number for number in bare if number])


def _by_size(amounts: list[Decimal]) -> Unit:
    """Fines and capital are whole thousands in yuan, small numbers in 万元."""
    if not amounts:
        return Unit("yuan", False, "没有数值")  # noqa: FBT003
    amounts.sort()
    middle = amounts[len(amounts) // 2]
    what = f"中位数 median {middle.normalize():f}"
    if middle >= 500:
        return Unit("yuan", middle >= 2_000, what)
    return Unit("wan_yuan" if middle < 500 else "yuan", False, what)  # noqa: FBT003


def _bare(value: object) -> Decimal | None:
    """Read a number that names no unit."""
    try:
        return read_decimal(value)
    except Unreadable:
        return None
