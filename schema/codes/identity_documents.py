"""Resident identity numbers 公民身份号码 (GB 11643), known only so as to hide them."""

import re

_BIRTHDAY = re.compile(
    r"(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def is_resident_id(number: str) -> bool:
    """Say whether 18 characters are an identity number, by its check."""
    if len(number) != 18:
        return False
    first, last = number[:17], number[17:]
    if not (first.isascii() and first.isdigit()):
        return False
    return check_character(first) == last.upper()


def has_birthday(number: str) -> bool:
    """Say whether an identity number holds a birthday, as no other code does by rule.

    One in thirty-one has the check of a social credit code as well.
    """
    return is_resident_id(number) and _BIRTHDAY.fullmatch(number[6:14]) is not None


def check_character(first17: str) -> str:
    """Give the 18th character: ISO 7064 MOD 11-2."""
    total = sum(int(d) * w for d, w in zip(first17, _WEIGHTS, strict=True))
    return _CHECKS[total % 11]


def mask(number: str) -> str:
    """Keep the first six and the last four characters: `632801********0017`."""
    if len(number) <= 10:
        return "*" * len(number)
    return number[:6] + "*" * (len(number) - 10) + number[-4:]
