"""The rows that the bench departments hold: two of each kind for each enterprise."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from benchmarks.peers.world import Row, code, name

_FIRST = date(2016, 8, 1)
_FACTS = (
    "未按规定报送危险化学品登记材料，经责令限期改正后逾期未改正，情节较重，现场检查笔录"
    "和询问笔录证实"
)
_CONTENT = (
    "责令立即改正违法行为，限十五日内将改正情况书面报告本机关，并处罚款，逾期每日按"
    "罚款数额的百分之三加处罚款"
)
_LICENSED = (
    "准予从事危险货物道路运输（第三类、第八类），运输车辆不超过二十辆，经营区域为青海"
    "省境内，不得超越核定的范围"
)


def licences(number: int) -> Sequence[Row]:
    """Give the licences of an enterprise, newest first."""
    return [
        {
            "XK_XDR_MC": name(number),
            "XK_XDR_SHXYM": code(number),
            "XK_FRDB": "王建国",
            "XK_XKWS": "道路运输经营许可决定书",
            "XK_WSH": f"青交许〔2016〕{number:06}-{which}号",
            "XK_XKLB": str(which + 1),
            "XK_XKZS": "道路运输经营许可证",
            "XK_XKBH": f"青字{number:012}",
            "XK_NR": _LICENSED,
            "XK_JDRQ": _day(number, which),
            "XK_YXQZ": _day(number, which),
            "XK_YXQZI": "2099-12-31",
            "XK_XKJG": "青海省环境保护厅",
            "XK_ZT": "1",
            "GSRQ": _day(number, which),
        }
        for which in (1, 2)
    ]


def penalties(number: int) -> Sequence[Row]:
    """Give the penalties of an enterprise, newest first."""
    return [
        {
            "CF_XDR_MC": name(number),
            "CF_XDR_SHXYM": code(number),
            "CF_XDR_LB": "法人及非法人组织",
            "CF_AJMC": "违反安全生产管理规定案",
            "CF_WSH": f"青安监罚〔2016〕{number:06}-{which}号",
            "CF_WFXW": "违反安全生产法",
            "CF_SY": _FACTS,
            "CF_YJ": "中华人民共和国安全生产法第九十八条第一项",
            "CF_CFLB": "2",
            "CF_NR": _CONTENT,
            "CF_NR_FK": f"{number % 90 + which}.{which}5",
            "CF_JDRQ": _day(number, which),
            "GSRQ": _day(number, which),
            "CF_CFJG": "青海省安全生产监督管理局",
            "CF_ZT": "0",
        }
        for which in (1, 2)
    ]


def assistance(number: int) -> Sequence[Row]:
    """Give what courts asked the register to do about an enterprise, newest first."""
    return [
        {
            "shxydm": code(number),
            "xdrmc": name(number),
            "lx": "1",
            "bzxr": name(number),
            "gqse": f"{number % 500 + which}.5",
            "sedw": "万元",
            "gqszqy": name(number),
            "zxfy": f"青海省西宁市{('城东区', '城中区')[which - 1]}人民法院",
            "cdswh": f"（2016）青0102执{number:06}号之{which}",
            "xztzswh": f"（2016）青0102执协{number:06}号之{which}",
            "djqxz": _day(number, which),
            "djqxzhi": "2018-12-31",
            "zt": "FROZEN",
        }
        for which in (1, 2)
    ]


HELD: Mapping[str, Callable[[int], Sequence[Row]]] = {
    "licences": licences,
    "penalties": penalties,
    "assistance": assistance,
}
"""By the last step of a department's address: what it holds of an enterprise."""


def _day(number: int, which: int) -> str:
    days = number % 300 + 31 * which
    return (_FIRST - timedelta(days=days)).isoformat()
