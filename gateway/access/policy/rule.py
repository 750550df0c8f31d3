"""One rule of a policy, and what it means for one viewer."""

from dataclasses import dataclass
from typing import Literal

from gateway.access.policy.scope import Scope
from gateway.access.viewer import Caller, Role, Viewer
from schema.codes.regions import significant

Limit = frozenset[str] | Literal["own"] | None
"""Codes, those of the viewer, or no limit."""
_PROVINCE = "63"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who sees, or does not see, what."""

    name: str
    roles: frozenset[Role]
    people_of: frozenset[str] | None = None
    """Departments whose people it is for; None: of all, and of none."""
    grants: frozenset[str] = frozenset()
    denies: frozenset[str] = frozenset()
    departments: Limit = None
    regions: Limit = None
    own_enterprise: bool = False
    """Whether only what is about the viewer's own enterprise."""
    purposes: tuple[str, ...] | None = None
    """Words one of which the purpose must contain; empty: any purpose; None: none."""
    case: bool = False
    """Whether a case number is needed."""

    def is_for(self, viewer: Viewer) -> bool:
        """Say whether it is about a viewer at all."""
        if viewer.role not in self.roles:
            return False
        return self.people_of is None or viewer.department in self.people_of

    def stated(self, caller: Caller) -> bool:
        """Say whether the request says of itself what the rule needs."""
        if self.case and not (caller.case or "").strip():
            return False
        if self.purposes is None:
            return True
        purpose = (caller.purpose or "").strip()
        return bool(purpose) and (
            not self.purposes or any(word in purpose for word in self.purposes)
        )

    def scope(self, viewer: Viewer) -> Scope | None:
        """Give what it grants a viewer of; None: it grants him nothing."""
        departments, regions = self.departments, self.regions
        if departments == "own":
            if viewer.department is None:
                return None
            departments = frozenset({viewer.department})
        if regions == "own":
            regions = None if viewer.region is None else frozenset({viewer.region})
        if self.own_enterprise and viewer.uscc is None:
            return None
        usccs = frozenset({viewer.uscc or ""}) if self.own_enterprise else None
        beginnings = (
            None if regions is None else tuple(sorted(map(significant, regions)))
        )
        if beginnings is not None and _PROVINCE in beginnings:
            beginnings = None
        return Scope(departments, beginnings, usccs)

    @property
    def needs(self) -> str:
        """Say what the request must say of itself."""
        found = []
        if self.purposes is not None:
            words = f"（含 {' / '.join(self.purposes)}）" if self.purposes else ""
            found.append(f"请以 X-Creditnet-Purpose 说明用途{words} (state a purpose)")
        if self.case:
            found.append("请以 X-Creditnet-Case 给出案号 (give a case number)")
        return "，".join(found)
