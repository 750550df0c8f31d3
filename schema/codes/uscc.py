"""Unified social credit codes 统一社会信用代码 (GB 32100-2015)."""

from functools import lru_cache
from itertools import product
from operator import mul

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_CHARACTERS = frozenset(ALPHABET)
_HAND_ERRORS = {"O": "0", "I": "1", "S": "5", "Z": "2", "V": "U"}
_WIDE = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}


def normalise(written: str) -> str:
    """Trim, make half-width and upper-case."""
    return written.translate(_WIDE).strip().upper()


def check_character(first17: str) -> str:
    """Give the 18th character; raises KeyError for one outside the alphabet."""
    total = sum(map(mul, map(_VALUES.__getitem__, first17), WEIGHTS))
    return ALPHABET[-total % 31]


def is_valid(code: str) -> bool:
    """Say whether a normalised code has 18 characters and the right check."""
    return len(code) == 18 and _has_right_check(code)


@lru_cache(maxsize=65_536)
def _has_right_check(code: str) -> bool:
    """Remembered: who asks about an enterprise writes its code, so does every row."""
    return _CHARACTERS.issuperset(code) and check_character(code[:17]) == code[17]


def fault_of(code: str) -> str | None:
    """Say in words what is wrong with a normalised code; None when it is valid."""
    if is_valid(code):
        return None
    if len(code) != 18:
        return f"应为 18 位，实为 {len(code)} 位 (18 characters are needed)"
    strange = sorted({c for c in code if c not in _VALUES})
    if strange:
        return f"含有代码中不会出现的字符 {''.join(strange)} (not in the alphabet)"
    expected = check_character(code[:17])
    return f"校验位应为 {expected}，实为 {code[17]} (wrong check character)"


def repairs(code: str) -> tuple[str, ...]:
    """Give the valid codes that a usual slip of the hand turns into `code`.

    O for 0, I for 1, S for 5, Z for 2, V for U; letters that are in the alphabet
    are left alone. Accept one only if it is the only one and the name agrees.
    """
    if len(code) != 18 or is_valid(code):
        return ()
    choices = [(_HAND_ERRORS[c],) if c in _HAND_ERRORS else (c,) for c in code]
    found = {"".join(characters) for characters in product(*choices)}
    return tuple(sorted(repaired for repaired in found if is_valid(repaired)))


def organisation_code(code: str) -> str:
    """Give the organisation code 组织机构代码 within a code (places 9 to 17)."""
    return code[8:17]
