"""Reads the time that a department gives its data."""

from datetime import datetime
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

_SHANGHAI = ZoneInfo("Asia/Shanghai")


def read_moment(written: object) -> datetime | None:
    """Read a department's time: ISO 8601, an HTTP date, or epoch milliseconds."""
    if isinstance(written, int):
        return datetime.fromtimestamp(written / 1000, _SHANGHAI)
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
