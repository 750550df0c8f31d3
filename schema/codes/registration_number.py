"""Old registration numbers 工商注册号 of 15 digits (GS 15-2006)."""


def check_digit(first14: str) -> str:
    """Give the 15th digit: ISO 7064 MOD 11,10."""
    p = 10
    for digit in first14:
        p = ((p + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - p) % 10)


def is_valid(number: str) -> bool:
    """Say whether a number has 15 digits and the right check."""
    return (
        len(number) == 15
        and number.isascii()
        and number.isdigit()
        and check_digit(number[:14]) == number[14]
    )


def is_legacy(number: str) -> bool:
    """Say whether a number is one of the 13-digit ones given before 2007."""
    return len(number) == 13 and number.isascii() and number.isdigit()
