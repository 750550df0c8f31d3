"""Turns a database's errors into ours; the only place that knows theirs."""

from collections.abc import Callable, Mapping
from functools import partial

from sqlalchemy.exc import DBAPIError, TimeoutError as PoolTimeout

from adapters.errors import (
    SourceBusy,
    SourceContractBroken,
    SourceDenied,
    SourceError,
    SourceTimedOut,
    SourceUnavailable,
)

Ours = Callable[[], SourceError]

_LATE = partial(SourceTimedOut, "数据库未在期限内答复 (no answer in time)")
_OTHER_VIEW = partial(
    SourceContractBroken, "视图或列与约定不符 (a view or column is missing)"
)
_RUBBISH = partial(SourceContractBroken, "数据库文件已损坏 (not a readable database)")
_UNREADABLE = partial(
    SourceContractBroken, "数据库中有无法解码的文字 (text that can't be decoded)"
)
_DENIED = partial(SourceDenied, "数据库拒绝了访问凭据 (credentials were not accepted)")
_BUSY = partial(SourceBusy, "数据库连接数已满 (too many connections)")
_GONE = partial(SourceUnavailable, "数据库无法访问 (can't be reached)")

_SQLITE: Mapping[str, Ours] = {
    "SQLITE_BUSY": _LATE,
    "SQLITE_LOCKED": _LATE,
    "SQLITE_INTERRUPT": _LATE,
    "SQLITE_ERROR": _OTHER_VIEW,
    "SQLITE_NOTADB": _RUBBISH,
    "SQLITE_CORRUPT": _RUBBISH,
    "SQLITE_PERM": _DENIED,
    "SQLITE_AUTH": _DENIED,
}
"""By the beginning of SQLite's name of an error."""
_POSTGRESQL: Mapping[str, Ours] = {
    "57014": _LATE,
    "55P03": _LATE,
    "53": _BUSY,
    "28": _DENIED,
    "42501": _DENIED,
    "42": _OTHER_VIEW,
    "3F": _OTHER_VIEW,
    "22": _UNREADABLE,
}
"""By the beginning of an SQLSTATE; the longest that fits."""


def ours(error: Exception) -> SourceError:
    """Give the SourceError of a database's error."""
    if isinstance(error, TimeoutError | PoolTimeout):
        return _LATE()
    cause = error.orig if isinstance(error, DBAPIError) else error
    if "Could not decode" in str(cause):  # SQLite gives this one no name
        return _UNREADABLE()
    name = getattr(cause, "sqlite_errorname", None)
    if name is not None:
        return _found(_SQLITE, name)
    return _found(_POSTGRESQL, getattr(cause, "sqlstate", None) or "")


def _found(errors: Mapping[str, Ours], name: str) -> SourceError:
    fitting = [begin for begin in errors if name.startswith(begin)]
    return errors[max(fitting, key=len)]() if fitting else _GONE()
