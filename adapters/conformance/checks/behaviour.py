"""E: an adapter bears with a department, and a department with an adapter.

Two sides are looked at: how the department behaved while it was asked, and what the
adapter does when a department on this machine behaves badly.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from aiohttp import web

from adapters.conformance.bench import Bench
from adapters.conformance.blame import EXPECTED, blame
from adapters.conformance.check import Check, Judge, Need
from adapters.conformance.keys import nobody
from adapters.conformance.loopback import Handler, serving
from adapters.conformance.outcomes import Finding
from adapters.conformance.pointing import HTTP, pointed
from adapters.contract import Ask
from adapters.errors import (
    SourceBusy,
    SourceDenied,
    SourceError,
    SourceTimedOut,
    SourceUnavailable,
)
from adapters.registry import maker

_SHORT = 0.4
"""Seconds that the adapter is given with a department that never answers."""
_LONG = 5.0
"""Seconds that it is given with any other."""
_MORE = 2.5
"""Seconds after these when it has not kept to them."""
_OF_THEIR_OWN = frozenset({"E4", "E5"})
"""Failures that have a number, and nothing to do with being asked side by side."""
_BROKEN_SHARE = 0.05
_BROKEN_FEWEST = 3


async def hang(_: web.Request) -> web.StreamResponse:
    """Never answer."""
    await asyncio.sleep(3600)
    return web.Response()


async def busy(_: web.Request) -> web.StreamResponse:
    """Ask to come back later."""
    return web.json_response({}, status=429, headers={"Retry-After": "60"})


async def denied(_: web.Request) -> web.StreamResponse:
    """Accept no credentials."""
    return web.json_response({}, status=401)


async def reset(request: web.Request) -> web.StreamResponse:
    """Break the connection off."""
    if request.transport:
        request.transport.abort()
    raise ConnectionResetError


async def outcome_of(
    bench: Bench, handler: Handler, deadline: float = _LONG, **instead: object
) -> SourceError | str:
    """Ask a department on this machine; gives the error, or words for its absence."""
    kind = bench.record_types[0]
    async with serving(handler) as url:
        own = pointed(bench.declaration, base_url=url, **instead)
        own = replace(own, deadline=deadline)
        adapter = bench.build(own, maker(own)(own, {}))
        try:
            async with asyncio.timeout(deadline + _MORE):
                fetched = await adapter.fetch(Ask(kind, (nobody(1),)))
        except SourceError as error:
            return error
        except TimeoutError:
            return f"{deadline + _MORE:g} 秒后仍未放弃 (did not give up)"
        finally:
            await adapter.close()
    failed = next(iter(fetched.failed.values()), None)
    return failed if isinstance(failed, SourceError) else "答复「没有」 (told «none»)"


def _bears(
    handler: Handler, error: type[SourceError], deadline: float = _LONG
) -> Judge:
    async def judge(bench: Bench) -> Sequence[Finding]:
        if bench.declaration.kind not in HTTP:
            return ()
        outcome = await outcome_of(bench, handler, deadline)
        if isinstance(outcome, error):
            return ()
        doc = (handler.__doc__ or "").strip().rstrip(".")
        want = f"{deadline:g} 秒之内 {error.__name__} (in time)"
        smaller = f"本机的来源 (a department here): {doc}"
        return [Finding(repr(outcome), want, smaller, bench.place("connection"))]

    return judge


_hanging = _bears(hang, SourceTimedOut, _SHORT)
_busy = _bears(busy, SourceBusy)
_denied = _bears(denied, SourceDenied)
_reset = _bears(reset, SourceUnavailable)


async def _in_time(bench: Bench) -> Sequence[Finding]:
    found = list(await _hanging(bench))
    deadline = bench.declaration.deadline
    late = [one for one in bench.watch.calls if one.took > deadline]
    if late:
        slowest = max(one.took for one in late)
        seen = f"{len(late)} 次超过期限，最慢 {slowest:.1f} 秒 (late calls)"
        place = bench.place("source", "deadline")
        smaller = f"{late[0].record_type.value}: {len(late[0].keys)} 个主体"
        found.append(Finding(seen, f"{deadline:g} 秒 (deadline)", smaller, place))
    return found


async def _cancelled(bench: Bench) -> Sequence[Finding]:
    if not bench.materials.live:
        return ()
    record_type = bench.record_types[0]
    firms = (await bench.sample(record_type) or bench.strangers(1))[:1]
    await bench.ask(record_type, firms)
    for _ in range(bench.declaration.capabilities.concurrency + 1):
        asking = asyncio.create_task(bench.probe(record_type, firms))
        for _ in range(3):
            await asyncio.sleep(0)
        asking.cancel()
        with suppress(asyncio.CancelledError, SourceError):
            await asking
    try:
        await bench.probe(record_type, firms)
    except SourceError as fault:
        seen = f"取消几次之后不再答复：{fault.reason} (no answer after cancelling)"
        want = "取消即放开连接和名额 (cancelling frees what was held)"
        place = bench.place("capabilities", "concurrency")
        return [Finding(seen, want, firms[0].uscc, place)]
    return ()


async def _limits(bench: Bench) -> Sequence[Finding]:
    found = list(await _busy(bench))
    told = [one for one in bench.watch.calls if _is_blamed(one.fault, "E3")]
    if told:
        seen = f"{len(told)} 次被限流 (429, or words to that effect)"
        place = bench.place("connection", "rate")
        found.append(Finding(seen, EXPECTED["E3"], _keys(told[0].keys), place))
    return found


async def _broken_off(bench: Bench) -> Sequence[Finding]:
    found = list(await _reset(bench))
    calls = bench.watch.calls
    broken = [one for one in calls if _is_blamed(one.fault, "E5")]
    enough = len(broken) >= _BROKEN_FEWEST
    if enough and len(broken) > _BROKEN_SHARE * len(calls):
        seen = f"{len(calls)} 次中断了 {len(broken)} 次 (connections broken off)"
        want = f"至多 {_BROKEN_SHARE:.0%} (at most)"
        place = bench.place("connection")
        found.append(Finding(seen, want, _keys(broken[0].keys), place))
    return found


async def _side_by_side(bench: Bench) -> Sequence[Finding]:
    if not bench.materials.live or bench.held:
        return ()
    known = bench.declaration.capabilities
    record_type = bench.record_types[0]
    place = bench.place("capabilities", "concurrency")
    firms = (await bench.sample(record_type) or bench.strangers(1))[:1]
    await bench.ask(record_type, firms)
    answers = await asyncio.gather(
        *(bench.probe(record_type, firms) for _ in range(known.concurrency)),
        return_exceptions=True,
    )
    found = [
        Finding(
            f"{known.concurrency} 个一起问：{one.reason} (asked side by side)",
            EXPECTED["E6"],
            f"{record_type.value}: {known.concurrency} × 1",
            place,
        )
        for one in answers
        if isinstance(one, SourceError) and blame(one) not in _OF_THEIR_OWN
    ][:1]
    if bench.watch.most_running > known.concurrency:
        seen = f"同时 {bench.watch.most_running} 次调用 (calls at once)"
        want = f"至多 {known.concurrency} (at most)"
        found.append(Finding(seen, want, record_type.value, place))
    return found


async def _reachable(bench: Bench) -> Sequence[Finding]:
    if not bench.materials.live:
        return ()
    try:
        async with asyncio.timeout(bench.declaration.deadline * 4 + 1):
            await bench.adapter.check()
    except SourceError as fault:
        raise bench.blocked(bench.record_types[0], fault, "check()") from fault
    except TimeoutError:
        late = SourceTimedOut("check() 没有结束 (does not end)")
        raise bench.blocked(bench.record_types[0], late, "check()") from None
    return ()


def _is_blamed(fault: SourceError | None, check: str) -> bool:
    return fault is not None and blame(fault) == check


def _keys(keys: Sequence[str]) -> str:
    return f"{len(keys)} 个主体，第一个 {keys[0]} (keys)" if keys else ""


CHECKS = (
    Check("E1", "期限之内", "within the deadline", _in_time, Need.NOTHING),
    Check("E2", "取消即放开", "cancelling frees", _cancelled, Need.SOURCE),
    Check("E3", "限流", "asked to come back later", _limits, Need.NOTHING),
    Check("E4", "凭据与令牌", "credentials and tokens", _denied, Need.NOTHING),
    Check("E5", "连接中断", "connections broken off", _broken_off, Need.NOTHING),
    Check(
        *("E6", "并发与频率", "concurrency and rate", _side_by_side, Need.SOURCE),
        after=("E2",),
    ),
    Check(
        *("E7", "可以访问", "can be reached", _reachable, Need.SOURCE),
        after=("B5",),
    ),
)
