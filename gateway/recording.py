"""Records what was seen before it is shown, and signs what was said."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

import orjson
import structlog
from graphql import ExecutionResult

from gateway.access.audit.entries import Matter, Outcome
from gateway.access.audit.errors import AuditUnavailable
from gateway.access.audit.log import AuditLog, Keeping, open_log
from gateway.access.audit.seen import calls_of
from gateway.access.receipts.issuing import Receipts, Said, open_receipts, published
from gateway.access.receipts.parts import Parts
from gateway.access.viewer import Caller
from gateway.graphql_over_http import Operation, RequestRefused
from gateway.loading.answers import Note
from gateway.summing import sum_of
from schema.departments import CompletenessStatus
from schema.scalars import write_decimal

_FORBIDDEN: Final = "FORBIDDEN"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Told:
    """An answer, and what it was made of."""

    operation: Operation
    result: ExecutionResult
    note: Note
    policy: str
    """Its version."""
    parts: Parts | None = None
    """What went out before, where it goes out in parts."""


class Recording(Protocol):
    """Hears of every answer before it is sent; raises RequestRefused (503)."""

    async def answered(
        self, caller: Caller, told: Told, seconds: float
    ) -> Matter | None:
        """Record a look that took so many seconds; give what to record it by again."""

    async def again(self, caller: Caller, matter: Matter | None) -> None:
        """Record a look at an answer that is given again."""

    async def refused(self, caller: Caller, operation: Operation, policy: str) -> None:
        """Record that nothing was executed."""

    async def receipt(self, told: Told) -> Mapping[str, object]:
        """Sign an answer."""


class Unrecorded:
    """Records nothing: what is public may be looked at by anybody."""

    async def answered(self, caller: Caller, told: Told, seconds: float) -> None:
        """Let it pass."""

    async def again(self, caller: Caller, matter: Matter | None) -> None:
        """Let it pass."""

    async def refused(self, caller: Caller, operation: Operation, policy: str) -> None:
        """Let it pass."""

    async def receipt(self, told: Told) -> Mapping[str, object]:
        """Say that there are none."""
        del told
        return {"refused": "此接口不出具回执 (no receipts here)"}


class Recorded:
    """Records in the audit log, once it is open; until then nobody is answered."""

    def __init__(
        self,
        audit: Path,
        receipts: Path,
        clock: Callable[[], datetime],
        keeping: Keeping,
    ) -> None:
        """Keep both in their directories; `clock` tells the real time."""
        self._places = audit, receipts
        self._clock = clock
        self._keeping = keeping
        self._audit: AuditLog | None = None
        self._receipts: Receipts | None = None
        self.problem: str | None = None
        """Why nothing is recorded, for who runs the gateway; None: all is."""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep both open."""
        keeping = self._keeping
        async with AsyncExitStack() as stack:
            try:
                self._audit = await stack.enter_async_context(
                    open_log(self._places[0], self._clock, keeping)
                )
                self._receipts = await stack.enter_async_context(
                    open_receipts(
                        self._places[1],
                        self._clock,
                        keeping.habits,
                        keeping.patience,
                    )
                )
            except AuditUnavailable as error:
                self._tell(error)
            yield

    @property
    def published(self) -> dict[str, object]:
        """Give the keys by which receipts are checked."""
        if self._receipts is None:
            return {"keys": []}
        return published(self._receipts.public)

    async def answered(self, caller: Caller, told: Told, seconds: float) -> Matter:
        """Return when it is on the disk."""
        matter = _matter_of(told)
        if told.note.decided is not None:
            caller = replace(caller, purpose=told.note.decided)
        await self._write(caller, matter, seconds)
        return matter

    async def again(self, caller: Caller, matter: Matter | None) -> None:
        """Record the same matter."""
        if matter is not None:
            await self._write(caller, matter, 0.0)

    async def refused(self, caller: Caller, operation: Operation, policy: str) -> None:
        """Record what was asked."""
        await self._write(
            caller,
            Matter(
                Outcome.REFUSED,
                operation.query,
                operation.variables,
                operation=operation.name,
                policy=policy,
            ),
            0.0,
        )

    async def receipt(self, told: Told) -> Mapping[str, object]:
        """Keep a signed receipt, and give it."""
        note, operation = told.note, told.operation
        if self._receipts is None:
            raise _unavailable()
        summed = sum_of(note)
        said = Said(
            operation.query,
            operation.variables,
            b"" if told.parts else _written(told.result),
            tuple(note.calls),
            None if summed is None else summed.told(),
            note.register,
            told.policy,
            told.parts.hashes if told.parts else (),
        )
        try:
            return await self._receipts.issue(said)
        except AuditUnavailable as error:
            self._tell(error)
            raise _unavailable() from error

    async def _write(self, caller: Caller, matter: Matter, seconds: float) -> None:
        if self._audit is None:
            raise _unavailable()
        try:
            await self._audit.write(caller, matter, seconds)
        except AuditUnavailable as error:
            self._tell(error)
            raise _unavailable() from error
        self.problem = None

    def _tell(self, error: AuditUnavailable) -> None:
        self.problem = str(error)
        _log.error("audit not written", reason=str(error))


def _matter_of(told: Told) -> Matter:
    result, note = told.result, told.note
    denied = sorted(
        {
            str(beside["field"])
            for error in result.errors or ()
            if (beside := error.extensions or {}).get("code") == _FORBIDDEN
        }
    )
    return Matter(
        _outcome(result, note, denied),
        told.operation.query,
        told.operation.variables,
        operation=told.operation.name,
        calls=calls_of(note),
        enterprises=tuple(note.enterprises),
        denied=denied,
        policy=told.policy,
    )


def _outcome(result: ExecutionResult, note: Note, denied: list[str]) -> Outcome:
    if denied:
        return Outcome.DENIED
    if result.data is None:
        return Outcome.FAILED
    summed = sum_of(note)
    whole = summed is None or summed.verdict is CompletenessStatus.COMPLETE
    return Outcome.OK if whole and not result.errors else Outcome.PARTIAL


def _written(result: ExecutionResult) -> bytes:
    body = dict(result.formatted)
    body.pop("extensions", None)
    return orjson.dumps(body, write_decimal, orjson.OPT_NON_STR_KEYS)


def _unavailable() -> RequestRefused:
    return RequestRefused(
        503,
        "查询记录暂时无法保存，政务查询暂停，请稍后再试 (looks can't be recorded now; "
        "nothing is answered until they can)",
        "AUDIT_UNAVAILABLE",
        {"Retry-After": "10"},
    )
