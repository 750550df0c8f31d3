"""Whole answers that are given again as they stand, for a few seconds.

What many ask for at the same time (a name in the news, a page that polls) is put
together once: who asks for what is being made waits a little for that. An answer may be
repeated only if all it says came from memory or from what lies with us; it is forgotten
as soon as any of that is no longer true.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Final, NamedTuple

from gateway.access.audit.entries import Matter
from gateway.loading.life import Life
from gateway.replies import Reply

_SHARE: Final = 8
"""An answer of more than this part of all room is not kept."""
_PATIENCE: Final = 0.25
"""Seconds that who asks for an answer waits for another who makes it."""
_SHARE_OF_TIME: Final = 0.05
"""Of the time of a question that is spent on that at the most."""
_ENVELOPE: Final = 500
"""Bytes of an answer beside its body, about."""


class Answer(NamedTuple):
    """An answer, and what to record when it is given."""

    reply: Reply
    matter: Matter | None = None


class Repeated:
    """An answer that is kept; implements `Relies`."""

    __slots__ = ("answer", "until")

    def __init__(self, answer: Answer, until: float) -> None:
        """Give `answer` again until a moment of the clock."""
        self.answer: Answer | None = answer
        self.until = until

    def forget(self) -> None:
        """Give it no more."""
        self.answer = None


class Repeats:
    """Keeps answers by what was asked, the least recently given ones forgotten."""

    def __init__(
        self, most: int, seconds: float, clock: Callable[[], float] = monotonic
    ) -> None:
        """Keep at most so many bytes, each for at most so many seconds."""
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._kept: OrderedDict[Hashable, tuple[Repeated, int]] = OrderedDict()
        self._making: dict[Hashable, asyncio.Event] = {}
        self._size = 0
        self.era = 0
        """Counts the times that all was forgotten."""

    def get(self, asked: Hashable) -> Answer | None:
        """Give the answer to what is asked, if it may be given again."""
        found = self._kept.get(asked)
        if found is None:
            return None
        one, _ = found
        if one.answer is None or one.until < self._clock():
            self._drop(asked)
            return None
        self._kept.move_to_end(asked)
        return one.answer

    async def awaited(self, asked: Hashable, seconds: float) -> Answer | None:
        """Give an answer that another is just making, if it may be given again.

        Waits a little for it: of the `seconds` of a question hardly any may be lost.
        """
        made = self._making.get(asked)
        if made is None:
            return None
        with suppress(TimeoutError):
            async with asyncio.timeout(min(_PATIENCE, seconds * _SHARE_OF_TIME)):
                await made.wait()
        return self.get(asked)

    @contextmanager
    def making(self, asked: Hashable) -> Iterator[None]:
        """Let others wait for an answer that is made inside, if nobody makes it yet."""
        if asked in self._making:
            yield
            return
        made = self._making[asked] = asyncio.Event()
        try:
            yield
        finally:
            del self._making[asked]
            made.set()

    def keep(self, asked: Hashable, answer: Answer, life: Life, era: int) -> None:
        """Keep an answer, begun in an era, as long as what it was made of is true."""
        if era != self.era or any(entry.gone for entry in life.entries):
            return
        now, size = self._clock(), len(answer.reply.body) + _ENVELOPE
        until = min(life.ends, now + self._seconds)
        if until <= now or size * _SHARE > self._most:
            return
        self._drop(asked)
        one = Repeated(answer, until)
        self._kept[asked] = (one, size)
        self._size += size
        for entry in life.entries:
            entry.relying.append(one)
        while self._size > self._most:
            self._drop(next(iter(self._kept)))

    def clear(self) -> None:
        """Forget all, when something changed that answers don't name."""
        for one, _ in self._kept.values():
            one.forget()
        self._kept.clear()
        self._size = 0
        self.era += 1

    def _drop(self, asked: Hashable) -> None:
        found = self._kept.pop(asked, None)
        if found is not None:
            found[0].forget()
            self._size -= found[1]
