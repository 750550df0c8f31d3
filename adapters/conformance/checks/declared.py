"""A: the declaration itself."""

import re
from collections.abc import Iterable, Mapping, Sequence

from adapters.conformance.bench import Bench
from adapters.conformance.check import Check, Need
from adapters.conformance.outcomes import Finding
from adapters.errors import DeclarationError

_PLACE = re.compile(r"(?P<place>[^:\s]+\.toml(?::\d+)?): (?P<words>.*)", re.DOTALL)
_WORDS = (
    ("A1", ("TOML", "missing table", "not a table", "cannot be read", "读不了")),
    ("A3", ("required field missing", "key column missing", "required")),
    ("A4", ("secret inline", "only in [connection]")),
)
"""Words of a fault, and the check; all others are A2."""
_EXPECTED: Mapping[str, str] = {
    "A1": "一个合规的 TOML 文件，各表齐全 (a TOML file with all tables)",
    "A2": "docs/declarations.md 中的词 (words that docs/declarations.md knows)",
    "A3": "每个必填字段、主键都有对应的列 (a column for each required field and key)",
    "A4": "密码、令牌、地址写成 ${环境变量}，只在 [connection] 里 (secrets as ${NAME})",
}


def sorted_faults(error: DeclarationError) -> Mapping[str, Sequence[Finding]]:
    """Give each fault of a refused declaration to the check that it belongs to."""
    found: dict[str, list[Finding]] = {}
    for fault in error.faults:
        check = _check_of(fault)
        found.setdefault(check, []).append(_finding(check, fault))
    return found


async def _passed(_: Bench) -> Sequence[Finding]:
    """A declaration that has faults gives no bench."""
    return ()


def _check_of(fault: str) -> str:
    for check, words in _WORDS:
        if any(word in fault for word in words):
            return check
    return "A2"


def _finding(check: str, fault: str) -> Finding:
    match = _PLACE.fullmatch(fault)
    place, words = (match["place"], match["words"]) if match else ("", fault)
    return Finding(words, _EXPECTED[check], place=place)


def _checks() -> Iterable[Check]:
    yield Check("A1", "声明可读", "the declaration parses", _passed, Need.NOTHING)
    yield Check("A2", "用词已知", "all words are known", _passed, Need.NOTHING)
    yield Check(
        "A3", "必填字段已映射", "required fields are mapped", _passed, Need.NOTHING
    )
    yield Check("A4", "文件中没有密码", "no secrets inline", _passed, Need.NOTHING)


CHECKS = tuple(_checks())
