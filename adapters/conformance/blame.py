"""Which check a department's failure belongs to.

A failure that no check caused still has to be told under the right number. The kinds'
own words decide; a test holds that every one of them is still used.
"""

import re
from collections.abc import Iterator

from adapters.errors import (
    SourceBusy,
    SourceContractBroken,
    SourceDenied,
    SourceError,
    SourceTimedOut,
)

WORDS = (
    ("its rate limit is used up", "E6"),
    ("the connection broke off", "E5"),
    ("a web page, not data", "B5"),
    ("an error that came as a success", "B5"),
    ("the system told an error", "B5"),
    ("the system told errors", "B5"),
    ("an answer with errors", "B5"),
    ("the same page twice", "B6"),
    ("endless pages", "B6"),
    ("the next page lies elsewhere", "B6"),
    ("closing row is missing", "B6"),
    ("is still being written", "B6"),
    ("ends in the middle of", "B6"),
    ("empty file", "B6"),
    ("not a workbook", "B6"),
    ("workbook is damaged", "B6"),
    ("workbook has no end", "B6"),
    ("no such sheet", "B6"),
    ("no rows", "B6"),
    ("columns missing", "C9"),
    ("columns are missing", "C9"),
    ("no header", "C9"),
    ("cannot be decoded", "C7"),
    ("no time of the data", "D5"),
    ("no total in it", "D2"),
    ("changes without cursor", "D4"),
    ("it tells no changes", "D4"),
    ("cannot list everything", "B6"),
    ("answer too large", "F3"),
    ("too many rows", "F3"),
    ("file is too large", "F3"),
    ("too large unpacked", "F3"),
)
"""Words of a reason, and the check; the first that is found counts."""
_KINDS = (
    (SourceTimedOut, "E1"),
    (SourceDenied, "E4"),
    (SourceBusy, "E3"),
    (SourceContractBroken, "B5"),
)
"""For words that are not listed; all others are E7."""
_ENCODING = re.compile(r"utf-?8|encoding|codec", re.IGNORECASE)


def blame(fault: SourceError) -> str:
    """Name the check that a failure belongs to."""
    if any(map(_ENCODING.search, _causes(fault))):
        return "C7"
    by_words = (check for words, check in WORDS if words in fault.reason)
    by_kind = (check for kind, check in _KINDS if isinstance(fault, kind))
    return next(by_words, None) or next(by_kind, "E7")


def _causes(fault: BaseException) -> Iterator[str]:
    """Give the words of what lies behind a failure."""
    cause = fault.__cause__
    while isinstance(cause, Exception):
        yield str(cause)
        cause = cause.__cause__


EXPECTED = {
    "B5": "「没有」以空列表答复，故障以错误答复 (an empty list for «none», an error "
    "for a failure)",
    "B6": "所有页、整个文件，各一次 (all pages and whole files, once)",
    "C7": "按声明的编码书写 (written in the declared encoding)",
    "C9": "声明所用的列都在 (the columns that the declaration uses)",
    "D2": "声明的位置上有总数 (a total where it is declared)",
    "D4": "增量答复带游标 (changes with a cursor)",
    "D5": "声明的位置上有数据时间 (a time of the data where it is declared)",
    "E1": "在 deadline 之内答复 (an answer within `deadline`)",
    "E3": "声明的 rate 之内不被限流 (no 429 within the declared `rate`)",
    "E4": "凭据被接受，过期的令牌能换新 (credentials that are accepted and renewed)",
    "E5": "连接不中断 (connections that hold)",
    "E6": "按声明的并发和频率可以询问 (questions as `concurrency` and `rate` allow)",
    "E7": "系统可以访问 (a system that can be reached)",
    "F3": "答复不超过 max_bytes (an answer within `max_bytes`)",
}
"""What should have been instead, by check."""
