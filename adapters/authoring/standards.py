"""Which version of the two-publicity standard 双公示 a source's columns are of."""

from collections.abc import Iterable

_ONLY_IN = {
    "2018": frozenset(
        {"XK_XDR_MC", "XK_XDR_LB", "XK_XKWS", "XK_XKLB", "XK_XKJG", "XK_XKZS"}
        | {"CF_XDR_LB", "CF_CFLB", "CF_NR_FK", "CF_CFJG", "CF_GSJZQ", "CF_WFXW"}
    ),
    "2015": frozenset(
        {"XK_XDR", "XK_XMMC", "XK_SPLB", "XK_XZJG", "XK_JZQ", "XK_FR", "XK_XDR_ZDM"}
        | {"CF_CFMC", "CF_CFLB1", "CF_XZJG", "CF_JZRQ", "CF_JG", "CF_FR", "GSQX"}
    ),
}


def standard_of(columns: Iterable[str]) -> str:
    """Give the year of the version that most columns are of; empty: of neither."""
    there = {column.upper() for column in columns}
    counts = {year: len(known & there) for year, known in _ONLY_IN.items()}
    year = max(counts, key=lambda one: counts[one])
    return year if counts[year] >= 2 else ""
