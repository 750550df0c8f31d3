"""The invented departments: strangers met on the wire."""
