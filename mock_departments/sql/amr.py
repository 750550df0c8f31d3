"""Writes the commerce administration's rows."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from mock_departments.sql.gsxt import REGISTRATION, VIEWS, named
from mock_departments.sql.tables import Layout, Table
from mock_departments.sql.views import plain
from mock_departments.world.model import TrueEnterprise, TrueRecord, World

_MONEY = frozenset(
    {"fine", "confiscated", "claimAmount", "equityAmount", "subscribed", "paid"}
    | {"totalAssets", "totalLiabilities", "ownersEquity", "totalRevenue", "mainRevenue"}
    | {"totalProfit", "netProfit", "totalTax"}
)
_STATES = {
    "OPERATING": "存续（在营、开业、在册）",
    "REVOKED": "吊销，未注销",
    "DEREGISTERED": "注销",
    "RESCINDED": "撤销登记",
    "MOVED_OUT": "迁出",
}
_REASONS = {
    "CD71": {"ANNUAL_REPORT_MISSING": "1", "INFORMATION_NOT_PUBLISHED": "2", "FALSE_INFORMATION": "3", "UNREACHABLE": "4"},
    "CD77": {"ANNUAL_REPORT_MISSING": "1", "FALSE_INFORMATION": "2", "UNREACHABLE": "3"},
}  # fmt: skip
_CODES: Mapping[str, Mapping[str, str]] = {
    "operatingState": {"OPEN": "开业"},
    "categories": {
        "WARNING": "警告",
        "FINE": "罚款",
        "CONFISCATION": "没收违法所得",
        "SHUTDOWN": "责令停产停业",
        "LICENCE_REVOKED": "吊销许可证",
    },
    "procedure": {"GENERAL": "普通程序", "SIMPLE": "简易程序"},
    "respondentKind": {"LEGAL_PERSON": "法人", "NATURAL_PERSON": "自然人"},
    "kind": {"RANDOM": "不定向", "TARGETED": "定向"},
    "results": {
        "NORMAL": "1",
        "NOT_REPORTED": "3",
        "UNREACHABLE": "4",
        "FALSE_REPORT": "5",
    },
    "status": {"VALID": "1", "INVALID": "2"},
}
_PARTS: Mapping[str, Mapping[str, str]] = {
    "mortgagees": {"name": "more", "certificateNumber": "blicno"},
    "collateral": {"name": "guaname", "ownership": "own", "description": "guades"},
}
_NOTICES = ["UNISCID", "KIND", "TITLE", "CONTENT", "FROMDATE", "TODATE"]
_REGISTERS = {"93": "T_NZ", "92": "T_GT"}
"""By kind of code: cooperatives and individuals have tables of their own."""
_ALL_REGISTERS = " UNION ALL ".join(
    f'SELECT "ID" * 4 + {place} AS "ROWNO", * FROM "{table}"'
    for place, table in enumerate(("T_QY", *_REGISTERS.values()))
)


def layout(_code: str, world: World, stamp: str) -> Layout:
    """Give all tables of the commerce administration, and its views."""
    views = {view: plain(f"T_{view[2:]}") for view in VIEWS.values()}
    views["V_BASEINFO"] = _ALL_REGISTERS
    return Layout(stamp, "UNISCID", lambda: _tables(world), views)


def _tables(world: World) -> Iterator[Table]:
    yield from _registers(world)
    for record_type, view in VIEWS.items():
        name = f"T_{view[2:]}"
        if record_type in {"ANNOUNCEMENT", "SELF_PUBLISHED"}:
            yield Table(name, _NOTICES, ())
            continue
        fields = named(record_type)
        columns = list(dict.fromkeys(["UNISCID", *fields.values()]))
        records = world.records("QH-AMR", record_type)
        yield Table(name, columns, _rows(records, fields, columns))


def _registers(world: World) -> Iterator[Table]:
    """Give enterprises, cooperatives and individuals in tables of their own."""
    kinds: dict[str, list[tuple[object, ...]]] = {"T_QY": [], "T_NZ": [], "T_GT": []}
    for who in world.enterprises():
        kinds[_REGISTERS.get(who.uscc[:2], "T_QY")].append(_registration(who))
    for name, rows in kinds.items():
        yield Table(name, REGISTRATION, rows)


def _registration(who: TrueEnterprise) -> tuple[object, ...]:
    facts = who.facts
    state = str(facts["status"])
    return (
        facts["pripid"],
        who.uscc,
        who.registration_number,
        facts["organisationCode"],
        who.name,
        ";".join(who.former_names) or None,
        facts["typeCode"],
        facts["type"],
        facts["legalRepresentative"],
        facts["legalRepIdType"],
        facts["legalRepIdNumber"],
        facts["principalTitle"],
        _wan(facts["registeredCapital"]),
        "840" if facts["currency"] == "USD" else "156",
        _slashes(facts["establishedOn"]),
        _slashes(facts["approvedOn"]),
        _slashes(facts["termFrom"]),
        _slashes(facts["termTo"]),
        facts["registrationAuthorityCode"],
        facts["registrationAuthority"],
        facts["address"],
        facts["industryCode"],
        facts["businessScope"],
        _STATES[state],
        _slashes(facts.get("revokedOn")),
        _slashes(facts.get("deregisteredOn")),
        facts.get("statusReason"),
        facts["contactPhone"],
        facts["contactName"],
    )


def _rows(
    records: Iterable[TrueRecord], fields: Mapping[str, str], columns: list[str]
) -> Iterator[tuple[object, ...]]:
    for record in records:
        facts = {"respondentName": record.written.get("name"), **record.facts}
        row: dict[str, object] = {"UNISCID": record.written.get("uscc")}
        for field, column in fields.items():
            row[column] = _value(field, facts.get(field))
        if record.record_type == "ABNORMAL_LISTING":
            row["SPECAUSE"] = _reason(str(record.facts["reason"]), record.usccs[0])
        yield tuple(row[column] for column in columns)


def _value(field: str, value: object) -> object:
    if value is None:
        return None
    if field in _MONEY:
        return _wan(value)
    codes = _CODES.get(field, {})
    if isinstance(value, list):
        if field in _PARTS:
            return _json(value, _PARTS[field])
        return ",".join(codes.get(str(one), str(one)) for one in value)
    text = codes.get(str(value), value)
    return (
        _slashes(text)
        if field.endswith("On") or field in {"termFrom", "termTo"}
        else text
    )


def _json(parts: Sequence[Mapping[str, object]], names: Mapping[str, str]) -> str:
    """Write a nested list as text, under the department's own names."""
    written = [{names[name]: value for name, value in part.items()} for part in parts]
    return json.dumps(written, ensure_ascii=False)


def _reason(reason: str, uscc: str) -> str:
    """Write a reason by the code table of the kind of entity, which stands before it."""
    table = "CD77" if uscc.startswith(("92", "93")) else "CD71"
    return f"{table}:{_REASONS[table][reason]}"


def _wan(value: object) -> str:
    return f"{Decimal(str(value)) / 10_000:f}"


def _slashes(day: object) -> object:
    return day.replace("-", "/") if isinstance(day, str) else day
