"""C1 to C8: every field's value is what its declaration says."""

import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from adapters.conformance.bench import Bench
from adapters.conformance.check import Check, Judge
from adapters.conformance.masking import plain_reason
from adapters.conformance.outcomes import Finding
from adapters.contract import SetAside, SourceRecord
from adapters.field_rule import FieldRule
from adapters.paths import first_of, getter
from adapters.section import Section
from adapters.subjects import subject_columns
from schema.record_type import RecordType
from schema.records import RECORDS

_LABEL = re.compile(r"(?P<field>\w+) ← [^:]*: (?P<words>.*)", re.DOTALL)
_END_OF_TIME = date(2099, 1, 1)
_AMOUNT = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(万?)元")
_TEN_THOUSAND = Decimal(10_000)
_GARBLED = re.compile(
    "[\ufffd\ufeff]|锟斤拷|烫烫烫|[ÃÂäåæçèé][\x80-\xbf]|[\ue000-\uf8ff]{2}"
)
_WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ]")
_NOTHING = frozenset(
    {"None", "none", "nil", "NIL", "NaN", "nan", "\\N", "(null)", "<null>", "Null"}
    | {"空", "暂无", "暂缺", "未知", "——", "---", "N\\A", "undefined", "#N/A"}
)
"""Ways to write nothing that no reader knows."""
_SHARE = 0.25
"""Of codes that may be mistyped before it is the column that is wrong."""
_FEWEST = 4
_BY_KIND = {"enum": "C2", "enum_list": "C2", "date": "C4", "datetime": "C4"}
_BY_READER = {"wan_yuan": "C5", "yuan": "C5", "uscc": "C6", "code": "C2", "codes": "C2"}
_EXPECTED: Mapping[str, str] = {
    "C1": "字段类型的值 (a value of the field's type)",
    "C2": "代码表中的代码 (a code of the declared list)",
    "C3": "必填而不为空 (a value, for the field is required)",
    "C4": "日期 (a date, in a form that departments use)",
    "C5": "金额 (an amount of money)",
    "C6": "校验正确的统一社会信用代码 (a code whose check is right)",
}


@dataclass(frozen=True, slots=True)
class _Trouble:
    """One reason for which a row was set aside."""

    check: str
    record_type: RecordType
    field: str
    words: str
    position: str


def _unread(check: str) -> Judge:
    async def judge(bench: Bench) -> Sequence[Finding]:
        found = [one async for one in _troubles(bench) if one.check == check]
        return _grouped(bench, found)

    return judge


async def _dates(bench: Bench) -> Sequence[Finding]:
    troubles = [one async for one in _troubles(bench) if one.check == "C4"]
    found = list(_grouped(bench, troubles))
    for record_type in bench.record_types:
        section = bench.declaration.sections[record_type]
        records = await _records(bench, record_type)
        for rule, attribute in _fields(section, {"date"}):
            late = [r for r in records if _is_late(r.values.get(attribute))]
            if late and rule.columns:
                written = first_of(rule.columns)(late[0].raw)
                seen = f"{len(late)} 行的 {rule.name} 读成 {written!r} (a day)"
                want = f'「长期」：indefinite = ["{written}"] (no end)'
                found.append(_finding(bench, record_type, rule.name, seen, want))
    return found


async def _money(bench: Bench) -> Sequence[Finding]:
    troubles = [one async for one in _troubles(bench) if one.check == "C5"]
    found = list(_grouped(bench, troubles))
    for record_type in bench.record_types:
        section = bench.declaration.sections[record_type]
        records = await _records(bench, record_type)
        texts = [a for _, a in _fields(section, {"text"}, readers={"text"})]
        for rule, attribute in _fields(section, {"decimal"}, readers=_UNITS):
            off, right = _off_by_unit(records, attribute, texts)
            if len(off) > right:
                seen = (
                    f"{len(off)} 行的 {rule.name} 与正文中的金额差一万倍"
                    " (off by 10,000 from the amount in the text)"
                )
                want = "换用 yuan 或 wan_yuan (the other unit)"
                found.append(_finding(bench, record_type, rule.name, seen, want))
    return found


async def _codes(bench: Bench) -> Sequence[Finding]:
    troubles = [one async for one in _troubles(bench) if one.check == "C6"]
    found = list(_grouped(bench, troubles))
    for record_type in bench.record_types:
        records = await _records(bench, record_type)
        written = [s for r in records for s in r.subjects if s.written_code or s.uscc]
        wrong = [s for s in written if s.written_code and not s.uscc]
        if len(wrong) >= _FEWEST and len(wrong) > _SHARE * len(written):
            seen = (
                f"{len(wrong)}/{len(written)} 个代码校验不通过，例如 "
                f"{wrong[0].written_code} (wrong check characters)"
            )
            place = bench.place(record_type.value, "key")
            found.append(Finding(seen, _EXPECTED["C6"], record_type.value, place))
    return found


async def _encoding(bench: Bench) -> Sequence[Finding]:
    found: list[Finding] = []
    for record_type in bench.record_types:
        for record in await _records(bench, record_type):
            garbled = next(_garbled(record.raw), None)
            if garbled is not None:
                seen = f"列 {garbled!r} 中有乱码或 BOM (garbled text, or a BOM)"
                want = "声明实际的 encoding (the encoding that it is in)"
                smaller = f"{record_type.value}: {record.source_record_id}"
                place = bench.place("connection", "encoding")
                found.append(Finding(seen, want, smaller, place))
                break
    return found


async def _spelling(bench: Bench) -> Sequence[Finding]:
    found: list[Finding] = []
    for record_type in bench.record_types:
        section = bench.declaration.sections[record_type]
        records = await _records(bench, record_type)
        for rule, attribute in _fields(section, {"text"}):
            given = (one.values.get(attribute) for one in records)
            values = {value for value in given if isinstance(value, str)}
            if nothing := sorted(values & _NOTHING):
                seen = f"{rule.name} 为 {nothing[0]!r} (a way to write nothing)"
                want = "空值，或说明它的意思 (nothing; tell the department)"
                found.append(_finding(bench, record_type, rule.name, seen, want))
            numbers = attribute.endswith(("number", "uscc", "code"))
            if numbers and any(map(_WIDE.search, values)):
                seen = f"{rule.name} 中有全角字母或数字 (full-width characters)"
                want = "半角 (half-width), or read = uscc"
                found.append(_finding(bench, record_type, rule.name, seen, want))
    return found


_UNITS = frozenset({"yuan", "wan_yuan"})


async def _records(bench: Bench, record_type: RecordType) -> Sequence[SourceRecord]:
    listing = await bench.listing(record_type)
    if listing.records or not bench.materials.live:
        return listing.records
    firms = await bench.sample(record_type)
    fetched = await bench.ask(record_type, firms) if firms else None
    return [r for them in fetched.records.values() for r in them] if fetched else []


async def _troubles(bench: Bench) -> AsyncIterator[_Trouble]:
    for record_type in bench.record_types:
        section = bench.declaration.sections[record_type]
        for row in (await bench.listing(record_type)).set_aside:
            for trouble in _of_row(row, section):
                yield trouble


def _of_row(row: SetAside, section: Section) -> Iterator[_Trouble]:
    """Give the reasons that are about values; columns that are missing are C9's."""
    if not row.raw:
        return
    kind = section.record_type
    for reason in row.reasons:
        match = _LABEL.match(reason)
        rule = section.fields.get(match["field"]) if match else None
        if match is None or rule is None:
            if "没有主体" in reason and not _has_any(row, _keys(section)):
                continue
            check = "C3" if "没有主体" in reason else "C1"
            yield _Trouble(check, kind, "", plain_reason(reason, kind), row.position)
        elif not rule.columns or _has_any(row, rule.columns):
            words = plain_reason(reason, kind)
            check = "C3" if "必填" in match["words"] else _check_of(rule, kind)
            yield _Trouble(check, kind, rule.name, words, row.position)


def _check_of(rule: FieldRule, kind: RecordType) -> str:
    declared = RECORDS[kind].fields[rule.name]
    return _BY_READER.get(rule.read) or _BY_KIND.get(declared.kind, "C1")


def _keys(section: Section) -> tuple[str, ...]:
    return tuple(column for columns in subject_columns(section) for column in columns)


def _has_any(row: SetAside, columns: Iterable[str]) -> bool:
    return any(c in row.raw or getter(c)(row.raw) is not None for c in columns)


def _grouped(bench: Bench, troubles: Sequence[_Trouble]) -> Sequence[Finding]:
    """Tell each field once, with the first row that shows it."""
    by_field: dict[tuple[RecordType, str], list[_Trouble]] = {}
    for one in troubles:
        by_field.setdefault((one.record_type, one.field), []).append(one)
    return [
        Finding(
            f"{len(them)} 行：{them[0].words}",
            _EXPECTED[them[0].check],
            f"{kind.value}: {them[0].position}",
            bench.place(f"{kind.value}.fields", field),
        )
        for (kind, field), them in by_field.items()
    ]


def _finding(
    bench: Bench, record_type: RecordType, field: str, seen: str, want: str
) -> Finding:
    place = bench.place(f"{record_type.value}.fields", field)
    return Finding(seen, want, f"{record_type.value}.{field}", place)


def _fields(
    section: Section, kinds: set[str], readers: Iterable[str] = ()
) -> Iterator[tuple[FieldRule, str]]:
    declared = RECORDS[section.record_type].fields
    for rule in section.fields.values():
        if declared[rule.name].kind in kinds and (not readers or rule.read in readers):
            yield rule, declared[rule.name].attribute


def _is_late(value: object) -> bool:
    return isinstance(value, date) and value >= _END_OF_TIME


def _off_by_unit(
    records: Sequence[SourceRecord], attribute: str, texts: Sequence[str]
) -> tuple[Sequence[SourceRecord], int]:
    """Find amounts that the record's own words give ten thousand times as large."""
    off: list[SourceRecord] = []
    right = 0
    for record in records:
        value = record.values.get(attribute)
        if not isinstance(value, Decimal) or not value:
            continue
        told = {
            amount
            for text in texts
            for amount in _amounts(str(record.values.get(text) or ""))
        }
        if value in told:
            right += 1
        elif {value * _TEN_THOUSAND, value / _TEN_THOUSAND} & told:
            off.append(record)
    return off, right


def _amounts(text: str) -> Iterator[Decimal]:
    for number, scale in _AMOUNT.findall(text):
        yield Decimal(number.replace(",", "")) * (_TEN_THOUSAND if scale else 1)


def _garbled(value: object, column: str = "") -> Iterator[str]:
    """Yield columns whose name or text was decoded wrongly."""
    if isinstance(value, str) and _GARBLED.search(value):
        yield column
    elif isinstance(value, Mapping):
        for name, part in value.items():
            if _GARBLED.search(str(name)):
                yield str(name)
            yield from _garbled(part, str(name))
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _garbled(part, column)


CHECKS = (
    Check("C1", "字段类型", "values of the fields' types", _unread("C1")),
    Check("C2", "代码表", "codes of the declared lists", _unread("C2")),
    Check("C3", "必填不空", "required fields are filled", _unread("C3")),
    Check("C4", "日期与长期", "dates, and «no end»", _dates),
    Check("C5", "金额与单位", "amounts and their unit", _money),
    Check("C6", "统一社会信用代码", "credit codes", _codes),
    Check("C7", "编码", "text in the declared encoding", _encoding),
    Check("C8", "空值与全角", "nothing and full-width", _spelling),
)
