"""Organisation codes 组织机构代码 (GB 11714-1997)."""

WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "0123456789X0"


def check_character(first8: str) -> str:
    """Give the ninth character; letters count 10 to 35."""
    total = sum(int(c, 36) * w for c, w in zip(first8, WEIGHTS, strict=True))
    return _CHECKS[11 - total % 11]


def normalise(written: str) -> str:
    """Drop the hyphen of the printed form `70846113-6`."""
    return written.strip().upper().replace("-", "")


def is_valid(code: str) -> bool:
    """Say whether a normalised code has nine characters and the right check."""
    return (
        len(code) == 9
        and code.isascii()
        and code[:8].isalnum()
        and code == code.upper()
        and check_character(code[:8]) == code[8]
    )
