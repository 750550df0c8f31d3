"""Notices: announcements 公告 and self-published information 企业即时信息."""

from datetime import date
from enum import Enum

import strawberry

from schema.declaration import fact, record
from schema.record_type import RecordType
from schema.records.record import CreditRecord
from schema.visibility import Visibility

TEXT = Visibility.REDACTED


@strawberry.enum(description="公告种类")
class AnnouncementKind(Enum):
    """What is announced."""

    SIMPLE_DEREGISTRATION = "SIMPLE_DEREGISTRATION"
    LIQUIDATION = "LIQUIDATION"
    CREDITORS = "CREDITORS"
    MERGER = "MERGER"
    DIVISION = "DIVISION"
    CAPITAL_REDUCTION = "CAPITAL_REDUCTION"
    LOST_LICENCE = "LOST_LICENCE"
    SUSPENSION = "SUSPENSION"


@record(
    RecordType.ANNOUNCEMENT,
    "公告",
    "市场主体登记管理条例",
    occurred="notice_from",
    expires="notice_to",
    number="title",
)
class Announcement(CreditRecord):
    """An announcement that the law requires."""

    kind: AnnouncementKind = fact("公告种类", required=True)
    title: str = fact("标题", required=True)
    content: str | None = fact("内容", TEXT)
    notice_from: date = fact("公告期自", required=True)
    notice_to: date | None = fact("公告期至")
    result: str | None = fact("结果")


@strawberry.enum(description="企业即时信息种类")
class SelfPublishedKind(Enum):
    """What an enterprise publishes itself within 20 working days."""

    SHAREHOLDER_CONTRIBUTION = "SHAREHOLDER_CONTRIBUTION"
    EQUITY_CHANGE = "EQUITY_CHANGE"
    LICENCE = "LICENCE"
    IP_PLEDGE = "IP_PLEDGE"
    PENALTY = "PENALTY"
    OTHER = "OTHER"


@record(
    RecordType.SELF_PUBLISHED,
    "企业即时信息",
    "企业信息公示暂行条例第十条",
    occurred="arisen_on",
)
class SelfPublished(CreditRecord):
    """What the enterprise published itself; never merged with others' records."""

    kind: SelfPublishedKind = fact("种类", required=True)
    content: str = fact("内容", TEXT, required=True)
    arisen_on: date = fact("形成日期", required=True)
    corrections: list[str] | None = fact("更正记录")
