"""Check digits of invented codes; the prefix QH of the organisation code is never issued."""

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def uscc(category: str, region: str, number: int) -> str:
    """Make a valid social credit code whose organisation code begins with QH."""
    body = f"{category}{region}{organisation_code(number)}"
    total = sum(ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return body + ALPHABET[-total % 31]


def organisation_code(number: int) -> str:
    """Make a valid organisation code `QH000000` to `QH999999` and its check."""
    body = f"QH{number:06}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(c, 36) * w for c, w in zip(body, weights, strict=True))
    return body + "0123456789X0"[11 - total % 11]


def registration_number(region: str, leading: str, number: int) -> str:
    """Make a valid old registration number of 15 digits."""
    body = f"{region}{leading}{number:07}"
    p = 10
    for digit in body:
        p = ((p + int(digit)) % 10 or 10) * 2 % 11
    return body + str((11 - p) % 10)


def resident_id(region: str, born: str, serial: int) -> str:
    """Make a valid resident identity number, of nobody."""
    body = f"{region}{born}{serial:03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(d) * w for d, w in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]
