"""Writes a department's declaration out of its real source: `creditnet adapter new`."""

from adapters.authoring.author import Authored, Wanted, author
from adapters.authoring.errors import CannotAuthor
from adapters.authoring.guess import Given
from adapters.authoring.looking.access import Access
from adapters.authoring.looking.anywhere import Address
from adapters.authoring.questions import MOST, Questions

__all__ = [
    "MOST",
    "Access",
    "Address",
    "Authored",
    "CannotAuthor",
    "Given",
    "Questions",
    "Wanted",
    "author",
]
