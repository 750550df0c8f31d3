"""Whom an enterprise consists of: shareholders, personnel, branches; its changes."""

from datetime import date, date as Day  # noqa: N812 - for a field named date
from decimal import Decimal

import strawberry

from schema.declaration import fact, record
from schema.record_type import RecordType
from schema.records.record import CreditRecord
from schema.visibility import Visibility

G, PERSON, TEXT = Visibility.GOVERNMENT, Visibility.ORGANISATIONS, Visibility.REDACTED


@strawberry.type(description="出资明细")
class Contributed:
    """One contribution of a shareholder."""

    form: str | None = fact("出资方式")
    amount: Decimal | None = fact("出资额（元）")
    date: Day | None = fact("出资日期")


@record(
    RecordType.SHAREHOLDER,
    "股东及出资",
    "企业信息公示暂行条例第六条、第九条",
    occurred="subscribed_on",
    amount="subscribed",
    number="name",
)
class Shareholder(CreditRecord):
    """A shareholder or founder and what he put in."""

    name: str = fact("股东名称", required=True)
    kind: str | None = fact("股东类型")
    certificate_type: str | None = fact("证照/证件类型", PERSON)
    certificate_number: str | None = fact("证照/证件号码", PERSON)
    subscribed: Decimal | None = fact("认缴额（元）")
    paid: Decimal | None = fact("实缴额（元）")
    contributions: list[Contributed] | None = fact("出资明细")
    country: str | None = fact("国别")
    share_percent: Decimal | None = fact("持股比例（%）")
    subscribed_on: date | None = fact("认缴日期")


@record(
    RecordType.KEY_PERSON,
    "主要人员",
    "企业信息公示暂行条例第六条",
    occurred=(),
    number="name",
)
class KeyPerson(CreditRecord):
    """A director, supervisor, manager or responsible person."""

    name: str = fact("姓名", required=True)
    position: str = fact("职务", required=True)
    certificate_type: str | None = fact("证件类型", G)
    certificate_number: str | None = fact("证件号码", G)
    sex: str | None = fact("性别", G)
    phone: str | None = fact("联系电话", G)
    appointed_from: date | None = fact("任职起始日期", G)
    appointed_to: date | None = fact("任职截止日期", G)


@record(
    RecordType.BRANCH,
    "分支机构",
    "企业信息公示暂行条例第六条",
    occurred=(),
    number="name",
)
class Branch(CreditRecord):
    """A branch of an enterprise."""

    name: str = fact("名称", required=True)
    uscc: str | None = fact("统一社会信用代码")
    registration_number: str | None = fact("注册号")
    registration_authority: str | None = fact("登记机关")
    parent: str | None = fact("隶属企业")


@record(
    RecordType.CHANGE,
    "变更信息",
    "企业信息公示暂行条例第六条",
    occurred="changed_on",
    number="item",
)
class Change(CreditRecord):
    """A change of what is registered."""

    item: str = fact("变更事项", required=True)
    before: str | None = fact("变更前内容", TEXT)
    after: str | None = fact("变更后内容", TEXT)
    changed_on: date = fact("变更日期", required=True)
