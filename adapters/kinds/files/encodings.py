"""Text out of bytes whose encoding nobody wrote down."""

from dataclasses import dataclass

from adapters.errors import SourceContractBroken

_BOM = b"\xef\xbb\xbf"
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_SURELY_UTF8 = 2
"""So many characters of three bytes hardly come about by chance in GB 18030."""

_CUT = frozenset(
    {"unexpected end of data", "incomplete multibyte sequence", "truncated data"}
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file."""

    text: str
    cut: bool = False
    """Whether it ends in the middle of a character."""


def decode(data: bytes, name: str, encoding: str = "auto") -> Decoded:
    """Decode by BOM, else strictly as UTF-8, else as GB 18030 (which holds GBK).

    Raises SourceContractBroken with line and character where it can't be.
    """
    if data.startswith(_WIDE):
        return _strictly(data, "utf-16", name)
    if data.startswith(_BOM):
        return _strictly(data[len(_BOM) :], "utf-8", name)
    if encoding != "auto":
        return _strictly(data, encoding, name)
    try:
        return Decoded(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        wide = sum(map("\u0800".__le__, before))
        certain = wide >= _SURELY_UTF8 or _is_end(error)
    return _strictly(data, "utf-8" if certain else "gb18030", name)


def _strictly(data: bytes, encoding: str, name: str) -> Decoded:
    try:
        return Decoded(data.decode(encoding))
    except UnicodeDecodeError as error:
        if _is_end(error):
            return Decoded(data[: error.start].decode(encoding), cut=True)
        line, character = _place(data[: error.start], encoding)
        words = (
            f"{name} 第 {line} 行第 {character} 个字: 不是 {encoding.upper()} 文字"
            "（cannot be decoded）"
        )
        raise SourceContractBroken(words) from None


def _place(before: bytes, encoding: str) -> tuple[int, int]:
    """Give line and character, from 1, of what comes after these bytes."""
    text = before.decode(encoding)
    return text.count("\n") + 1, len(text) - (text.rfind("\n") + 1) + 1


def _is_end(error: UnicodeDecodeError) -> bool:
    """Whether only the last character is not whole."""
    return error.reason in _CUT
