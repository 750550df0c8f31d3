"""Kinds of facts about an enterprise."""

import re
from enum import Enum
from functools import cache
from typing import Any, Final, Self, TypeVar

from schema.code_list import code_list

T = TypeVar("T")
_BROUGHT: Final = re.compile(r"[A-Z][A-Z0-9]{1,9}__[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")


@code_list(
    "记录类型",
    ANNUAL_REPORT="企业年度报告",
    SHAREHOLDER="股东及出资",
    KEY_PERSON="主要人员",
    BRANCH="分支机构",
    CHANGE="变更信息",
    LICENCE="行政许可",
    PENALTY="行政处罚",
    JUDICIAL_ASSISTANCE="司法协助",
    ABNORMAL_LISTING="经营异常名录",
    SERIOUS_VIOLATION="严重违法失信名单",
    INSPECTION="抽查检查",
    CHATTEL_MORTGAGE="动产抵押",
    EQUITY_PLEDGE="股权出质",
    IP_PLEDGE="知识产权出质",
    COMMENDATION="表彰奖励",
    TAX_CREDIT="纳税信用等级",
    JUDGMENT_DEFAULT="失信被执行人",
    ANNOUNCEMENT="公告",
    SELF_PUBLISHED="企业即时信息",
    REGISTRATION="登记信息",
)
class RecordType(Enum):
    """The 19 record types of the contract, and the core's registration data."""

    ANNUAL_REPORT = "ANNUAL_REPORT"
    SHAREHOLDER = "SHAREHOLDER"
    KEY_PERSON = "KEY_PERSON"
    BRANCH = "BRANCH"
    CHANGE = "CHANGE"
    LICENCE = "LICENCE"
    PENALTY = "PENALTY"
    JUDICIAL_ASSISTANCE = "JUDICIAL_ASSISTANCE"
    ABNORMAL_LISTING = "ABNORMAL_LISTING"
    SERIOUS_VIOLATION = "SERIOUS_VIOLATION"
    INSPECTION = "INSPECTION"
    CHATTEL_MORTGAGE = "CHATTEL_MORTGAGE"
    EQUITY_PLEDGE = "EQUITY_PLEDGE"
    IP_PLEDGE = "IP_PLEDGE"
    COMMENDATION = "COMMENDATION"
    TAX_CREDIT = "TAX_CREDIT"
    JUDGMENT_DEFAULT = "JUDGMENT_DEFAULT"
    ANNOUNCEMENT = "ANNOUNCEMENT"
    SELF_PUBLISHED = "SELF_PUBLISHED"
    REGISTRATION = "REGISTRATION"
    """登记信息: not a record of the contract; sources of the core provide it."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        """Give a type that a department's module brings: `WEA__STORM_WARNING`.

        The department's prefix stands before two underscores, which no type of the
        contract has. It is the same object every time, and none of `RecordType`'s
        own when that is gone through.
        """
        if isinstance(value, str) and _BROUGHT.fullmatch(value):
            brought: Self = _brought(cls, value)
            return brought
        return None

    @property
    def brought(self) -> bool:
        """Say whether a module brings it."""
        return "__" in self.value


def is_record_type(name: str) -> bool:
    """Say whether a name is, or may be, that of a record type."""
    return name in RecordType.__members__ or bool(_BROUGHT.fullmatch(name))


@cache
def _brought(cls: type[T], name: str) -> T:
    made: Any = object.__new__(cls)
    made._name_ = made._value_ = name
    brought: T = made
    return brought
