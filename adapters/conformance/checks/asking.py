"""B: many asked at once, each answered, none about another."""

from collections.abc import Callable, Mapping, Sequence
from math import ceil

from adapters.conformance.bench import Bench
from adapters.conformance.blame import blame
from adapters.conformance.check import Check, Need
from adapters.conformance.outcomes import Finding
from adapters.conformance.shrinking import smallest
from adapters.contract import EnterpriseKey, Fetched, SourceRecord
from adapters.errors import SourceContractBroken, SourceError
from adapters.matching import Asked
from schema.record_type import RecordType

_ALONE = 4
"""Enterprises that are asked about one by one."""
_MOST = 401
"""Enterprises of one question at the most."""
_NOT_ONES_OWN = frozenset({"E1", "E3", "E4", "E6"})
"""Failures that say nothing about a question."""
_INJECTED = SourceContractBroken("一致性检查的故障 (a failure made by the check)")

Same = Mapping[str, frozenset[tuple[object, ...]]]
"""By code, what makes its records the same."""


async def _set_at_a_time(bench: Bench) -> Sequence[Finding]:
    found: list[Finding] = []
    batch = bench.declaration.capabilities.batch
    for record_type in bench.record_types:
        firms = await bench.sample(record_type)
        if not firms:
            continue
        await bench.ask(record_type, firms[:1])
        count = min(2 * batch + 1, _MOST)
        asked = _spread(firms, bench.strangers(max(count - len(firms), 0)), batch)
        found += await _many(bench, record_type, asked)
    return found


async def _many(
    bench: Bench, record_type: RecordType, asked: Sequence[EnterpriseKey]
) -> Sequence[Finding]:
    """Ask about more than one batch, and count the calls."""
    batch = bench.declaration.capabilities.batch
    place = bench.place("capabilities", "batch")
    smaller = f"{record_type.value}: {len(asked)} 个主体 (enterprises)"
    before = len(bench.watch.calls)
    try:
        fetched = await bench.probe(record_type, asked)
    except SourceError as fault:
        if blame(fault) in _NOT_ONES_OWN:
            raise bench.blocked(record_type, fault, smaller) from fault
        seen = f"整批（{batch} 个）被拒绝：{fault.reason} (a full batch is refused)"
        bench.close(record_type, "B1")
        return [Finding(seen, f"每批 {batch} 个可以答复", smaller, place)]
    calls = [one.keys for one in bench.watch.calls[before:] if one.fault is None]
    keys = len({key for one in calls for key in one}) or len(asked)
    made, largest = len(calls) or fetched.calls, max(map(len, calls), default=0)
    found: list[Finding] = []
    if made > ceil(keys / batch):
        seen = f"{keys} 个主体用了 {made} 次调用 (calls)"
        want = f"至多 {ceil(keys / batch)} 次 (at most)"
        found.append(Finding(seen, want, smaller, place))
    if largest > batch:
        seen = f"一次问了 {largest} 个 (keys in one call)"
        found.append(Finding(seen, f"至多 {batch} 个 (at most)", smaller, place))
    return found


def _spread(
    firms: Sequence[EnterpriseKey], strangers: Sequence[EnterpriseKey], batch: int
) -> Sequence[EnterpriseKey]:
    """Let every batch begin with somebody who is known, as far as they go."""
    known, others, asked = list(firms), list(strangers), list[EnterpriseKey]()
    while known or others:
        asked += known[:1]
        asked += others[: batch - 1]
        known, others = known[1:], others[batch - 1 :]
        if not others:
            asked += known
            known = []
    return asked


async def _each_answered(bench: Bench) -> Sequence[Finding]:
    found: list[Finding] = []
    for record_type in bench.record_types:
        firms = await bench.sample(record_type)
        if not firms:
            continue
        alone = len(firms) % bench.declaration.capabilities.batch == 0
        firms = firms[:-1] if alone and len(firms) > 1 else firms
        asked = (*firms, *bench.strangers(1))
        fetched = await bench.ask(record_type, asked)
        lost = await _lost(bench, record_type, fetched, firms)
        if lost:  # the department may have changed something meanwhile
            fetched = await bench.ask(record_type, asked, again=True)
            lost = await _lost(bench, record_type, fetched, firms)
        found += [_unanswered(bench, record_type, code) for code in lost]
        found += _of_others(bench, record_type, fetched, asked)
    return found


async def _any_order(bench: Bench) -> Sequence[Finding]:
    found: list[Finding] = []
    for record_type in bench.record_types:
        firms = list(await bench.sample(record_type))[: 2 * _ALONE]
        if len(firms) < 2:
            continue
        alone: dict[str, Fetched] = {}
        for firm in firms[:_ALONE]:
            alone[firm.uscc] = await bench.ask(record_type, [firm])

        async def differs(
            some: Sequence[EnterpriseKey],
            kind: RecordType = record_type,
            single: Mapping[str, Fetched] = alone,
        ) -> bool:
            return bool(_disagree(await bench.ask(kind, some), single))

        half = len(firms) // 2
        for arranged in (firms, firms[::-1], firms[:half], firms[half:]):
            if not await differs(arranged):
                continue
            fewest = await smallest(arranged, differs)
            words = "、".join(one.uscc for one in fewest)
            found.append(
                Finding(
                    "一起问和单独问的记录不同 (another answer together than alone)",
                    "与顺序、分组无关 (independent of order and grouping)",
                    f"{record_type.value}: {words}",
                    bench.place(record_type.value, "key"),
                )
            )
            break
    return found


async def _odd_questions(bench: Bench) -> Sequence[Finding]:
    found: list[Finding] = []
    for record_type in bench.record_types:
        firms = list(await bench.sample(record_type))[:2]
        if not firms:
            continue
        place = bench.place(record_type.value)
        plain = await bench.ask(record_type, firms)
        before = len(bench.watch.calls)
        nothing = await bench.ask(record_type, [])
        if nothing.records or len(bench.watch.calls) > before:
            seen = "没有主体也调用了来源，或有答复 (a call, or an answer, for nobody)"
            found.append(Finding(seen, "不调用，空答复 (no call)", "[]", place))
        for words, odd in (
            ("重复的主体 (duplicates)", [*firms, *firms]),
            ("不认识的主体 (unknown ones)", [*firms, *bench.strangers(2)]),
        ):
            other = await bench.ask(record_type, odd)
            if _disagree(other, {one.uscc: plain for one in firms}):
                seen = f"加上{words}，答复变了 (the answer changes)"
                smaller = "、".join(one.uscc for one in odd)
                found.append(Finding(seen, "答复不变 (the same)", smaller, place))
    return found


async def _none_is_an_answer(bench: Bench) -> Sequence[Finding]:
    found: list[Finding] = []
    for record_type in bench.record_types:
        place = bench.place(record_type.value)
        strangers = bench.strangers(2)
        smaller = "、".join(one.uscc for one in strangers)
        firms = await bench.sample(record_type)
        if firms:
            await bench.ask(record_type, firms[:1])
        try:
            await bench.probe(record_type, strangers)
        except SourceError as fault:
            if blame(fault) in _NOT_ONES_OWN or not firms:
                raise bench.blocked(record_type, fault, smaller) from fault
            seen = f"问不认识的主体是故障：{fault.reason} (an error for «none»)"
            found.append(Finding(seen, "空列表 (an empty list)", smaller, place))
        if firms and not await _failure_is_told(bench, record_type, firms[:1]):
            seen = "来源出错，答复却是「没有」 (a failure is told as «none»)"
            told = "抛出 SourceError，或列入 failed、unsure (an error)"
            found.append(Finding(seen, told, firms[0].uscc, place))
    return found


async def _failure_is_told(
    bench: Bench, record_type: RecordType, firms: Sequence[EnterpriseKey]
) -> bool:
    """Let the source fail, where we stand between it and the adapter."""
    if not bench.watch.calls and not bench.held:
        return True
    bench.watch.failing = _INJECTED
    try:
        fetched = await bench.probe(record_type, firms)
    except SourceError:
        return True
    finally:
        bench.watch.failing = None
    if fetched.stale is not None:
        return True
    return all(one.uscc in fetched.unsure for one in firms)


async def _all_pages_once(bench: Bench) -> Sequence[Finding]:
    found: list[Finding] = []
    for record_type in bench.record_types:
        listing = await bench.listing(record_type)
        place = bench.place(record_type.value, "page")
        cursors = [one.cursor for one in listing.pages if one.cursor is not None]
        smaller = f"{record_type.value} 第 {len(listing.pages)} 页 (page)"
        if len(set(cursors)) < len(cursors):
            seen = "同一个游标给了两次 (the same cursor twice)"
            found.append(Finding(seen, "翻页向前、会结束 (an end)", smaller, place))
        seen_before: set[str] = set()
        for number, page in enumerate(listing.pages, start=1):
            digests = {one.digest for one in page.records}
            if len(digests) > 1 and digests <= seen_before:
                seen = f"第 {number} 页全是给过的记录 (a page of rows given before)"
                smaller = f"{record_type.value} 第 {number} 页"
                found.append(Finding(seen, "每条一次 (each once)", smaller, place))
                break
            seen_before |= digests
        total = bench.declaration.sections[record_type].options.get("total")
        found += [
            Finding(
                f"{piece.position}: {'；'.join(piece.reasons)}",
                "整页、整个文件 (whole pages and files)",
                record_type.value,
                bench.place(record_type.value, "pattern"),
            )
            for piece in listing.set_aside
            if not piece.raw and not total
        ]
    return found


async def _lost(
    bench: Bench,
    record_type: RecordType,
    fetched: Fetched,
    firms: Sequence[EnterpriseKey],
) -> Sequence[str]:
    """Name whom the listing has records about that were not in the answer."""
    asked = Asked(firms)
    listed: dict[str, set[tuple[object, ...]]] = {}
    for record in (await bench.listing(record_type)).records:
        for code in asked.match(record.subjects).surely:
            listed.setdefault(code, set()).add(record.identity)
    missing = [one.uscc for one in firms if one.uscc not in fetched.records]
    return missing + [
        code
        for code, identities in listed.items()
        if code not in fetched.unsure and code not in missing
        if identities - {one.identity for one in fetched.records[code]}
    ]


def _unanswered(bench: Bench, record_type: RecordType, code: str) -> Finding:
    return Finding(
        "全量中有记录，询问时没有，也没有说明 (listed, and missing in the answer)",
        "问到的每个主体都有完整答复 (a whole answer for every key)",
        f"{record_type.value}: {code}",
        bench.place(record_type.value, "request"),
    )


def _of_others(
    bench: Bench,
    record_type: RecordType,
    fetched: Fetched,
    asked: Sequence[EnterpriseKey],
) -> Sequence[Finding]:
    place = bench.place(record_type.value, "key")
    wanted = "只有问到的主体 (nobody but those asked for)"
    odd = fetched.records.keys() - {one.uscc for one in asked}
    found = [
        Finding("答复了没有问的主体 (a key that was not asked)", wanted, code, place)
        for code in sorted(odd)
    ]
    for one in asked:
        fits = _fits(one)
        strange = [r for r in fetched.records.get(one.uscc, ()) if not fits(r)]
        if strange:
            seen = f"{len(strange)} 条记录是别人的 (records about somebody else)"
            smaller = f"{record_type.value}: {one.uscc}"
            found.append(Finding(seen, wanted, smaller, place))
    return found


def _fits(firm: EnterpriseKey) -> Callable[[SourceRecord], bool]:
    asked = Asked([firm])
    return lambda record: bool(asked.match(record.subjects).concerned)


def _same(fetched: Fetched) -> Same:
    return {
        code: frozenset((one.identity, _read(one)) for one in records)
        for code, records in fetched.records.items()
        if code not in fetched.unsure
    }


def _read(record: SourceRecord) -> str:
    """Give what was read, comparable; a column beside may well change."""
    return repr(sorted(record.values.items()))


def _disagree(fetched: Fetched, others: Mapping[str, Fetched]) -> Sequence[str]:
    """Name those about whom two answers differ, both being sure."""
    same = _same(fetched)
    known = {code: _same(other).get(code) for code, other in others.items()}
    return [
        code
        for code, records in known.items()
        if records is not None and code in same and same[code] != records
    ]


def _asked_by_key(bench: Bench) -> str:
    if bench.held:
        return "数据在我方，不按批询问 (rows lie with us)"
    return ""


def _listed(bench: Bench) -> str:
    if bench.declaration.capabilities.scan:
        return ""
    return "scan = false：没有全量接口 (cannot list everything)"


CHECKS = (
    Check(
        *("B1", "成批询问", "set at a time", _set_at_a_time),
        need=Need.SOURCE,
        applies=_asked_by_key,
    ),
    Check(
        *("B2", "问到的都答复，没问的不答复", "everybody asked, nobody else"),
        _each_answered,
        need=Need.SOURCE,
    ),
    Check(
        *("B3", "与顺序、分组无关", "order and grouping don't matter", _any_order),
        need=Need.SOURCE,
        after=("B2",),
    ),
    Check(
        *("B4", "重复、未知、空的提问无害", "odd questions are harmless"),
        _odd_questions,
        need=Need.SOURCE,
        after=("B2", "B3"),
    ),
    Check(
        *("B5", "「没有」与故障分得清", "«none» is an answer, failure an error"),
        _none_is_an_answer,
        need=Need.SOURCE,
    ),
    Check(
        *("B6", "所有页各一次", "all pages, once", _all_pages_once),
        need=Need.SOURCE,
        applies=_listed,
    ),
)
