"""An invented province: every fact follows from an enterprise's number."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from mock_departments.world.codes import registration_number, uscc

SIZE = 100_000
"""Enterprises, numbered from 1."""
YEARS = (2015, 2014, 2013)
"""Of annual reports, the latest first."""
ASKED_ABOUT = 20_000
"""So many, spread over the province, are what questions are about."""
AS_OF = "2016-10-20T08:00:00+08:00"

Row = Mapping[str, object]
_REGIONS = ("630102", "630103", "630202", "632801", "632221", "632521")
_TOWNS = (
    "西宁市城东区",
    "西宁市城中区",
    "海东市乐都区",
    "格尔木市",
    "门源县",
    "共和县",
)
_WORDS = ("昆仑", "盐湖", "祁连", "三江", "柴达木", "日月山", "唐古拉", "青海湖")
_TRADES = ("矿业", "建筑工程", "商贸", "藏毯", "生物科技", "物流", "农牧开发")
_PEOPLE = ("王建国", "李秀英", "才让多杰", "马成祥", "张伟", "卓玛措", "韩福德")
_STATES = ("存续", "存续", "存续", "存续", "吊销，未注销")
_DAY_ONE = date(2001, 1, 1)


def code(number: int) -> str:
    """Give the credit code of an enterprise."""
    return uscc("91", _REGIONS[number % len(_REGIONS)], number)


def number_of(code: str) -> int:
    """Give the number of the enterprise with a credit code."""
    return int(code[10:16])


def asked_about() -> Sequence[int]:
    """Give the numbers of the enterprises that questions are about."""
    return range(1, SIZE + 1, SIZE // ASKED_ABOUT)


def name(number: int) -> str:
    """Give the name of an enterprise."""
    first = _WORDS[number % 8] + _WORDS[number // 8 % 8]
    return f"青海{first}{_TRADES[number % 7]}{number}有限责任公司"


def registration(number: int) -> Row:
    """Give the row by which the commerce administration registers an enterprise."""
    region, town = number % len(_REGIONS), _TOWNS[number % len(_TOWNS)]
    founded = _DAY_ONE + timedelta(days=number * 7 % 5_000)
    return {
        "PRIPID": f"QHB{number:09}",
        "UNISCID": code(number),
        "REGNO": registration_number(_REGIONS[region], "1", number),
        "ENTNAME": name(number),
        "ENTTYPE": "1130",
        "ENTTYPE_CN": "有限责任公司（自然人投资或控股）",
        "NAME": _PEOPLE[number % len(_PEOPLE)],
        "REGCAP": f"{number % 997 + 10}.5",
        "REGCAPCUR": "156",
        "ESTDATE": founded.isoformat(),
        "APPRDATE": (founded + timedelta(days=400)).isoformat(),
        "OPFROM": founded.isoformat(),
        "REGORG": _REGIONS[region],
        "REGORG_CN": f"{town}市场监督管理局",
        "DOM": f"青海省{town}昆仑路{number % 300 + 1}号",
        "INDUSTRYCO": "5212",
        "OPSCOPE": "矿产品销售；建筑材料批发、零售；道路普通货物运输。",
        "REGSTATE_CN": _STATES[number % len(_STATES)],
        "TEL": f"0971-{number % 9_000_000 + 1_000_000}",
    }


def reports(number: int) -> Sequence[Row]:
    """Give the rows of an enterprise's annual reports, the latest first."""
    return [
        {
            "UNISCID": code(number),
            "ANCHEYEAR": year,
            "ANCHEDATE": f"{year + 1}-0{number % 6 + 1}-1{number % 9}",
            "ADDR": f"青海省{_TOWNS[number % len(_TOWNS)]}昆仑路{number % 300 + 1}号",
            "POSTALCODE": "810000",
            "TEL": f"0971-{number % 9_000_000 + 1_000_000}",
            "BUSST": "开业",
            "EMPNUM": number % 200 + year % 10,
            "ASSGRO": f"{number % 5_000 + year}.25",
            "LIAGRO": f"{number % 2_000}.5",
            "TOTEQU": f"{number % 3_000 + 1}.75",
            "VENDINC": f"{number % 4_000 + year}.5",
            "PROGRO": f"{number % 400 + 1}.25",
            "NETINC": f"{number % 300 + 1}.5",
            "RATGRO": f"{number % 90 + 1}.75",
        }
        for year in YEARS
    ]
