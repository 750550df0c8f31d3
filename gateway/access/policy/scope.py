"""Of which enterprises and departments something may be seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from schema.enterprise import Enterprise


@dataclass(frozen=True, slots=True)
class Scope:
    """Limits that hold together; None is no limit."""

    departments: frozenset[str] | None = None
    regions: tuple[str, ...] | None = None
    """Beginnings of division codes."""
    usccs: frozenset[str] | None = None

    @property
    def unlimited(self) -> bool:
        """Say whether it is everything."""
        return self == EVERYTHING

    @property
    def of_everybody(self) -> bool:
        """Say whether it holds for all enterprises."""
        return self.regions is None and self.usccs is None

    def covers(self, enterprise: Enterprise) -> bool:
        """Say whether an enterprise lies within it, whoever tells of it."""
        if self.usccs is not None and enterprise.uscc not in self.usccs:
            return False
        if self.regions is None:
            return True
        region = enterprise.region
        return region is not None and region.code.startswith(self.regions)

    def tells(self, enterprise: Enterprise, department: str) -> bool:
        """Say whether a department's word on an enterprise lies within it."""
        told = self.departments is None or department in self.departments
        return told and self.covers(enterprise)


EVERYTHING: Final = Scope()


def departments_of(
    scopes: Sequence[Scope], enterprise: Enterprise
) -> frozenset[str] | None:
    """Name the departments whose word on an enterprise may be seen; None: of all."""
    found: frozenset[str] = frozenset()
    for scope in scopes:
        if scope.covers(enterprise):
            if scope.departments is None:
                return None
            found |= scope.departments
    return found
