"""Administrative divisions of Qinghai (GB/T 2260), and how an enterprise's is found."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from schema.code_list import code_list

PROVINCE = "630000"


@code_list(
    "行政区划由何得出",
    ADDRESS="住所的文字",
    HISTORY="登记机关代码及其沿革",
    PREFECTURE="登记机关所在市州",
    PROVINCE="仅知在本省",
)
class RegionSource(Enum):
    """How an enterprise's division was found."""

    ADDRESS = "ADDRESS"
    HISTORY = "HISTORY"
    PREFECTURE = "PREFECTURE"
    PROVINCE = "PROVINCE"


@dataclass(frozen=True, slots=True)
class Division:
    """One division; `parent` is empty for the province."""

    code: str
    name: str
    parent: str
    level: str


@cache
def divisions() -> Mapping[str, Division]:
    """Give all divisions of today by code."""
    return {
        row["code"]: Division(row["code"], row["name"], row["parent"], row["level"])
        for row in _rows("regions.csv")
    }


@cache
def history() -> Mapping[str, str]:
    """Give today's code of former and of registering authorities' codes."""
    return {
        row["code"]: row["today"] for row in _rows("region_history.csv") if row["today"]
    }


def full_name(code: str) -> str:
    """Give the name with its parents: 青海省海西蒙古族藏族自治州格尔木市."""
    names = []
    division = divisions().get(code)
    while division:
        names.append(division.name)
        division = divisions().get(division.parent)
    return "".join(reversed(names))


def significant(code: str) -> str:
    """Give the digits that every division below `code` begins with."""
    if code.endswith("0000"):
        return code[:2]
    return code[:4] if len(code) == 6 and code.endswith("00") else code


def is_known(prefix: str) -> bool:
    """Say whether a code or prefix (63, 6301, 630102) selects any division."""
    return len(prefix) in {2, 4, 6} and any(
        code.startswith(significant(prefix)) for code in divisions()
    )


def derive(address: str | None, code: str | None) -> tuple[str, RegionSource]:
    """Find the division from the address, then the code's history, then upwards.

    `code` is the registering authority's, of today or of any day.
    """
    from_address = _in_address(address or "", _prefecture(code))
    if from_address and divisions()[from_address].level == "county":
        return from_address, RegionSource.ADDRESS
    from_code = _from_code(code)
    if from_code and (not from_address or _within(from_code, from_address)):
        exact = divisions()[from_code].level == "county"
        return from_code, RegionSource.HISTORY if exact else RegionSource.PREFECTURE
    if from_address and from_address != PROVINCE:
        return from_address, RegionSource.ADDRESS
    prefecture = _prefecture(code)
    if prefecture:
        return prefecture, RegionSource.PREFECTURE
    return PROVINCE, RegionSource.PROVINCE


def _rows(name: str) -> list[dict[str, str]]:
    with (files(__package__) / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _from_code(code: str | None) -> str | None:
    if not code:
        return None
    today = history().get(code, code)
    known = divisions().get(today)
    return today if known and known.level != "province" else None


def _prefecture(code: str | None) -> str | None:
    found = _from_code(code)
    if found and divisions()[found].level == "county":
        return divisions()[found].parent
    if found:
        return found
    candidate = f"{(code or '')[:4]}00"
    return candidate if candidate in divisions() and candidate != PROVINCE else None


def _within(code: str, parent: str) -> bool:
    return code.startswith(significant(parent))


class _Word(NamedTuple):
    """A name of a division; the more precise name of two comes first."""

    rank: int
    text: str
    code: str


_FORMER_NAMES = {
    "湟中县": "630106", "平安县": "630203", "乐都县": "630202", "同仁县": "632301",
    "玉树县": "632701", "大柴旦": "632857", "冷湖": "632803", "茫崖": "632803",
    "花土沟": "632803", "海东地区": "630200",
}  # fmt: skip
_ETHNIC = re.compile("(?:蒙古族|藏族|回族|土族|撒拉族|哈萨克族)+自治")
_AMBIGUOUS = frozenset({"海南", "河南", "玉树", "同仁县"})


@cache
def _words(level: str) -> Mapping[str, Sequence[_Word]]:
    """Give every name, full and short, of a level's divisions by its first sign."""
    words = dict(_FORMER_NAMES)
    for division in divisions().values():
        if division.level == "province":
            continue
        words[division.name] = division.code
        plain = _ETHNIC.sub("", division.name)
        words.setdefault(plain, division.code)
        stem = plain.rstrip("市州县区")
        if len(stem) >= 2 and stem not in _AMBIGUOUS and division.level == "county":
            words.setdefault(stem + "县", division.code)
            words.setdefault(stem, division.code)
    longest_first = sorted(words.items(), key=lambda item: (-len(item[0]), item))
    found: dict[str, list[_Word]] = defaultdict(list)
    for rank, (text, code) in enumerate(longest_first):
        if divisions()[code].level == level:
            found[text[0]].append(_Word(rank, text, code))
    return found


def _in_address(address: str, near: str | None) -> str | None:
    """Find the most precise division named at the address' beginning.

    Inside the parent that the address names; else the one near the code.
    """
    text = address.strip().removeprefix("青海省").removeprefix("青海")
    parent = next(_names(text, 0, "prefecture"), None)
    rest = text.removeprefix(parent.text) if parent else text
    for word in _names(rest, 0, "county"):
        if parent is None or _within(word.code, parent.code) or near is None:
            return word.code
    around = parent.code if parent else near or PROVINCE
    head = rest[:24]
    inside = [
        word
        for place in range(len(head))
        for word in _names(head, place, "county")
        if len(word.text) >= 3 and _within(word.code, around)
    ]
    if inside:
        return min(inside).code
    return parent.code if parent else None


def _names(text: str, place: int, level: str) -> Iterator[_Word]:
    """Give the names that stand at a place of a text, the longest first."""
    for word in _words(level).get(text[place : place + 1], ()):
        if text.startswith(word.text, place):
            yield word
