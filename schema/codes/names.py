"""Names of enterprises, made comparable."""

import unicodedata

_BRACKETS = str.maketrans(
    {"〔": "(", "〕": ")", "【": "(", "】": ")", "[": "(", "]": ")"}
)


def normalise(name: str) -> str:
    """Give the form by which names are compared.

    Compatibility forms (NFKC), one kind of bracket, no white space, capital letters,
    and 有限公司 for 有限责任公司.
    """
    plain = unicodedata.normalize("NFKC", name).translate(_BRACKETS)
    dense = "".join(plain.split()).upper().replace("有限责任公司", "有限公司")
    return unicodedata.normalize("NFKC", dense)
