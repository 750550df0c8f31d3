"""What a REST department holds, findable by its key."""

from collections.abc import Mapping, Sequence

from mock_departments.rest.departments import RestDepartment
from mock_departments.world.model import TrueRecord, World
from mock_departments.writing import write

Row = dict[str, object]


class Holdings:
    """All rows of one department, as it writes them."""

    def __init__(self, department: RestDepartment, world: World) -> None:
        """Read the department's part of the world."""
        self._fuzzy = department.key == "name"
        self._rows: dict[str, list[Row]] = {}
        self._places: dict[str, dict[str, list[int]]] = {}
        for record_type in world.record_types(department.code):
            records = world.records(department.code, record_type)
            self._rows[record_type] = [_row(r, department) for r in records]
            self._places[record_type] = self._index(records, department.key)

    def about(self, record_type: str, keys: Sequence[str]) -> Sequence[Row]:
        """Give the rows about any of the keys; neighbours too when asked by name."""
        places = self._places.get(record_type, {})
        found = {place for key in keys for place in places.get(self._sought(key), ())}
        return [self._rows[record_type][place] for place in sorted(found)]

    def all(self, record_type: str) -> Sequence[Row]:
        """Give all rows."""
        return self._rows.get(record_type, [])

    def _index(
        self, records: Sequence[TrueRecord], key: str
    ) -> Mapping[str, list[int]]:
        places: dict[str, list[int]] = {}
        for place, record in enumerate(records):
            for value in str(record.written.get(key) or "").split(","):
                places.setdefault(self._sought(value), []).append(place)
        return places

    def _sought(self, key: str) -> str:
        plain = "".join(key.split())
        return plain[:4] if self._fuzzy else plain


def _row(record: TrueRecord, department: RestDepartment) -> Row:
    row = write(record, department.style)
    if department.code == "QH-LRD" and record.record_type == "LICENCE":
        begin, end = record.facts["validFrom"], record.facts["validTo"]
        row["yxq"] = f"{_month(str(begin))}至{_month(str(end)) if end else '长期'}"
        del row["yxqz"], row["yxqzhi"]
    return row


def _month(day: str) -> str:
    year, month, _ = day.split("-")
    return f"{year}年{int(month)}月"
