"""D: what an adapter promises beside records is true."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

from adapters.conformance.bench import Bench
from adapters.conformance.check import Check, Need
from adapters.conformance.outcomes import Finding
from adapters.contract import EnterpriseKey, Page, SourceRecord
from adapters.errors import SourceError
from adapters.matching import Asked
from schema.codes import names
from schema.record_type import RecordType

_PAGES = 200
"""Of changes, at the most."""


async def _only_asked(bench: Bench) -> Sequence[Finding]:
    found: list[Finding] = []
    for record_type in bench.record_types:
        firms = (await bench.sample(record_type) or bench.strangers(1))[:2]
        fetched = await bench.ask(record_type, firms)
        asked = Asked(firms)
        others = [
            one
            for one in fetched.set_aside
            if one.subjects and not asked.match(one.subjects).concerned
        ]
        if others:
            found.append(
                Finding(
                    f"答复里有 {len(others)} 行是没有问的 (rows about others)",
                    "只有问到的 (only those asked for)",
                    f"{record_type.value}: {firms[0].uscc}",
                    bench.place(record_type.value, "request"),
                )
            )
    return found


async def _totals(bench: Bench) -> Sequence[Finding]:
    found: list[Finding] = []
    for record_type in bench.record_types:
        listing = await bench.listing(record_type)
        totals = [one.total for one in listing.pages if one.total is not None]
        if not totals or not listing.whole or bench.held:
            continue
        rows = len(listing.records) + sum(1 for one in listing.set_aside if one.raw)
        if totals[0] != rows:
            found.append(
                Finding(
                    f"说共 {totals[0]} 条，给了 {rows} 条 (told, and given)",
                    "相等；不可信就不要声明 total (equal, or no `total`)",
                    record_type.value,
                    bench.place(record_type.value, "total"),
                )
            )
    return found


async def _presence(bench: Bench) -> Sequence[Finding]:
    found: list[Finding] = []
    for record_type in bench.record_types:
        listing = await bench.listing(record_type)
        firms = await bench.sample(record_type)
        if not listing.whole or not firms:
            continue
        fetched = await bench.ask(record_type, firms)
        keys: set[str] = set()
        try:
            async for some in bench.adapter.keys(record_type):
                keys |= some
        except SourceError as fault:
            raise bench.blocked(record_type, fault, record_type.value) from fault
        known = keys | {names.normalise(key) for key in keys}
        absent = [
            one
            for one in firms
            if fetched.records[one.uscc]
            and not known & _calls(one, fetched.records[one.uscc])
        ]
        if absent:
            found.append(
                Finding(
                    f"{len(absent)} 个主体有记录，却不在 keys() 中 (held, not listed)",
                    "keys() 列出所有有记录的主体 (keys() lists all that are held)",
                    f"{record_type.value}: {absent[0].uscc}",
                    bench.place(record_type.value, "scan"),
                )
            )
    return found


async def _delta(bench: Bench) -> Sequence[Finding]:
    found: list[Finding] = []
    for record_type in bench.record_types:
        listing = await bench.listing(record_type)
        place = bench.place(record_type.value, "changes")
        try:
            base = await _pages(bench.adapter.since(record_type, None))
            last = base[-1].cursor if base else None
            after = await _pages(bench.adapter.since(record_type, last))
            replayed = await _pages(bench.adapter.since(record_type, base[0].cursor))
        except SourceError as fault:
            raise bench.blocked(record_type, fault, "changes") from fault
        told = {one.identity for page in base for one in page.records}
        faults = [
            (not all(one.cursor for one in base), "没有游标的页 (a page without one)"),
            (_turns_back(base), "游标回到了以前 (the cursor turns back)"),
            (bool(_digests(after) & _digests(base)), "从最后的游标又给了旧的 (replay)"),
            (
                _digests(replayed) != _digests(base[1:]),
                "从第一页的游标，给的与第一次不同 (another answer the second time)",
            ),
            (
                listing.whole and any(r.identity not in told for r in listing.records),
                "全量中有的，增量从头没有 (listed, and never told as a change)",
            ),
        ]
        wanted = "向前、完整、重放不变 (monotonic, complete, idempotent)"
        found += [
            Finding(seen, wanted, f"{record_type.value}: since {last}", place)
            for wrong, seen in faults
            if wrong
        ]
    return found


async def _freshness(bench: Bench) -> Sequence[Finding]:
    found: list[Finding] = []
    now, terms = bench.terms.now(), bench.terms
    fresh = bench.declaration.freshness
    for record_type in bench.record_types:
        listing = await bench.listing(record_type)
        place = bench.place("source", "freshness")
        if not listing.records:
            continue
        if not _tells_time(bench, record_type):
            seen = "没有 as_of：用的是我们的时间 (our own time, not the department's)"
            want = "声明数据时间在哪里 (where the department says it)"
            at = bench.place(record_type.value, "as_of")
            found.append(Finding(seen, want, record_type.value, at))
            continue
        newest = max(one.as_of for one in listing.records)
        if newest > now + terms.clock:
            seen = f"数据时间 {newest:%Y-%m-%d %H:%M} 在将来 (in the future)"
            want = f"不晚于现在 {now:%Y-%m-%d %H:%M} (not after now)"
            found.append(Finding(seen, want, record_type.value, place))
        elif now - newest > fresh + timedelta(minutes=1):
            seen = f"数据时间 {newest:%Y-%m-%d %H:%M}，已过 {_days(now - newest)}"
            want = f"freshness 之内：{_days(fresh)} (within `freshness`)"
            found.append(Finding(seen, want, record_type.value, place))
    return found


async def _pages(given: AsyncIterator[Page]) -> list[Page]:
    pages: list[Page] = []
    async for page in given:
        pages.append(page)
        if len(pages) >= _PAGES:
            break
    return pages


def _calls(firm: EnterpriseKey, records: Sequence[SourceRecord]) -> frozenset[str]:
    """Give all by which an enterprise, or a row about it, may be listed."""
    subjects = [one for record in records for one in record.subjects]
    written = [s.written_code or s.written_name or "" for s in subjects]
    known = (firm.uscc, firm.registration_number or "", *firm.names, *written)
    return frozenset(known) - {""}


def _turns_back(pages: Sequence[Page]) -> bool:
    """Whether a cursor comes again after another one."""
    cursors = [one.cursor for one in pages]
    moved = [c for n, c in enumerate(cursors) if not n or c != cursors[n - 1]]
    return len(set(moved)) < len(moved)


def _digests(pages: Sequence[Page]) -> frozenset[str]:
    return frozenset(one.digest for page in pages for one in page.records)


def _tells_time(bench: Bench, record_type: RecordType) -> bool:
    if bench.held:
        return True
    options = bench.declaration.sections[record_type].options
    if bench.declaration.kind == "sql":
        return bool(bench.declaration.connection.get("as_of"))
    return bench.declaration.kind == "soap" or bool(options.get("as_of"))


def _days(span: timedelta) -> str:
    days = span / timedelta(days=1)
    return f"{days:.1f} 天 (days)" if days >= 1 else f"{days * 24:.1f} 小时 (hours)"


def _by_code(bench: Bench) -> str:
    if bench.held:
        return "数据在我方，不按条件询问 (rows lie with us)"
    if bench.declaration.capabilities.key == "name":
        return "按名称询问，相近的名称也会答复 (asked by name, neighbours may come)"
    return ""


def _scans(bench: Bench) -> str:
    if bench.declaration.capabilities.scan:
        return ""
    return "scan = false：没有全量接口 (cannot list everything)"


def _has_delta(bench: Bench) -> str:
    return "" if bench.declaration.capabilities.delta else "没有声明 delta (no `delta`)"


CHECKS = (
    Check(
        *("D1", "只答复问到的", "the question is heeded", _only_asked),
        need=Need.SOURCE,
        applies=_by_code,
    ),
    Check(
        *("D2", "总数属实", "totals are true", _totals),
        need=Need.SOURCE,
        applies=_scans,
        after=("B6",),
    ),
    Check(
        *("D3", "存量索引与询问一致", "keys() agrees with fetch()", _presence),
        need=Need.SOURCE,
        applies=_scans,
        after=("B2",),
    ),
    Check(
        *("D4", "增量", "changes are complete, in order, idempotent", _delta),
        need=Need.SOURCE,
        applies=_has_delta,
        after=("B2",),
    ),
    Check("D5", "数据时间", "how fresh the data are", _freshness, need=Need.SOURCE),
)
