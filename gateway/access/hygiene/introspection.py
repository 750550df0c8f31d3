"""Who may ask the schema about itself."""

from gateway.access.viewer import Role
from gateway.setting_readers import DocumentMode


def may_introspect(role: Role, mode: DocumentMode) -> bool:
    """Say whether a role may introspect, on an endpoint of that mode.

    Where only trusted documents run, the public has no use for it.
    """
    return mode is DocumentMode.FREE or role is not Role.PUBLIC


def may_suggest(role: Role, mode: DocumentMode) -> bool:
    """Say whether errors may suggest names: only to who may introspect and is known."""
    return role is not Role.PUBLIC and may_introspect(role, mode)
