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

_MYSQL: Mapping[int, Ours] = {
    **dict.fromkeys((1205, 1317, 1969, 3024), _LATE),
    **dict.fromkeys((1040, 1203, 1226), _BUSY),
    **dict.fromkeys((1044, 1045, 1142, 1143, 1698), _DENIED),
    **dict.fromkeys((1049, 1054, 1146, 1356), _OTHER_VIEW),
    **dict.fromkeys((1267, 1300, 1366), _UNREADABLE),
}
"""By MySQL's and MariaDB's number of an error."""
_ORACLE: Mapping[str, Ours] = {
    **dict.fromkeys(("DPY-4024", "ORA-03156", "ORA-01013", "ORA-30006"), _LATE),
    **dict.fromkeys(("ORA-00018", "ORA-00020", "ORA-12516", "ORA-12520"), _BUSY),
    **dict.fromkeys(("ORA-01017", "ORA-01031", "ORA-01045", "ORA-28000"), _DENIED),
    **dict.fromkeys(("ORA-00904", "ORA-00942", "ORA-04063"), _OTHER_VIEW),
    "ORA-29275": _UNREADABLE,
}
"""By Oracle's code of an error."""
_ODBC: Mapping[str, Ours] = {
    "HYT": _LATE,
    "28": _DENIED,
    "42S": _OTHER_VIEW,
    "42000": _DENIED,
    "22": _UNREADABLE,
}
"""By the beginning of the SQLSTATE that ODBC gives; the longest that fits."""


def ours(error: Exception) -> SourceError:
    """Give the SourceError of a database's error."""
    if isinstance(error, TimeoutError | PoolTimeout):
        return _LATE()
    cause = error.orig if isinstance(error, DBAPIError) else error
    if "Could not decode" in str(cause):  # SQLite gives this one no name
        return _UNREADABLE()
    return _of(cause)


def _of(cause: object) -> SourceError:
    """Give ours by the name, number, code or state that the driver tells."""
    name = getattr(cause, "sqlite_errorname", None)
    if name is not None:
        return _found(_SQLITE, name)
    told = next(iter(getattr(cause, "args", ())), None)
    if isinstance(told, int):  # MySQL's has a state too, of less use
        return _MYSQL.get(told, _GONE)()
    state = getattr(cause, "sqlstate", None)
    if state is not None:
        return _found(_POSTGRESQL, state)
    if isinstance(told, str):
        return _found(_ODBC, told)
    return _ORACLE.get(getattr(told, "full_code", ""), _GONE)()


def _found(errors: Mapping[str, Ours], name: str) -> SourceError:
    fitting = [begin for begin in errors if name.startswith(begin)]
    return errors[max(fitting, key=len)]() if fitting else _GONE()
