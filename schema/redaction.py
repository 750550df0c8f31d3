"""Takes natural persons' particulars out of free text before it is public.

The rule: 市场监督管理行政处罚信息公示规定 article 6. Identity numbers, mobile numbers,
bank cards and home addresses are replaced, each hit by the same mark; in doubt a
number is taken for a person's.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from schema.codes import uscc
from schema.codes.identity_documents import is_resident_id

MARK = "〔已隐去〕"
_HALF_WIDTH = {ord("０") + digit: str(digit) for digit in range(10)} | {
    ord("Ｘ"): "X",
    ord("ｘ"): "x",
    ord("－"): "-",
    ord("　"): " ",
}
_BEFORE, _AFTER = r"(?<![0-9])", r"(?![0-9])"
_ID = rf"{_BEFORE}[1-9](?:[ -]?[0-9]){{16}}[ -]?[0-9Xx]{_AFTER}"
_MOBILE = rf"{_BEFORE}(?:\+?86[ -]?)?1[3-9][0-9][ -]?[0-9]{{4}}[ -]?[0-9]{{4}}{_AFTER}"
_CARD = rf"{_BEFORE}[0-9](?:[ -]?[0-9]){{15,18}}{_AFTER}"
_HOME = (
    r"(?:家庭住址|家庭地址|户籍地址|户籍所在地|户籍地|住址|居住地"
    r"|住(?!所|宿|房|院|户|建|持))(?:在|于|为|是)?[:：]?[ ]*"
    r"(?P<hidden>[^ ,，;；。、()（）〔〕\n]{2,})"
)
_BIRTHDAY = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_PLACE = re.compile("[省市州县区乡镇村路街巷号楼室]")


def redact(text: str) -> tuple[str, int]:
    """Give the text without particulars, and how many were taken out."""
    shown: list[str] = []
    count = end = 0
    for start, stop in sorted(_hits(text.translate(_HALF_WIDTH))):
        if stop <= end:
            continue
        if start >= end:
            shown += [text[end:start], MARK]
            count += 1
        end = stop
    return "".join([*shown, text[end:]]), count


def _hits(text: str) -> Iterator[tuple[int, int]]:
    """Yield where particulars stand; hits may overlap."""
    for pattern, is_hit in _PATTERNS.items():
        for match in pattern.finditer(text):
            if is_hit(match[match.lastgroup or 0]):
                yield match.span(match.lastgroup or 0)


def _is_id(written: str) -> bool:
    number = re.sub("[ -]", "", written)
    if _BIRTHDAY.fullmatch(number[6:14]):
        return True
    return is_resident_id(number) and not uscc.is_valid(number)


def _is_card(written: str) -> bool:
    digits = [int(c) for c in written if c.isdigit()]
    doubled = (d * 2 - 9 if d > 4 else d * 2 for d in digits[-2::-2])
    checked = (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
    return checked and (written.startswith("62") or not uscc.is_valid(written))


def _is_home(written: str) -> bool:
    return _PLACE.search(written) is not None


_PATTERNS: Mapping[re.Pattern[str], Callable[[str], bool]] = {
    re.compile(_ID): _is_id,
    re.compile(_MOBILE): bool,
    re.compile(_CARD): _is_card,
    re.compile(_HOME): _is_home,
}
