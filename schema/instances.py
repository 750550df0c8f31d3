"""Makes and changes objects of the schema's types, thousands for one answer.

A type's own constructor takes each of some thirty attributes by name; giving an object
all of them at once takes a fraction of that.
"""

from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")


def instance(cls: type[T], attributes: dict[str, object]) -> T:
    """Make an object out of all its attributes; the dict becomes the object's own."""
    made = object.__new__(cls)
    made.__dict__ = attributes
    return made


def altered(one: T, changes: Mapping[str, object]) -> T:
    """Give a copy of an object with some attributes changed."""
    return instance(type(one), {**one.__dict__, **changes})
