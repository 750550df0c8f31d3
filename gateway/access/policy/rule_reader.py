"""Reads the rules of a policy; every fault is kept, with its place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from gateway.access.policy.rule import Limit, Rule
from gateway.access.policy.words import Words
from gateway.access.viewer import Role
from schema.codes.regions import is_known

_KEYS: Final = frozenset(
    {
        "name", "roles", "people_of", "grants", "denies", "departments", "regions",
        "enterprises", "purposes", "case",
    }
)  # fmt: skip
_ROLES: Final = {role.value: role for role in Role}
_ANY: Final = "*"
_OWN: Final = "own"
_REQUIRED: Final = "required"
_ONLY_GRANTS: Final = ("departments", "regions", "enterprises", "purposes", "case")


@dataclass(frozen=True, slots=True)
class RuleReader:
    """Reads one rule after the other."""

    words: Words
    departments: frozenset[str]
    """Codes of all departments."""

    def read(self, table: str, written: object) -> Rule | None:
        """Read a rule; None when it isn't even a table."""
        if not isinstance(written, Mapping):
            self._fault(table, "", "应写成 [[rules]]（write it as [[rules]]）")
            return None
        for key in written:
            if key not in _KEYS:
                what = "没有这个词"
                self.words.faults.unknown(table, str(key), key, what, _KEYS)
        self._check_kind(table, written)
        return Rule(
            name=self._name(table, written.get("name")),
            roles=self._roles(table, written.get("roles")),
            people_of=self._people(table, written.get("people_of")),
            grants=self.words.granted(table, self._texts(table, "grants", written)),
            denies=self.words.denied(table, self._texts(table, "denies", written)),
            departments=self._limit(
                table, "departments", written, self.departments.__contains__
            ),
            regions=self._limit(table, "regions", written, _is_division),
            own_enterprise=self._flag(table, "enterprises", written, _OWN),
            purposes=self._purposes(table, written.get("purposes")),
            case=self._flag(table, "case", written, _REQUIRED),
        )

    def _check_kind(self, table: str, written: Mapping[str, object]) -> None:
        if ("grants" in written) == ("denies" in written):
            words = "须写 grants 或 denies 其中之一（one of both is needed）"
            self._fault(table, "", words)
        for key in _ONLY_GRANTS:
            if "denies" in written and key in written:
                words = "不能与 denies 同用（goes with grants only）"
                self._fault(table, key, words)

    def _name(self, table: str, value: object) -> str:
        if isinstance(value, str) and value.strip():
            return value
        self._fault(table, "name", "规则须有名称（a rule needs a name）")
        return ""

    def _roles(self, table: str, value: object) -> frozenset[Role]:
        if value is None:
            self._fault(table, "roles", '须写角色，如 ["analyst"]（roles are needed）')
            return frozenset()
        found: set[Role] = set()
        for word in self.words.texts(table, "roles", value):
            if word == _ANY:
                found |= set(Role)
            elif word in _ROLES:
                found.add(_ROLES[word])
            else:
                what, known = f"没有角色 {word}", _ROLES
                self.words.faults.unknown(table, "roles", word, what, known)
        return frozenset(found)

    def _people(self, table: str, value: object) -> frozenset[str] | None:
        if value is None:
            return None
        words = self.words.texts(table, "people_of", value)
        self._refuse_unknown(table, "people_of", words, self.departments.__contains__)
        return frozenset(words)

    def _texts(self, table: str, key: str, written: Mapping[str, object]) -> list[str]:
        return self.words.texts(table, key, written[key]) if key in written else []

    def _limit(
        self,
        table: str,
        key: str,
        written: Mapping[str, object],
        is_known_code: Callable[[str], bool],
    ) -> Limit:
        value = written.get(key)
        if value is None:
            return None
        if value == _OWN:
            return "own"
        if not isinstance(value, list):
            words = '应为 "own" 或代码的列表（"own", or a list of codes）'
            self._fault(table, key, words)
            return frozenset()
        codes = self.words.texts(table, key, value)
        self._refuse_unknown(table, key, codes, is_known_code)
        return frozenset(codes)

    def _refuse_unknown(
        self, table: str, key: str, codes: list[str], known: Callable[[str], bool]
    ) -> None:
        for code in codes:
            if known(code):
                continue
            if known == self.departments.__contains__:
                what = f"没有部门 {code}"
                self.words.faults.unknown(table, key, code, what, self.departments)
            else:
                self._fault(table, key, f"没有区划 {code}（no such division）")

    def _flag(
        self, table: str, key: str, written: Mapping[str, object], word: str
    ) -> bool:
        if key in written and written[key] != word:
            self._fault(table, key, f'只能写 "{word}"（only this word）')
        return key in written

    def _purposes(self, table: str, value: object) -> tuple[str, ...] | None:
        if value is None:
            return None
        if value == _REQUIRED:
            return ()
        words = self.words.texts(table, "purposes", value)
        if not words or not all(word.strip() for word in words):
            said = (
                f'应为 "{_REQUIRED}" 或用途须含之词（or words of which one is needed）'
            )
            self._fault(table, "purposes", said)
        return tuple(words)

    def _fault(self, table: str, key: str, words: str) -> None:
        self.words.faults.add(table, key, words)


def _is_division(code: str) -> bool:
    return len(code) == 6 and is_known(code)
