"""Amounts of money: exact, in yuan (or whole units of their currency)."""

import re
import unicodedata
from decimal import Decimal

from adapters.readers.numbers import plain, read_decimal
from adapters.readers.texts import Reader, Unreadable, read_text, shown

_BARE = re.compile(r"-?\d{1,18}(?:\.\d{1,8})?")
_AMOUNT = re.compile(
    r"(?P<sign>[¥￥$])?(?P<number>[+-]?[\d,]+(?:\.\d+)?)\(?(?P<scale>万|亿|百万|千)?"
    r"(?P<rest>[^\d,.]*)"
)
_SCALES = {"千": 1_000, "万": 10_000, "百万": 1_000_000, "亿": 100_000_000}
_ISO_NUMERIC = {
    "156": "CNY",
    "840": "USD",
    "344": "HKD",
    "978": "EUR",
    "392": "JPY",
} | {
    "446": "MOP",
    "901": "TWD",
    "826": "GBP",
    "036": "AUD",
    "702": "SGD",
    "410": "KRW",
    "124": "CAD",
    "756": "CHF",
}
_CURRENCY_WORDS = {
    "人民币": "CNY",
    "美元": "USD",
    "美金": "USD",
    "港币": "HKD",
    "港元": "HKD",
    "欧元": "EUR",
    "日元": "JPY",
    "澳门元": "MOP",
    "新台币": "TWD",
    "台币": "TWD",
    "英镑": "GBP",
    "澳元": "AUD",
    "澳大利亚元": "AUD",
    "新加坡元": "SGD",
    "韩元": "KRW",
    "加元": "CAD",
    "加拿大元": "CAD",
    "瑞士法郎": "CHF",
}
_UNIT_WORDS = frozenset(
    {"", "元", "圆", "人民币", "人民币元", "元人民币", "元整", "圆整", "整"}
) | {words for name in _CURRENCY_WORDS for words in (name, f"元{name}")}


def money_reader(scale: int) -> Reader:
    """Make a reader of amounts whose bare numbers stand for `scale` yuan each.

    A unit in the text («120(万元)», «5000元») is believed before the column's.
    """

    def read(value: object) -> Decimal | None:
        if isinstance(value, str):
            return _of_text(value, scale)
        try:
            number = read_decimal(value)
        except Unreadable:
            raise Unreadable(f"不是金额：{shown(value)}") from None
        return None if number is None else number * scale

    return read


def read_currency(value: object) -> str | None:
    """Read the currency (ISO 4217) out of a code, a name or an amount «30(万美元)»."""
    text = read_text(value)
    if text is None:
        return None
    if text in _ISO_NUMERIC or text in _ISO_NUMERIC.values():
        return _ISO_NUMERIC.get(text, text)
    found = {iso for word, iso in _CURRENCY_WORDS.items() if word in text}
    if len(found) == 1:
        return found.pop()
    if not found and (amount := _AMOUNT.fullmatch(_tidy(text))) and _is_unit(amount):
        return "CNY"
    if not found and text in {"元", "万元"}:
        return "CNY"
    raise Unreadable(f"不是币种：{shown(value)}")


def _of_text(value: str, scale: int) -> Decimal | None:
    text = read_text(value)
    if text is None:
        return None
    if _BARE.fullmatch(text):
        return Decimal(text) * scale
    amount = _AMOUNT.fullmatch(_tidy(text))
    number = plain(amount["number"]) if amount else None
    if amount is None or number is None or not _is_unit(amount):
        raise Unreadable(f"不是金额：{shown(value)}")
    if amount["scale"]:
        return number * _SCALES[amount["scale"]]
    return number if amount["rest"] else number * scale


def _tidy(text: str) -> str:
    """Drop spaces and brackets, unify widths: «30（万美元）» is «30万美元»."""
    return re.sub(r"[\s()]", "", unicodedata.normalize("NFKC", text))


def _is_unit(amount: re.Match[str]) -> bool:
    return amount["rest"] in _UNIT_WORDS
