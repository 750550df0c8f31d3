"""Who asks, what for, and from where."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Final


class Role(Enum):
    """What somebody is to the system."""

    ANALYST = "analyst"
    """Looks enterprises up for an office."""
    OFFICER = "officer"
    """Of a department: lists, decides, answers for its records."""
    AUDITOR = "auditor"
    """Reads the audit trail."""
    ADMINISTRATOR = "administrator"
    """Runs the gateway."""
    ENTERPRISE = "enterprise"
    """One enterprise, about itself."""
    PORTAL = "portal"
    """The public portal's own server."""
    PUBLIC = "public"
    """Anybody, without a name."""

    __hash__ = object.__hash__  # that of Enum is many times as slow


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks."""

    subject: str
    """Of the token, or the name of the key; never a person's name."""
    role: Role
    department: str | None = None
    """Code such as QH-EPD."""
    region: str | None = None
    """Division code, GB/T 2260: 630000, 630100 or 630102; None: the whole province."""
    uscc: str | None = None
    """Of the role ENTERPRISE."""

    def __hash__(self) -> int:
        """Tell by the subject, which is enough to find somebody quickly."""
        return hash(self.subject)


ANYBODY: Final = Viewer("anybody", Role.PUBLIC)


@dataclass(frozen=True, slots=True)
class Caller:
    """One request's viewer, with what the request says of itself."""

    viewer: Viewer
    purpose: str | None = None
    """What for, in the words of `X-Creditnet-Purpose`."""
    case: str | None = None
    """The number of the case, of `X-Creditnet-Case`."""
    address: str = ""
    """Network address that the request came from."""


@dataclass(frozen=True, slots=True)
class Forbidden:
    """Why a viewer may not see something."""

    what: str
    """As "Type.field", or the name of a record type."""
    rule: str
    """Name of the policy's rule."""
    reason: str
    """In words, Chinese first."""
    hint: str = field(default="")
    """What would allow it, where something would: a purpose, a case number."""
