"""What stops the writing of a declaration.

CannotAuthor                   a declaration can't be written from what there is

Its words go to the department's engineer: what was wrong, where, what to change.
"""


class CannotAuthor(Exception):
    """A declaration can't be written; the message says what to change where."""
