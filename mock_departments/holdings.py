"""What a department holds, written its way and findable by its key."""

import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from mock_departments.world.model import TrueRecord, World

Row = dict[str, object]
Write = Callable[[TrueRecord], Row]


class Holdings:
    """All rows of one department."""

    def __init__(self, code: str, world: World, key: str, write: Write) -> None:
        """Read the department's part of the world; `key` is what it is asked by."""
        self._fuzzy = key == "name"
        self._key = key
        self._write = write
        self._told: dict[str, list[Row]] = {}
        self._numbers: dict[str, dict[int, int]] = {}
        self._rows: dict[str, list[Row]] = {}
        self._places: dict[str, dict[str, list[int]]] = {}
        self._keys: dict[str, list[str]] = {}
        for record_type in world.record_types(code):
            records = world.records(code, record_type)
            self._rows[record_type] = [write(record) for record in records]
            self._told[record_type] = list(self._rows[record_type])
            self._numbers[record_type] = {r.number: n for n, r in enumerate(records)}
            self._places[record_type] = self._index(records)
            self._keys[record_type] = sorted(self._places[record_type])

    def about(self, record_type: str, keys: Sequence[str]) -> Sequence[Row]:
        """Give the rows about any of the keys; neighbours too when asked by name."""
        places = self._places.get(record_type, {})
        found = {
            place
            for key in keys
            for near in self._near(record_type, self._sought(key))
            for place in places.get(near, ())
        }
        return [self._rows[record_type][place] for place in sorted(found)]

    def all(self, record_type: str) -> Sequence[Row]:
        """Give all rows."""
        return self._rows.get(record_type, [])

    def told(self, record_type: str) -> Sequence[Row]:
        """Give all rows as they came and changed, in the order of the changes."""
        return self._told.get(record_type, [])

    def amend(self, record: TrueRecord) -> None:
        """Hold a record, in the place of one of the same number."""
        kind = record.record_type
        row, rows = self._write(record), self._rows[kind]
        place = self._numbers[kind].setdefault(record.number, len(rows))
        rows[place : place + 1] = [row]
        self._told[kind].append(row)
        self._note(self._places[kind], record, place)
        self._keys[kind] = sorted(self._places[kind])

    def strangers(self, record_type: str, rows: Sequence[Row]) -> Sequence[Row]:
        """Give a few rows beside these."""
        others = (row for row in self.all(record_type) if row not in rows)
        return list(islice(others, 3))

    def _index(self, records: Sequence[TrueRecord]) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for place, record in enumerate(records):
            self._note(places, record, place)
        return places

    def _note(
        self, places: dict[str, list[int]], record: TrueRecord, place: int
    ) -> None:
        for value in str(record.written.get(self._key) or "").split(","):
            found = places.setdefault(self._sought(value), [])
            if place not in found:
                found.append(place)

    def _near(self, record_type: str, key: str) -> Iterator[str]:
        """Name the keys looked up: the one asked for, and a name's two neighbours."""
        yield key
        if self._fuzzy:
            names = self._keys.get(record_type, [])
            at = bisect_left(names, key)
            yield from names[max(at - 1, 0) : at + 2]

    def _sought(self, key: str) -> str:
        plain = "".join(key.split())
        return _spelt_alike(plain) if self._fuzzy else plain


def _spelt_alike(name: str) -> str:
    """Leave out what spellings of one name differ in: widths, brackets, the form."""
    narrow = unicodedata.normalize("NFKC", name).replace("有限责任公司", "有限公司")
    return "".join(character for character in narrow if character.isalnum())


def half(rows: Sequence[Row]) -> Sequence[Row]:
    """Leave out every third row, without a word."""
    return [row for place, row in enumerate(rows) if place % 3]


def drifted(rows: Sequence[Row]) -> Sequence[Row]:
    """Rename all columns."""
    return [{f"NEW_{name}": value for name, value in row.items()} for row in rows]


def spoilt(rows: Sequence[Row]) -> Sequence[Row]:
    """Make the dates of every fourth row unreadable."""
    return [_bad(row) if place % 4 == 0 else row for place, row in enumerate(rows)]


def twice(rows: Sequence[Row]) -> Sequence[Row]:
    """Give every row a second time."""
    return [*rows, *rows]


def retyped(rows: Sequence[Row]) -> Sequence[Row]:
    """Put every value into a list."""
    return [{name: [value] for name, value in row.items()} for row in rows]


SPOILING: dict[str, Callable[[Sequence[Row]], Sequence[Row]]] = {
    "half_answer": half,
    "schema_drift": drifted,
    "bad_rows": spoilt,
    "duplicates": twice,
    "changed_type": retyped,
}


def _bad(row: Row) -> Row:
    dates = ("JDRQ", "DECIDED_ON", "SYRQ", "REGISTERED_ON", "LARQ", "DJQXZ", "决定日期")
    return {k: "去年" if k.upper().endswith(dates) else v for k, v in row.items()}
