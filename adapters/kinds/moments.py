"""Reads the time that a department gives its data."""

from datetime import datetime
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

_SHANGHAI = ZoneInfo("Asia/Shanghai")


def read_moment(written: object) -> datetime | None:
    """Read a department's time: ISO 8601, an HTTP date, or epoch milliseconds."""
    if isinstance(written, int) and not isinstance(written, bool):
        return _since_epoch(written)
    if not isinstance(written, str):
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        try:
            moment = parsedate_to_datetime(written)
        except ValueError:
            return None
    return moment if moment.tzinfo else moment.replace(tzinfo=_SHANGHAI)


def _since_epoch(milliseconds: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(milliseconds / 1000, _SHANGHAI)
    except (OverflowError, OSError, ValueError):
        return None
