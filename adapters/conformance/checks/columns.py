"""C9 and C10: every column is known, and records can be told apart."""

import re
from collections.abc import Iterator, Mapping, Sequence

from adapters.conformance.bench import Bench
from adapters.conformance.check import Check, Need
from adapters.conformance.outcomes import Finding
from adapters.contract import Fetched, Row
from adapters.paths import getter
from adapters.section import Section

_WORDS = re.compile(r"[\w-]+")
_SHOWN = 10


async def _known(bench: Bench) -> Sequence[Finding]:
    found: list[Finding] = []
    for record_type in bench.record_types:
        section = bench.declaration.sections[record_type]
        listing = await bench.listing(record_type)
        rows = [row for row in listing.rows if "line" not in row]
        if not rows:
            continue
        if new := sorted(unknown_columns(section, rows)):
            seen = f"没有声明的列 {'、'.join(new[:_SHOWN])} (columns not declared)"
            want = "映射到字段，或列入 unused (mapped, or in `unused`)"
            place = bench.place(record_type.value, "unused")
            found.append(Finding(seen, want, record_type.value, place))
        if gone := sorted(missing_columns(section, rows)):
            seen = f"来源没有 {'、'.join(gone[:_SHOWN])} (columns that are not there)"
            want = "声明所用的列都在 (all columns that are declared)"
            place = bench.place(f"{record_type.value}.fields", _field(section, gone[0]))
            found.append(Finding(seen, want, record_type.value, place))
    return found


async def _told_apart(bench: Bench) -> Sequence[Finding]:
    found: list[Finding] = []
    for record_type in bench.record_types:
        section = bench.declaration.sections[record_type]
        place = bench.place(record_type.value, "natural_key")
        listing = await bench.listing(record_type)
        digests: dict[tuple[object, ...], set[str]] = {}
        for one in listing.records:
            key = (one.subjects, one.identity)
            digests.setdefault(key, set()).add(one.digest)
        alike = [key for key, them in digests.items() if len(them) > 1]
        if alike and not _restates(bench, section):
            seen = (
                f"{len(alike)} 组不同的记录 natural_key 相同，只会留下一条"
                " (different records with one natural key)"
            )
            want = "每条记录的 natural_key 不同 (one key for each record)"
            smaller = f"{record_type.value}: {'/'.join(map(str, alike[0][1:]))}"
            found.append(Finding(seen, want, smaller, place))
        if not bench.materials.live:
            continue
        if firms := (await bench.sample(record_type))[:4]:
            first = await bench.ask(record_type, firms)
            again = await bench.ask(record_type, firms, again=True)
            if _digests(first) != _digests(again):
                seen = "问两次，摘要不同 (asked twice, other digests)"
                want = "同一条记录摘要不变 (the same digest for the same record)"
                found.append(Finding(seen, want, firms[0].uscc, place))
    return found


def unknown_columns(section: Section, rows: Sequence[Row]) -> frozenset[str]:
    """Name the columns of rows that a section neither maps nor leaves out."""
    declared = frozenset(columns_of(section))
    plain = {word for column in declared for word in _WORDS.findall(column)}
    seen = {path for row in rows for path in _paths(row)}
    return frozenset(path for path in seen if not _is_known(path, declared, plain))


def missing_columns(section: Section, rows: Sequence[Row]) -> frozenset[str]:
    """Name the columns that a section maps and no row has, nor a stand-in for them."""
    wanted = [rule.columns for rule in section.fields.values() if rule.columns]
    gets = {column: getter(column) for columns in wanted for column in columns}

    def there(column: str) -> bool:
        return any(column in row or gets[column](row) is not None for row in rows)

    return frozenset(
        " 或 ".join(columns) for columns in wanted if not any(map(there, columns))
    )


def columns_of(section: Section) -> Iterator[str]:
    """Name all columns that a section speaks of."""
    for rule in section.fields.values():
        yield from (*rule.columns, *rule.by_text)
    key = section.key
    yield from (*key.uscc, *key.registration_number, *key.name)
    yield from (*section.natural_key, *section.record_id, *section.unused)
    yield from section.withdrawn_when
    if "view" in section.options:
        yield str(section.options.get("order", "ID"))


def _is_known(path: str, declared: frozenset[str], plain: set[str]) -> bool:
    """Whether a path, or something around it, is spoken of."""
    if path in declared:
        return True
    parts = path.split(".")
    around = (".".join(parts[:count]) for count in range(1, len(parts)))
    return any(one in declared for one in around) or (
        len(parts) > 1 and all(part in plain for part in parts)
    )


def _paths(row: Mapping[str, object], before: str = "") -> Iterator[str]:
    for name, value in row.items():
        path = f"{before}{name}"
        if isinstance(value, Mapping) and value:
            yield from _paths(value, f"{path}.")
        else:
            yield path


def _field(section: Section, column: str) -> str:
    wanted = column.split(" 或 ", maxsplit=1)[0]
    names = (r.name for r in section.fields.values() if wanted in r.columns)
    return next(names, "")


def _restates(bench: Bench, section: Section) -> bool:
    """Whether a later row may correct an earlier one."""
    delta = bench.declaration.capabilities.delta
    return delta or (bench.held and section.options.get("mode", "delta") == "delta")


def _digests(fetched: Fetched) -> frozenset[str]:
    return frozenset(one.digest for them in fetched.records.values() for one in them)


CHECKS = (
    Check("C9", "列都有去处", "every column is known", _known),
    Check(
        *("C10", "记录可区分、摘要稳定", "records can be told apart", _told_apart),
        after=("B2",),
        need=Need.ROWS,
    ),
)
