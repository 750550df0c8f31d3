"""Notices: announcements 公告 and self-published information 企业即时信息."""

from datetime import date
from enum import Enum

from schema.code_list import code_list
from schema.declaration import fact, record
from schema.record_type import RecordType
from schema.records.record import CreditRecord
from schema.visibility import Visibility

TEXT = Visibility.REDACTED


@code_list(
    "公告种类",
    SIMPLE_DEREGISTRATION="简易注销公告",
    LIQUIDATION="清算组备案",
    CREDITORS="债权人公告",
    MERGER="合并公告",
    DIVISION="分立公告",
    CAPITAL_REDUCTION="减资公告",
    LOST_LICENCE="营业执照作废声明",
    SUSPENSION="歇业备案",
)
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


@code_list(
    "企业即时信息种类",
    SHAREHOLDER_CONTRIBUTION="股东出资",
    EQUITY_CHANGE="股权变更",
    LICENCE="行政许可取得、变更、延续",
    IP_PLEDGE="知识产权出质",
    PENALTY="受到行政处罚",
    OTHER="其他",
)
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
