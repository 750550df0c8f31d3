"""How departments write a period into a file's name."""

from collections.abc import Callable
from datetime import date

Name = Callable[[date], str]


def to_the_day(day: date) -> str:
    """Write «20161014»."""
    return f"{day:%Y%m%d}"


def month(day: date) -> str:
    """Write «2016年9月»."""
    return f"{day.year}年{day.month}月"


def old_month(day: date) -> str:
    """Write «201609»."""
    return f"{day:%Y%m}"


def quarter(day: date) -> str:
    """Write «2016年三季度»."""
    return f"{day.year}年{'一二三四'[(day.month - 1) // 3]}季度"


def half_year(day: date) -> str:
    """Write «2016上半年»."""
    return f"{day.year}{'上' if day.month <= 6 else '下'}半年"


def nothing(day: date) -> str:
    """Write whatever comes to mind, but no period that could be read."""
    return ("最终版", "-修改", "(报送)", "新")[day.month % 4]
