"""What tests of questions know of the invented province."""

import tomllib
from collections.abc import Iterator
from datetime import date
from typing import Any

from strawberry.utils.str_converters import to_camel_case

from adapters.registry import DEPARTMENTS
from mock_departments.world.model import TrueRecord
from schema.record_type import RecordType
from schema.records import RECORDS
from tests.acceptance.conftest import Demo

TODAY = "2016-10-20"


def names(nodes: list[dict[str, Any]]) -> set[str]:
    return {node["uscc"] for node in nodes}


def all_pages(demo: Demo, query: str, field: str) -> Iterator[dict[str, Any]]:
    """Take a list page by page; `query` has a variable `$after`."""
    after = None
    while True:
        page = demo.data_of(query, {"after": after})[field]
        yield page
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def matter(licence: TrueRecord) -> object:
    facts = licence.facts
    what = (facts["certificateName"], facts["content"])
    return (licence.department, licence.usccs, *what)


def end_of(licence: TrueRecord) -> str:
    return str(licence.facts["validTo"] or "9999")


def squeezed(name: str | None) -> str:
    return "".join((name or "").split())


def publications(demo: Demo, department: str) -> Iterator[tuple[date, date]]:
    """Give when records were decided and published, where a department tells both."""
    path = DEPARTMENTS / f"{department}.toml"
    declared = tomllib.loads(path.read_text(encoding="utf-8"))
    for record_type in demo.world.record_types(department):
        occurred = RECORDS[RecordType[record_type]].occurred
        if not occurred:
            continue
        decided = to_camel_case(occurred[0])
        told = declared.get(record_type, {}).get("fields", {})
        if not told.keys() >= {"publishedOn", decided}:
            continue
        for record in demo.world.records(department, record_type):
            days = [record.facts.get(name) for name in (decided, "publishedOn")]
            if all(days):
                first, last = (date.fromisoformat(str(day)) for day in days)
                yield first, last
