"""Who may see a field."""

from enum import Enum


class Audience(Enum):
    """For whom a schema is built."""

    GOVERNMENT = "GOVERNMENT"
    PUBLIC = "PUBLIC"


class Visibility(Enum):
    """Who may see a field, as domain rules say (letters of the field tables)."""

    PUBLIC = "P"
    """Everybody."""
    ORGANISATIONS = "P°"
    """Everybody, for an organisation; for a natural person only government, masked."""
    REDACTED = "M"
    """Everybody, with natural persons' particulars taken out of the text."""
    ENTERPRISE_CHOOSES = "O"
    """Everybody, unless the enterprise chose not to publish it."""
    GOVERNMENT = "G"
    """Government only; the public schema has no such field."""

    @property
    def public(self) -> bool:
        """Say whether the public schema has the field at all."""
        return self is not Visibility.GOVERNMENT
