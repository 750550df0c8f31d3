"""What an operator can mend; every message is a sentence for him."""


class OperationRefused(Exception):
    """An operator asked for what can't be done."""


class CoreUnusable(Exception):
    """The core's database can't be used; nothing in it was changed."""
