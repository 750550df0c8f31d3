"""Industries 国民经济行业分类 (GB/T 4754-2017)."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

SECTIONS: Mapping[str, str] = {
    "A": "农、林、牧、渔业",
    "B": "采矿业",
    "C": "制造业",
    "D": "电力、热力、燃气及水生产和供应业",
    "E": "建筑业",
    "F": "批发和零售业",
    "G": "交通运输、仓储和邮政业",
    "H": "住宿和餐饮业",
    "I": "信息传输、软件和信息技术服务业",
    "J": "金融业",
    "K": "房地产业",
    "L": "租赁和商务服务业",
    "M": "科学研究和技术服务业",
    "N": "水利、环境和公共设施管理业",
    "O": "居民服务、修理和其他服务业",
    "P": "教育",
    "Q": "卫生和社会工作",
    "R": "文化、体育和娱乐业",
    "S": "公共管理、社会保障和社会组织",
    "T": "国际组织",
}


@dataclass(frozen=True, slots=True)
class Division:
    """One division 大类."""

    code: str
    name: str
    section: str


@cache
def divisions() -> Mapping[str, Division]:
    """Give all 97 divisions by their two digits."""
    with (files(__package__) / "industry_divisions.csv").open(encoding="utf-8") as file:
        return {
            row["division"]: Division(row["division"], row["name"], row["section"])
            for row in csv.DictReader(file)
        }


def section_of(code: str) -> str | None:
    """Give the section letter of a class code of four digits (or its division)."""
    division = divisions().get(code[:2])
    return division.section if division else None


def name_of(code: str) -> str | None:
    """Give the name of the division that a class code of four digits is in."""
    division = divisions().get(code[:2])
    return division.name if division else None
