"""Lists all that a department holds, going on where a page did not come."""

import asyncio
from collections.abc import AsyncIterator

from adapters.contract import Adapter, Page
from adapters.errors import SourceError
from adapters.retries import Retries
from schema.record_type import RecordType

LONGEST_WAIT = 30.0
"""Seconds that a listing waits at the most when a department asks it to."""
_RETRIES = Retries()


async def list_all(
    adapter: Adapter, record_type: RecordType, retries: Retries = _RETRIES
) -> AsyncIterator[Page]:
    """Yield all a department holds, page by page.

    A page that did not come is asked for again, a few times in a row. The caller has
    the deadline. Raises SourceError.
    """
    cursor, can_go_on, tried = None, True, 0
    while True:
        try:
            async for page in adapter.changes(record_type, cursor):
                yield page
                cursor = page.cursor
                can_go_on, tried = cursor is not None, 0
        except SourceError as fault:
            wait = retries.wait(tried, fault, LONGEST_WAIT) if can_go_on else None
            if wait is None:
                raise
        else:
            return
        await asyncio.sleep(wait)
        tried += 1
