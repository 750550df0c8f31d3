"""Who has to file an annual report (企业信息公示暂行条例 article 8)."""

from datetime import date

from schema.enterprise import Enterprise
from schema.registration import EnterpriseStatus

FIRST_YEAR = 2013
"""The first year that reports were filed for."""
_REVOKED = frozenset({EnterpriseStatus.REVOKED, EnterpriseStatus.REVOKED_DEREGISTERED})


def years_due(first: date | None, last: date | None, today: date) -> range:
    """Give the years whose reports fell due, on 30 June of the next, in a period."""
    start, end = first or date.min, min(last or today, today)
    earliest = start.year + (start > date(start.year, 6, 30))
    latest = end.year - (end < date(end.year, 6, 30))
    return range(max(earliest - 1, FIRST_YEAR), latest)


def files_report(enterprise: Enterprise, year: int) -> bool:
    """Say whether an enterprise has to file for a year, by 30 June of the next.

    Revoked ones do not, nor those deregistered before that day, nor those founded
    after the year.
    """
    if enterprise.status in _REVOKED:
        return False
    founded, ended = enterprise.established_on, enterprise.deregistered_on
    if founded and founded.year > year:
        return False
    if enterprise.status is not EnterpriseStatus.DEREGISTERED:
        return True
    return ended is not None and ended >= date(year + 1, 6, 30)
