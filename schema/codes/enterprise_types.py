"""Types of enterprises 企业(机构)类型."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

_BY_CATEGORY = {"92": "个体工商户", "93": "农民专业合作社", "31": "律师事务所"}
_BY_ENDING = (
    ("分公司", "分公司"),
    ("股份有限公司", "股份有限公司"),
    ("有限责任公司", "有限责任公司"),
    ("有限公司", "有限责任公司"),
    ("合作社", "农民专业合作社"),
    ("(有限合伙)", "有限合伙企业"),
    ("(普通合伙)", "普通合伙企业"),
)


@cache
def all_types() -> Mapping[str, str]:
    """Give the name of every type code."""
    with (files(__package__) / "enterprise_types.csv").open(encoding="utf-8") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}


def coarse_type(uscc: str, name: str) -> str:
    """Guess a coarse type from a code's category and the name's ending."""
    if uscc[:2] in _BY_CATEGORY:
        return _BY_CATEGORY[uscc[:2]]
    plain = name.strip().replace("（", "(").replace("）", ")")
    return next((kind for end, kind in _BY_ENDING if plain.endswith(end)), "其他企业")
