"""Takes natural persons' particulars out of free text before it is public.

The rule: 行政处罚信息公示规定 article 6; identity numbers, mobile numbers, bank cards
and home addresses are replaced, each hit by the same mark.
"""

import re

from schema.codes.identity_documents import is_resident_id

MARK = "〔已隐去〕"
_ID = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9])")
_MOBILE = re.compile(r"(?<![0-9])1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}(?![0-9])")
_CARD = re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9]){15,18}(?![0-9])")
_HOME = re.compile(
    r"(?<=[,，;；、(（。 ])(?:现|家庭|户籍)?住(?:址|所地)?[:：]?[^,，;；。)）\n]{4,60}"
)


def redact(text: str) -> tuple[str, int]:
    """Give the text without particulars, and how many were taken out."""
    count = 0

    def hide(_match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return MARK

    def hide_id(match: re.Match[str]) -> str:
        return hide(match) if is_resident_id(match[0]) else match[0]

    def hide_card(match: re.Match[str]) -> str:
        return hide(match) if _luhn(match[0]) else match[0]

    text = _ID.sub(hide_id, text)
    text = _MOBILE.sub(hide, text)
    text = _CARD.sub(hide_card, text)
    return _HOME.sub(hide, text), count


def _luhn(text: str) -> bool:
    digits = [int(c) for c in text if c.isdigit()]
    doubled = (d * 2 - 9 if d > 4 else d * 2 for d in digits[-2::-2])
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
