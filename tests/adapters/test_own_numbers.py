"""By what departments number their records, everybody may know it."""

import tomllib

from adapters.registry import DEPARTMENTS
from schema.record_type import RecordType
from schema.records import RECORDS
from schema.visibility import Visibility

NAMES_NOTHING = {Visibility.GOVERNMENT, Visibility.ORGANISATIONS}


def test_no_departments_own_number_is_governments_only() -> None:
    """It names the record to everybody, in `id` and in `provenance`."""
    faults = []
    for path in sorted(DEPARTMENTS.glob("*.toml")):
        for name, section in tomllib.loads(path.read_text("utf-8")).items():
            if name not in RecordType.__members__:
                continue
            fields = RECORDS[RecordType[name]].fields
            shown = {
                one["from"] if isinstance(one, dict) and "from" in one else one
                for field, one in section["fields"].items()
                if fields[field].visibility.public
            }
            secret = {
                one["from"] if isinstance(one, dict) and "from" in one else one
                for field, one in section["fields"].items()
                if fields[field].visibility in NAMES_NOTHING
            }
            faults += [
                (path.name, name, column)
                for column in section.get("record_id", ())
                if column in secret - shown
            ]
    assert not faults
