"""Writes the commerce administration's rows."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from mock_departments.sql.gsxt import REGISTRATION, VIEWS, named
from mock_departments.sql.tables import Table
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


def tables(world: World) -> Iterator[Table]:
    """Give all tables of the commerce administration, views beside them."""
    yield from _registers(world)
    for record_type, view in VIEWS.items():
        if record_type in {"ANNOUNCEMENT", "SELF_PUBLISHED"}:
            columns = ["UNISCID", "KIND", "TITLE", "CONTENT", "FROMDATE", "TODATE"]
            yield Table(f"T_{view[2:]}", columns, (), view)
            continue
        fields = named(record_type)
        columns = list(dict.fromkeys(["UNISCID", *fields.values()]))
        records = world.records("QH-AMR", record_type)
        yield Table(f"T_{view[2:]}", columns, _rows(records, fields, columns), view)


def _registers(world: World) -> Iterator[Table]:
    """Give enterprises, cooperatives and individuals in tables of their own."""
    kinds: dict[str, list[tuple[object, ...]]] = {"T_QY": [], "T_NZ": [], "T_GT": []}
    of_category = {"93": "T_NZ", "92": "T_GT"}
    for who in world.enterprises():
        kinds[of_category.get(who.uscc[:2], "T_QY")].append(_registration(who))
    for name, rows in kinds.items():
        yield Table(name, REGISTRATION, rows, None)


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
        if value and isinstance(value[0], dict):
            return ";".join(str(one["name"]) for one in value)
        return ",".join(codes.get(str(one), str(one)) for one in value)
    text = codes.get(str(value), value)
    return (
        _slashes(text)
        if field.endswith("On") or field in {"termFrom", "termTo"}
        else text
    )


def _reason(reason: str, uscc: str) -> str:
    """Write a reason by the code table of the kind of entity, which stands before it."""
    table = "CD77" if uscc.startswith(("92", "93")) else "CD71"
    return f"{table}:{_REASONS[table][reason]}"


def _wan(value: object) -> str:
    return f"{Decimal(str(value)) / 10_000:f}"


def _slashes(day: object) -> object:
    return day.replace("-", "/") if isinstance(day, str) else day
