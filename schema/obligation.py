"""Who has to file an annual report (企业信息公示暂行条例 article 8)."""

from datetime import date

from schema.enterprise import Enterprise
from schema.registration import EnterpriseStatus

_REVOKED = frozenset({EnterpriseStatus.REVOKED, EnterpriseStatus.REVOKED_DEREGISTERED})


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
