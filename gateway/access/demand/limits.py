"""How much each role may ask: read from a TOML file, checked before execution."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from gateway.access.demand.cost import Estimate
from gateway.access.viewer import Role
from schema.errors import LimitExceeded

PACKAGED: Final = Path(__file__).with_name("limits.toml")
MOST: Final = 10**12
"""The highest number that a limit may be; costs are counted up to it."""


class LimitsUnusable(Exception):
    """A file of limits has faults; the message names all of them, a line each."""


@dataclass(frozen=True, slots=True)
class RoleLimits:
    """What one role may ask at once, and in a minute."""

    cost: int
    source_calls: int
    depth: int
    aliases: int
    tokens: int
    body: int
    """Bytes."""
    batch: int
    """Codes of enterprises in one list."""
    requests: int
    points: int
    """Cost of all operations in a minute."""
    address_requests: int
    address_points: int


_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "cost": ("花费", "points"),
    "source_calls": ("部门访问次数", "calls to departments"),
    "depth": ("嵌套层数", "levels of fields"),
    "aliases": ("别名", "aliases"),
    "tokens": ("词法单元", "lexical tokens"),
    "body": ("请求字节", "bytes"),
    "batch": ("一次的企业代码", "codes of enterprises in one list"),
}
"""What each limit of one request counts."""


class OverLimit(LimitExceeded):
    """A request asks more than its role may."""

    def __init__(
        self,
        role: Role,
        excess: Sequence[tuple[str, int, int]],
        costliest: str = "",
    ) -> None:
        """Name each limit, what was asked and is allowed, and the dearest field."""
        words = [_excess(role, *one) for one in excess]
        if costliest:
            words.append(f"花费最多的字段 the field that costs most: {costliest}")
        super().__init__("；".join(words))
        self.excess = excess
        self.costliest = costliest

    @property
    def extensions(self) -> dict[str, object]:
        """Give the same for programs."""
        told: dict[str, object] = {
            "code": self.code,
            "limits": [
                {"limit": name, "asked": asked, "allowed": allowed}
                for name, asked, allowed in self.excess
            ],
        }
        if self.costliest:
            told["costliest"] = self.costliest
        return told


def _excess(role: Role, name: str, asked: int, allowed: int) -> str:
    chinese, english = _WORDS[name]
    return (
        f"{chinese} {asked} 超过上限 {allowed} "
        f"({name}: {asked} {english}, {allowed} are allowed to {role.value})"
    )


class Limits:
    """The limits of all roles."""

    def __init__(self, of_roles: Mapping[Role, RoleLimits]) -> None:
        """Take the limits of every role."""
        self._of = dict(of_roles)

    def of(self, role: Role) -> RoleLimits:
        """Give the limits of a role."""
        return self._of[role]

    def check_text(self, role: Role, *, body: int = 0, tokens: int = 0) -> None:
        """Refuse a text that is too long, before it is parsed; raises OverLimit."""
        most = self._of[role]
        if body > most.body or tokens > most.tokens:
            raise OverLimit(role, _over(most, {"body": body, "tokens": tokens}))

    def check(self, role: Role, estimate: Estimate) -> None:
        """Refuse an operation that is too large; raises OverLimit."""
        most = self._of[role]
        if (
            estimate.cost <= most.cost
            and estimate.source_calls <= most.source_calls
            and estimate.depth <= most.depth
            and estimate.aliases <= most.aliases
            and estimate.tokens <= most.tokens
            and estimate.batch <= most.batch
        ):
            return
        asked = {n: getattr(estimate, n) for n in _WORDS if hasattr(estimate, n)}
        excess = _over(most, asked)
        dear = any(name in {"cost", "source_calls"} for name, _, _ in excess)
        raise OverLimit(role, excess, estimate.costliest if dear else "")


def _over(most: RoleLimits, asked: Mapping[str, int]) -> Sequence[tuple[str, int, int]]:
    allowed = [(name, number, getattr(most, name)) for name, number in asked.items()]
    return [one for one in allowed if one[1] > one[2]]


def load_limits(path: Path = PACKAGED) -> Limits:
    """Read a file of limits; raises LimitsUnusable with all its faults."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise LimitsUnusable(
            f"{path}: 读不了 (can't be read): {error.strerror}"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LimitsUnusable(f"{path}: 不是 TOML (not TOML): {error}") from error
    faults: list[str] = []
    found = {role: _read(role, document.get(role.value), faults) for role in Role}
    known = {role.value for role in Role}
    faults += [
        f"[{name}]: 没有这个角色 (no such role); {', '.join(sorted(known))}"
        for name in document.keys() - known
    ]
    if faults:
        raise LimitsUnusable("\n".join(f"{path.name}: {one}" for one in sorted(faults)))
    return Limits({role: one for role, one in found.items() if one is not None})


def _read(role: Role, table: object, faults: list[str]) -> RoleLimits | None:
    if not isinstance(table, Mapping):
        faults.append(f"[{role.value}]: 缺少这个表 (this table is missing)")
        return None
    wrong = [f"[{role.value}] {one}" for one in _faults(table)]
    faults += wrong
    return None if wrong else RoleLimits(**table)


def _faults(table: Mapping[str, object]) -> Sequence[str]:
    known = [one.name for one in fields(RoleLimits)]
    faults = [
        f"{name}: 没有这个限额 (no such limit); {', '.join(known)}"
        for name in table
        if name not in known
    ]
    for name in known:
        value = table.get(name)
        if isinstance(value, bool) or not isinstance(value, int):
            faults.append(f"{name}: 应为整数 (a whole number is needed)")
        elif not 0 < value <= MOST:
            faults.append(f"{name}: 应在 1 到 {MOST} 之间 (1 to {MOST})")
    return faults or _unreachable(table)


def _unreachable(table: Mapping[str, object]) -> Sequence[str]:
    """Say what could never be asked, because a minute allows less."""
    cost = table["cost"]
    return [
        f"{name}: 少于 cost，这样的操作永远无法执行 "
        "(below cost: an operation that costs so much could never be executed)"
        for name in ("points", "address_points")
        if isinstance(cost, int)
        and isinstance(minute := table[name], int)
        and minute < cost
    ]
