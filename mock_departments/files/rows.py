"""A department's rows as they stand in its files."""

from collections.abc import Sequence

from mock_departments.columns import columns
from mock_departments.files.departments import FilesDepartment
from mock_departments.holdings import drifted
from mock_departments.world.model import TrueRecord, World
from mock_departments.writing import write

Row = dict[str, object]

_ADDRESS = "DZ"
_COMMAS_EVERY = 40
"""One address in so many has a comma that nobody quoted."""
_DATES = ("decidedOn", "awardedOn")


def rows_of(
    department: FilesDepartment, world: World, record_type: str, profile: str
) -> Sequence[Row]:
    """Write all records of a type, spoilt as the profile says."""
    records = list(world.records(department.code, record_type))
    if department.groups:
        records.sort(key=lambda record: str(record.written.get("uscc")))
    rows = [_row(department, record) for record in records]
    if department.addresses:
        for place, (row, record) in enumerate(zip(rows, records, strict=True)):
            row[_ADDRESS] = _address(world, record, place)
    if profile == "schema_drift":
        return drifted(rows)
    if profile == "bad_rows":
        _spoil(rows, department, record_type)
    return rows


def _row(department: FilesDepartment, record: TrueRecord) -> Row:
    row = write(record, department.style)
    named = columns(department.style.columns, record.record_type)
    if department.name_only:
        del row[named["uscc"]], row[named["registrationNumber"]]
    if department.sloppy_names:
        name = str(row[named["name"]]).replace("（", "(").replace("）", ")")
        row[named["name"]] = name + "  "
    return row


def _address(world: World, record: TrueRecord, place: int) -> str:
    """Give the address, sometimes with a comma; never that of a story's hero."""
    who = world.enterprise(record.usccs[0]) if record.usccs else None
    if who is None:
        return ""
    careless = place % _COMMAS_EVERY == 7 and "story" not in who.facts
    return f"{who.facts['address']}{',2楼' if careless else ''}"


def _spoil(rows: Sequence[Row], department: FilesDepartment, record_type: str) -> None:
    """Make the dates of every fourth row unreadable."""
    named = columns(department.style.columns, record_type)
    for row in rows[::4]:
        for field in _DATES:
            if field in named:
                row[named[field]] = "去年"
