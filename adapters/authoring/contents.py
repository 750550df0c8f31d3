"""What the values of a column look like, whatever its head says."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from adapters.contract import Row
from adapters.paths import getter
from adapters.readers import dates, intervals, money, numbers
from adapters.readers.credit_codes import tidy_code
from adapters.readers.texts import NULLS, Unreadable
from schema.codes import registration_number, uscc

_ORGANISATION = re.compile(
    r"(公司|合作社|中心|商店|商行|超市|厂|店|馆|部|院|所|社|站|场|厅|局|户|行|学校|集团|企业|酒店|宾馆)"
    r"([（(].*[）)])?$"
)
_AUTHORITY = re.compile(
    r"(局|厅|委员会|委|政府|总队|支队|大队|法院|海关|中心|分行|办公室|所)$"
)
_PERSON = re.compile(r"[\u4e00-\u9fff·]{2,4}")
_NUMBERED = re.compile(
    r"[〔\[【(（]\d{4}[〕\]】)）]|第.{0,12}号|\d{4}.*号$|^[A-Z]{1,6}[-\dA-Z]{5,}$"
)
_ID_CARD = re.compile(r"\d{6}(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])\d{3}[\dXx]")
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}")
_OPEN = re.compile(r"长期|永久|无期限|无固定期限")
_DAY = re.compile(r"\d{4}\s*[-/.年]|^\d{8}$")
_FORMS = tuple(
    (re.compile(pattern), form)
    for pattern, form in (
        (r"\d{8}$", "20160722"),
        (r"-?\d{12,13}$", "毫秒 milliseconds"),
        (r"\d{9,10}$", "秒 seconds"),
        (r"\d{5,6}(\.\d+)?$", "Excel 42573"),
        (r"\d{4}\s*年", "2016年7月22日"),
        (r"\d{4}\s*/", "2016/7/22"),
        (r"\d{4}\s*\.", "2016.7.22"),
        (r"\d{4}\s*-.{3,5}$", "2016-07-22"),
        (r"\d{4}\s*-", "2016-07-22 10:00:00"),
    )
)
LAST_YEARS = range(2090, 10_000)
"""Years in which nobody expects an end: they mean «no end» 长期."""


@dataclass(frozen=True)
class Content:
    """The values of one column that say something, and what they are."""

    values: tuple[object, ...]
    rows: int

    @property
    def filled(self) -> int:
        """Count the values that are not empty."""
        return len(self.values)

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The values as text, without the spaces around them."""
        return tuple(str(value).strip() for value in self.values)

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each text stands there."""
        return Counter(self.texts)

    @cached_property
    def uscc(self) -> float:
        """Share of valid credit codes."""
        return self._share(
            self.texts, lambda text: uscc.is_valid(tidy_code(text) or "")
        )

    @cached_property
    def registration_number(self) -> float:
        """Share of valid old registration numbers."""
        return self._share(
            self.texts, lambda text: registration_number.is_valid(tidy_code(text) or "")
        )

    @cached_property
    def date(self) -> float:
        """Share of dates, «no end» among them."""
        return self._share(self.values, _is_date)

    @cached_property
    def period(self) -> float:
        """Share of texts that tell from when to when."""
        return self._share(self.texts, _is_period)

    @cached_property
    def money(self) -> float:
        """Share of amounts."""
        return self._share(self.values, _reads(money.money_reader(1)))

    @cached_property
    def integer(self) -> float:
        """Share of whole numbers."""
        return self._share(self.values, _reads(numbers.read_integer))

    @cached_property
    def boolean(self) -> float:
        """Share of yes and no."""
        return self._share(self.values, _reads(numbers.read_boolean))

    @cached_property
    def organisation(self) -> float:
        """Share of names of enterprises and the like."""
        return self._share(self.texts, lambda text: bool(_ORGANISATION.search(text)))

    @cached_property
    def authority(self) -> float:
        """Share of names of authorities."""
        return self._share(self.texts, lambda text: bool(_AUTHORITY.search(text)))

    @cached_property
    def person(self) -> float:
        """Share of what may be names of persons."""
        return self._share(self.texts, lambda text: bool(_PERSON.fullmatch(text)))

    @cached_property
    def numbered(self) -> float:
        """Share of numbers of documents."""
        return self._share(self.texts, lambda text: bool(_NUMBERED.search(text)))

    @cached_property
    def id_card(self) -> float:
        """Share of numbers of identity cards."""
        return self._share(self.texts, is_id_card)

    @cached_property
    def phone(self) -> float:
        """Share of telephone numbers."""
        return self._share(self.texts, lambda text: bool(_PHONE.fullmatch(text)))

    @cached_property
    def distinct(self) -> float:
        """Share of values that are not the same as another."""
        return len(self.counts) / self.filled if self.filled else 0.0

    def _share(self, values: Sequence[object], test: "Callable[..., bool]") -> float:
        return sum(map(test, values)) / self.filled if self.filled else 0.0


def contents_of(columns: Iterable[str], rows: Sequence[Row]) -> Mapping[str, Content]:
    """Look at all columns."""
    found = {}
    for column in columns:
        get = getter(column)
        values = tuple(value for row in rows if _says(value := get(row)))
        found[column] = Content(values, len(rows))
    return found


def different(column: str, rows: Sequence[Row]) -> Content:
    """Look at all values that a column has, each once."""
    get = getter(column)
    values = {str(value): value for row in rows if _says(value := get(row))}
    return Content(tuple(values.values()), len(rows))


def date_forms(content: Content) -> Counter[str]:
    """Name the forms in which dates are written, as `2016/7/22` or `Excel 42573`."""
    return Counter(_form(value) for value in content.values if _is_date(value))


def open_ends(content: Content) -> tuple[str, ...]:
    """Give the dates as written that mean «no end» 长期."""
    found: dict[str, None] = {}
    for value in content.values:
        text = str(value).strip()
        if _OPEN.search(text):
            found[text] = None
            continue
        day = _day(value)
        if day is not None and day.year in LAST_YEARS:
            found[text if _DAY.search(text) else day.isoformat()] = None
        elif day is None and re.match(r"9999|2[2-9]\d\d", text):
            found[text] = None
    return tuple(found)


def is_id_card(text: str) -> bool:
    """Whether a text is a citizen's number; a credit code is none."""
    return bool(_ID_CARD.fullmatch(text)) and not uscc.is_valid(text)


def _says(value: object) -> bool:
    return value is not None and not (isinstance(value, str) and value.strip() in NULLS)


def _is_date(value: object) -> bool:
    text = str(value).strip()
    return _day(value) is not None or bool(
        _OPEN.fullmatch(text) or re.match(r"9999[-/.年]?\d", text)
    )


def _day(value: object) -> date | None:
    try:
        return dates.read_date(value)
    except Unreadable:
        return None


def _is_period(text: str) -> bool:
    try:
        began, ended = (
            intervals.read_interval_from(text),
            intervals.read_interval_to(text),
        )
    except Unreadable:
        return False
    return began is not None and (ended is not None or intervals.has_no_end(text))


def _form(value: object) -> str:
    if isinstance(value, datetime):
        return "时间 timestamp"
    if isinstance(value, date):
        return "日期 date"
    text = str(value).strip()
    for pattern, form in _FORMS:
        if pattern.match(text):
            return form
    return text


def _reads(read: "Callable[[object], object]") -> "Callable[[object], bool]":
    def test(value: object) -> bool:
        try:
            return read(value) is not None
        except (Unreadable, ArithmeticError, ValueError, TypeError):
            return False

    return test
