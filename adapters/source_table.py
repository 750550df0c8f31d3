"""Reads `[source]`, `[connection]` and `[capabilities]`, naming every fault."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta

from adapters.contract import Capabilities, KeyKind
from adapters.faults import Faults
from schema.record_type import RecordType

KINDS = frozenset({"rest", "soap", "sql", "files", "push", "graphql"})
_KEYS: Mapping[str, KeyKind] = {
    "uscc": "uscc",
    "registration_number": "registration_number",
    "name": "name",
}
_SOURCE = frozenset(
    {
        *("department", "name", "provides", "freshness"),
        *("deadline", "presence_max_age", "contact"),
    }
)
_DURATION = re.compile(
    r"P(?=.)(?:(?P<days>\d+)D)?"
    r"(?:T(?=.)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
_SECRET = re.compile(r"pass|secret|token$|api_?key|credential", re.IGNORECASE)
_LOGIN_IN_ADDRESS = re.compile(r"://[^/@${}]+:[^/@${}]+@")
VARIABLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class SourceTable:
    """What `[source]` says."""

    department: str
    name: str
    provides: tuple[RecordType, ...]
    freshness: timedelta
    deadline: timedelta
    presence_max_age: timedelta | None
    contact: str | None


def read_source(
    document: Mapping[str, object],
    faults: Faults,
    record_types: Iterable[RecordType] = RecordType,
) -> SourceTable:
    """Read `[source]`."""
    table = _table(document, "source", faults)
    for key in table.keys() - _SOURCE:
        faults.unknown("source", key, key, "没有这个词", _SOURCE)
    contact = table.get("contact")
    return SourceTable(
        department=_text(table, "department", faults),
        name=_text(table, "name", faults),
        provides=_provides(table, record_types, faults),
        freshness=_duration(table, "freshness", "P1D", faults),
        deadline=_duration(table, "deadline", "PT2S", faults),
        presence_max_age=_duration(table, "presence_max_age", "PT0S", faults)
        if "presence_max_age" in table
        else None,
        contact=contact if isinstance(contact, str) else None,
    )


def read_connection(
    document: Mapping[str, object], faults: Faults
) -> tuple[str, Mapping[str, object]]:
    """Read `[connection]` into its kind and the kind's own options."""
    table = _table(document, "connection", faults)
    kind = table.get("kind")
    if not isinstance(kind, str):
        faults.add(
            "connection", "kind", f"缺少；可用：{', '.join(sorted(KINDS))}（missing）"
        )
    elif kind not in KINDS:
        what = f"没有这种接口 {kind!r}"
        faults.unknown("connection", "kind", kind, what, KINDS)
    for path, value in _leaves(table):
        if isinstance(value, str) and _gives_away(path[-1], value):
            words = "密码、令牌不能写在文件里，请写成 ${环境变量}（secret inline）"
            faults.add("connection", path[0], words)
    return str(kind), {key: value for key, value in table.items() if key != "kind"}


def read_capabilities(document: Mapping[str, object], faults: Faults) -> Capabilities:
    """Read `[capabilities]`; what is not said is the contract's default."""
    table = document.get("capabilities", {})
    if not isinstance(table, Mapping):
        faults.add("capabilities", "", "应为一个表（not a table）")
        return Capabilities()
    standard = Capabilities()
    known = {
        option.name: getattr(standard, option.name) for option in fields(Capabilities)
    }
    said: dict[str, object] = {}
    for key, value in table.items():
        if key not in known:
            faults.unknown("capabilities", key, key, "没有这个词", known)
        elif key == "key" and value not in _KEYS:
            what = f"没有这种主键 {value!r}"
            faults.unknown("capabilities", key, value, what, _KEYS)
        elif type(value) is not type(known[key]) or (type(value) is int and value < 1):
            faults.add("capabilities", key, f"不能是 {value!r}（bad value）")
        else:
            said[key] = value
    return Capabilities(**said)  # type: ignore[arg-type]  # checked just above


def variables_outside(
    document: Mapping[str, object],
) -> Iterator[tuple[str, str]]:
    """Yield (table, key) where `${NAME}` stands outside `[connection]`."""
    for table, content in document.items():
        if table == "connection" or not isinstance(content, Mapping):
            continue
        for path, value in _leaves(content):
            if isinstance(value, str) and VARIABLE.search(value):
                yield (
                    (table, path[0])
                    if len(path) == 1
                    else (f"{table}.{path[0]}", path[1])
                )


def _gives_away(key: str, value: str) -> bool:
    if _LOGIN_IN_ADDRESS.search(value):
        return True
    return bool(_SECRET.search(key)) and not VARIABLE.fullmatch(value.strip())


def _leaves(
    value: object, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], object]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, str(key)))
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, path)
    elif path:
        yield path, value


def _table(
    document: Mapping[str, object], name: str, faults: Faults
) -> Mapping[str, object]:
    table = document.get(name)
    if isinstance(table, Mapping):
        return table
    faults.add(name, "", "缺少这个表（missing table）")
    return {}


def _text(table: Mapping[str, object], key: str, faults: Faults) -> str:
    value = table.get(key)
    if isinstance(value, str) and value.strip():
        return value
    faults.add("source", key, "必填，应为文字（required text）")
    return ""


def _provides(
    table: Mapping[str, object], record_types: Iterable[RecordType], faults: Faults
) -> tuple[RecordType, ...]:
    names = table.get("provides")
    if not isinstance(names, list) or not names:
        faults.add("source", "provides", "必填，应列出记录类型（required list）")
        return ()
    known = {record_type.value: record_type for record_type in record_types}
    for name in names:
        if name not in known:
            what = f"没有这种记录 {name!r}"
            faults.unknown("source", "provides", name, what, known)
    return tuple(known[name] for name in names if name in known)


def _duration(
    table: Mapping[str, object], key: str, standard: str, faults: Faults
) -> timedelta:
    value = table.get(key, standard)
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        faults.add(
            "source",
            key,
            f"不是时长：{value!r}，应如 PT6H、P31D、PT1.5S（bad duration）",
        )
        return timedelta()
    return timedelta(**{unit: float(n) for unit, n in match.groupdict().items() if n})
