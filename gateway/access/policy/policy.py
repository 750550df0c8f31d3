"""The policy: one file's rules, and what they decide for a caller."""

import hashlib
import re
import tomllib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final

from adapters.faults import Faults, Places
from adapters.toml_lines import line_numbers
from gateway.access.policy.decisions import Access, Decisions, decisions_of
from gateway.access.policy.errors import PolicyError
from gateway.access.policy.rule import Rule
from gateway.access.policy.rule_reader import RuleReader
from gateway.access.policy.scope import Scope
from gateway.access.policy.vocabulary import Vocabulary
from gateway.access.policy.words import Words
from gateway.access.viewer import Caller, Forbidden

PACKAGED: Final = Path(__file__).with_name("policy.toml")
UNWRITTEN: Final = "default"
"""Stands for the rule's name where no rule grants something."""
_KEPT: Final = 1_024
"""Kinds of viewers whose decisions are kept; enterprises are one each."""
_LARGEST: Final = 1_048_576
"""Bytes of a file."""
_HEADING = re.compile(r"^(\s*)\[\[\s*rules\s*\]\]", re.MULTILINE)
_LINE = re.compile(r"at line (\d+)")


@dataclass(frozen=True, eq=False, slots=True)
class Policy:
    """Decides what a caller may see; once for all whom no rule tells apart."""

    version: str
    """SHA-256 (hex) of the file."""
    rules: Sequence[Rule]
    protected: frozenset[str]
    """What nobody sees without a rule."""
    vocabulary: Vocabulary
    _kept: OrderedDict[object, Decisions] = field(
        default_factory=OrderedDict, init=False
    )
    _recent: dict[object, Decisions] = field(default_factory=dict, init=False)
    """By what callers are and state, word by word."""

    def decide(self, caller: Caller) -> Decisions:
        """Decide about everything at once."""
        asked = caller.viewer, caller.purpose, caller.case
        known = self._recent.get(asked)
        if known is None:
            known = self._decided(caller)
            if len(self._recent) >= _KEPT:
                self._recent.clear()
            self._recent[asked] = known
        return known

    def _decided(self, caller: Caller) -> Decisions:
        viewer = caller.viewer
        stated = tuple(rule.stated(caller) for rule in self.rules)
        key = (viewer.role, viewer.department, viewer.region, viewer.uscc, stated)
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found
        restricted = {
            thing: access
            for thing in self._restrictable
            if (access := self.access(thing, caller)) is not None
        }
        found = decisions_of(self.version, restricted, self.vocabulary)
        self._kept[key] = found
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return found

    @property
    def public(self) -> Decisions:
        """Give the decisions for the public schema, which has public things only."""
        return Decisions(self.version)

    def access(self, thing: str, caller: Caller) -> Access | None:
        """Decide about one field or record type; None: all of it may be seen."""
        mine = [rule for rule in self.rules if rule.is_for(caller.viewer)]
        for rule in mine:
            if thing in rule.denies:
                return Access(_denied(thing, rule))
        if thing not in self.protected:
            return None
        granting = [rule for rule in mine if thing in rule.grants]
        scopes: list[Scope] = []
        limiting = []
        for rule in granting:
            scope = rule.scope(caller.viewer) if rule.stated(caller) else None
            if scope is not None and scope.unlimited:
                return None
            if scope is not None and self._holds(thing, scope):
                scopes.append(scope)
                limiting.append(rule)
        unstated = [rule for rule in granting if not rule.stated(caller)]
        return Access(_why(thing, limiting, unstated), tuple(scopes))

    @property
    def _restrictable(self) -> frozenset[str]:
        return self.protected.union(*(rule.denies for rule in self.rules))

    def _holds(self, thing: str, scope: Scope) -> bool:
        """Say whether a limit can be held: a list of several types has no teller."""
        if thing in self.vocabulary.answered:
            return scope.departments is None
        return self.vocabulary.placed(thing)


def load(path: Path, vocabulary: Vocabulary, departments: frozenset[str]) -> Policy:
    """Read a policy; raises PolicyError with all its faults at once.

    `departments` are the codes of all there are.
    """
    data, text = _read(path)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = _LINE.search(str(error))
        place = f"{path.name}:{line[1]}" if line else path.name
        raise PolicyError([f"{place}: 不是合规的 TOML：{error}（not TOML）"]) from error
    faults = Faults(Places(path.name, line_numbers(_numbered(text))))
    policy = _policy(document, Words(vocabulary, faults), departments, data)
    if faults.found:
        raise PolicyError(faults.found)
    return policy


def _read(path: Path) -> tuple[bytes, str]:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            raise PolicyError([f"{path.name}: 超过 {_LARGEST} 字节（too large）"])
        return data, data.decode("utf-8")
    except UnicodeDecodeError as error:
        words = "不是 UTF-8 编码，请另存为 UTF-8（not UTF-8）"
        raise PolicyError([f"{path.name}: {words}"]) from error
    except OSError as error:
        words = f"读不了：{error.strerror}（cannot be read）"
        raise PolicyError([f"{path.name}: {words}"]) from error


def _numbered(text: str) -> str:
    """Give every [[rules]] a heading of its own, on the same line."""
    numbers = count(1)
    return _HEADING.sub(lambda found: f"{found[1]}[[rules.{next(numbers)}]]", text)


def _policy(
    document: Mapping[str, object],
    words: Words,
    departments: frozenset[str],
    data: bytes,
) -> Policy:
    faults = words.faults
    for table in document:
        if table not in {"groups", "rules"}:
            known = ("groups", "rules")
            faults.unknown("", table, table, "没有这个表", known)
    groups, written = document.get("groups", {}), document.get("rules", [])
    if not isinstance(groups, dict):
        faults.add("groups", "", "应写成 [groups]（write it as [groups]）")
        groups = {}
    if not isinstance(written, list):
        faults.add("rules", "", "应写成 [[rules]]（write it as [[rules]]）")
        written = []
    words.group_all(groups, "groups")
    reader = RuleReader(words, departments)
    rules: list[Rule] = []
    for number, one in enumerate(written, 1):
        table = f"rules.{number}"
        rule = reader.read(table, one)
        if rule is not None and rule.name in {before.name for before in rules}:
            faults.add(table, "name", f"{rule.name} 已用过（two rules of this name）")
        if rule is not None:
            rules.append(rule)
    digest = hashlib.sha256(data).hexdigest()
    return Policy(digest, tuple(rules), words.protected, words.vocabulary)


def _denied(thing: str, rule: Rule) -> Forbidden:
    return Forbidden(thing, rule.name, "规则不准许查看 (a rule denies it)")


def _why(thing: str, limiting: Sequence[Rule], unstated: Sequence[Rule]) -> Forbidden:
    """Say why something is not seen, or not of everybody, and what would help."""
    hint = unstated[0].needs if unstated else ""
    if limiting:
        reason = "超出可查看的范围 (outside of what may be seen)"
        return Forbidden(thing, limiting[0].name, reason, hint)
    if unstated:
        reason = "须先说明 (something must be stated first)"
        return Forbidden(thing, unstated[0].name, reason, hint)
    reason = "无权查看 (not for this role)"
    return Forbidden(thing, UNWRITTEN, reason)
