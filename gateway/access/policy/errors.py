"""What goes wrong with a policy, and what it forbids.

PolicyError                the file can't be used; with every fault
RequestError
└── FieldForbidden         who asks may not see the field: FORBIDDEN
"""

from collections.abc import Sequence

from gateway.access.viewer import Forbidden
from schema.errors import RequestError


class PolicyError(Exception):
    """A policy file can't be used."""

    def __init__(self, faults: Sequence[str]) -> None:
        """Keep all faults, each with its place."""
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class FieldForbidden(RequestError):
    """Who asks may not see a field."""

    code = "FORBIDDEN"

    def __init__(self, forbidden: Forbidden) -> None:
        """Say which field, by which rule, and what would allow it."""
        hint = f"；{forbidden.hint}" if forbidden.hint else ""
        super().__init__(
            f"{forbidden.what}: {forbidden.reason}{hint}；规则 rule: {forbidden.rule}"
        )
        self.forbidden = forbidden

    @property
    def extensions(self) -> dict[str, object]:
        """Give the field and the rule too."""
        found = self.forbidden
        return {"code": self.code, "field": found.what, "rule": found.rule}
