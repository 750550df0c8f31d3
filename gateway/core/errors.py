"""What can be wrong with the core's database."""


class CoreUnusable(Exception):
    """The database can't be used; the message is a sentence for the operator."""
