"""Who looked at what: a log that only grows, and in which a change shows."""
