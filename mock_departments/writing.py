"""Writes true records the way a department does: its columns, dates, units, codes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache, partial

from mock_departments.columns import Columns, columns
from mock_departments.world.model import TrueRecord

INDEFINITE = date(2099, 12, 31)
_BEIJING = timedelta(hours=8)
_DATES = frozenset(
    {
        "decidedOn",
        "validFrom",
        "validTo",
        "publishedOn",
        "publishUntil",
        "withdrawnOn",
        "awardedOn",
        "termFrom",
        "termTo",
        "registeredOn",
        "frozenFrom",
        "frozenTo",
        "filedOn",
    }
)
_MONEY = frozenset({"fine", "confiscated", "equityAmount"})

DATE_FORMATS: Mapping[str, Callable[[date], object]] = {
    "slash": lambda day: f"{day:%Y/%m/%d}",
    "short_slash": lambda day: f"{day.year}/{day.month}/{day.day}",
    "iso": date.isoformat,
    "compact": lambda day: f"{day:%Y%m%d}",
    "dotted": lambda day: f"{day.year}.{day.month}.{day.day}",
    "chinese": lambda day: f"{day.year}年{day.month}月{day.day}日",
    "millis": lambda day: int(
        (datetime(day.year, day.month, day.day, tzinfo=UTC) - _BEIJING).timestamp()
        * 1000
    ),
    "excel": lambda day: (day - date(1899, 12, 30)).days,
}
_TEXTS: Mapping[str, Mapping[str, str]] = {
    "category": {
        "GENERAL": "普通",
        "CONCESSION": "特许",
        "RECOGNITION": "认可",
        "APPROVAL": "核准",
        "REGISTRATION": "登记",
        "OTHER": "其他",
    },
    "categories": {
        "WARNING": "警告",
        "FINE": "罚款",
        "CONFISCATION": "没收违法所得",
        "SHUTDOWN": "责令停产停业",
        "LICENCE_REVOKED": "吊销许可证",
    },
    "status": {
        "VALID": "有效",
        "INVALID": "无效",
        "REVOKED": "撤销",
        "FROZEN": "冻结",
        "LIFTED": "解除冻结",
        "EXTENDED": "续行冻结",
    },
    "procedure": {"GENERAL": "普通程序", "SIMPLE": "简易程序"},
    "respondentKind": {"LEGAL_PERSON": "法人", "NATURAL_PERSON": "自然人"},
    "kind": {
        "HONOUR": "荣誉称号",
        "RED_LIST": "红名单",
        "CERTIFICATION": "认定",
        "AWARD": "奖项",
        "PATENT": "专利",
        "TRADEMARK": "商标",
        "EQUITY_FREEZE": "1",
        "FREEZE_EXTENDED": "2",
        "UNFREEZE": "3",
    },
    "level": {"PROVINCE": "省级"},
    "debtorKind": {"ORGANISATION": "法人", "NATURAL_PERSON": "自然人"},
    "performance": {"NONE": "全部未履行", "PART": "部分未履行", "ALL": "全部已履行"},
}
_CODES_2018: Mapping[str, Mapping[str, str]] = {
    "category": {"GENERAL": "01", "APPROVAL": "04", "REGISTRATION": "05"},
    "categories": {
        "WARNING": "1",
        "FINE": "2",
        "CONFISCATION": "3",
        "SHUTDOWN": "4",
        "LICENCE_REVOKED": "5",
    },
    "status": {"VALID": "1", "INVALID": "2", "REVOKED": "3"},
}
_CODES_2015 = {"status": {"VALID": "0", "REVOKED": "1", "INVALID": "3"}}


@dataclass(frozen=True, slots=True)
class Style:
    """How a department writes."""

    columns: str = "sgs2018"
    dates: str = "slash"
    money: str = "wan"
    """`wan` (10,000 yuan), `number` (the same, not as text) or `yuan`."""
    indefinite: str | None = "2099/12/31"
    """What stands for «no end»; None: nothing."""


_CODES: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "sgs2018": {**_TEXTS, **_CODES_2018},
    "sgs2015": {**_TEXTS, **_CODES_2015},
}


def write(record: TrueRecord, style: Style) -> dict[str, object]:
    """Write one record as a row of the department."""
    facts = {**record.facts, **record.written}
    if record.record_type == "IP_PLEDGE":
        facts["ipName"] = record.facts["name"]
    row: dict[str, object] = {}
    for column, field, told, untold in _writers(record.record_type, style):
        value = facts.get(field)
        row[column] = untold if value is None else told(value)
    return row


@cache
def _writers(
    record_type: str, style: Style
) -> Sequence[tuple[str, str, Callable[[object], object], object]]:
    """Give every column, its field, what writes a value, and what stands for none."""
    named: Columns = columns(style.columns, record_type)
    nothing = None if style.columns == "english" else ""
    no_end = _indefinite(style) if style.indefinite else nothing
    return [
        (
            column,
            field,
            _writer(field, style),
            no_end if field == "validTo" else nothing,
        )
        for field, column in named.items()
    ]


def _indefinite(style: Style) -> object:
    return (
        style.indefinite
        if style.dates != "millis"
        else DATE_FORMATS["millis"](INDEFINITE)
    )


def _writer(field: str, style: Style) -> Callable[[object], object]:
    if field in _DATES:
        return partial(_day, style.dates)
    if field in _MONEY:
        return partial(_money, style.money)
    return partial(_text, _CODES.get(style.columns, _TEXTS).get(field, {}))


@lru_cache(maxsize=65_536)
def _day(form: str, day: str) -> object:
    return DATE_FORMATS[form](date.fromisoformat(day))


def _money(unit: str, yuan: object) -> object:
    if unit == "yuan":
        return str(yuan)
    amount = Decimal(str(yuan)) / 10_000
    return float(amount) if unit == "number" else f"{amount:f}"


def _text(codes: Mapping[str, str], value: object) -> object:
    """Write a value by its code list, a list with commas between."""
    if isinstance(value, list):
        return ",".join(codes.get(str(one), str(one)) for one in value)
    return codes.get(value, value) if isinstance(value, str) else value
