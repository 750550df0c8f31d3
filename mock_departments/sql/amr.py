"""Writes the commerce administration's rows."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial

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
) -> Iterator[Sequence[object]]:
    places = [(columns.index(column), field) for field, column in fields.items()]
    writers = [(place, field, _writer(field)) for place, field in places]
    reason = columns.index("SPECAUSE") if "SPECAUSE" in columns else None
    for record in records:
        facts = {"respondentName": record.written.get("name"), **record.facts}
        row: list[object] = [None] * len(columns)
        row[0] = record.written.get("uscc")
        for place, field, write in writers:
            value = facts.get(field)
            if value is not None:
                row[place] = write(value)
        if reason is not None:
            row[reason] = _reason(str(facts["reason"]), record.usccs[0])
        yield row


def _writer(field: str) -> Callable[[object], object]:
    """Give what writes a field's values."""
    if field in _MONEY:
        return _wan
    if field in _PARTS:
        return partial(_json, _PARTS[field])
    if field.endswith("On") or field in {"termFrom", "termTo"}:
        return _slashes
    return partial(_text, _CODES.get(field, {}))


def _text(codes: Mapping[str, str], value: object) -> object:
    """Write a value by its code list, a list with commas between."""
    if isinstance(value, list):
        return ",".join(codes.get(str(one), str(one)) for one in value)
    return codes.get(str(value), value) if codes else value


def _json(names: Mapping[str, str], value: object) -> str:
    """Write a nested list as text, under the department's own names."""
    parts = value if isinstance(value, list) else []
    written = [{names[name]: fact for name, fact in part.items()} for part in parts]
    return json.dumps(written, ensure_ascii=False)


def _reason(reason: str, uscc: str) -> str:
    """Write a reason by the code table of the kind of entity, which stands before it."""
    table = "CD77" if uscc.startswith(("92", "93")) else "CD71"
    return f"{table}:{_REASONS[table][reason]}"


def _wan(value: object) -> str:
    return f"{Decimal(str(value)) / 10_000:f}"


def _slashes(day: object) -> object:
    return day.replace("-", "/") if isinstance(day, str) else day
