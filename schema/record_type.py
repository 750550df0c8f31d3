"""Kinds of facts about an enterprise."""

from enum import Enum

import strawberry


@strawberry.enum(description="记录类型")
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
