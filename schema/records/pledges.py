"""Pledges: chattels 动产抵押, equity 股权出质, intellectual property 知识产权."""

from datetime import date
from decimal import Decimal
from enum import Enum

import strawberry

from schema.code_list import code_list
from schema.declaration import fact, record
from schema.record_type import RecordType
from schema.records.record import CreditRecord
from schema.visibility import Visibility

PERSON = Visibility.ORGANISATIONS


@code_list(
    "登记状态：有效、无效",
    VALID="有效",
    INVALID="无效",
)
class PledgeStatus(Enum):
    """Whether a pledge is in force."""

    VALID = "VALID"
    INVALID = "INVALID"


@strawberry.type(description="抵押权人")
class Mortgagee:
    """Who holds a mortgage."""

    name: str = fact("抵押权人名称", required=True)
    certificate_number: str | None = fact("证件号码", PERSON)


@strawberry.type(description="抵押物")
class Collateral:
    """What is mortgaged."""

    name: str = fact("抵押物名称", required=True)
    ownership: str | None = fact("所有权归属")
    description: str | None = fact("数量、质量、状况、所在地")


@record(
    RecordType.CHATTEL_MORTGAGE,
    "动产抵押",
    "动产抵押登记办法",
    occurred="registered_on",
    expires="term_to",
    amount="claim_amount",
    number="registration_number",
)
class ChattelMortgage(CreditRecord):
    """A mortgage of chattels (registered here until 2021)."""

    registration_number: str = fact("登记编号", required=True)
    registered_on: date = fact("登记日期", required=True)
    authority: str = fact("登记机关", required=True)
    claim_amount: Decimal | None = fact("被担保债权数额（元）")
    claim_kind: str | None = fact("被担保债权种类")
    scope: str | None = fact("担保范围")
    term_from: date | None = fact("债务履行期限自")
    term_to: date | None = fact("债务履行期限至")
    status: PledgeStatus = fact("状态", required=True)
    mortgagees: list[Mortgagee] | None = fact("抵押权人")
    collateral: list[Collateral] | None = fact("抵押物")
    cancelled_on: date | None = fact("注销日期")
    cancel_reason: str | None = fact("注销原因")


@record(
    RecordType.EQUITY_PLEDGE,
    "股权出质",
    "工商行政管理机关股权出质登记办法",
    occurred="registered_on",
    amount="equity_amount",
    number="registration_number",
)
class EquityPledge(CreditRecord):
    """A pledge of equity."""

    registration_number: str = fact("登记编号", required=True)
    pledgor: str = fact("出质人", required=True)
    pledgor_certificate_number: str | None = fact("出质人证件号码", PERSON)
    equity_amount: Decimal | None = fact("出质股权数额")
    equity_unit: str | None = fact("数额单位")
    pledgee: str = fact("质权人", required=True)
    pledgee_certificate_number: str | None = fact("质权人证件号码", PERSON)
    registered_on: date = fact("股权出质设立登记日期", required=True)
    status: PledgeStatus = fact("状态", required=True)
    cancelled_on: date | None = fact("注销日期")
    cancel_reason: str | None = fact("注销原因")


@code_list(
    "知识产权种类",
    TRADEMARK="商标",
    PATENT="专利",
    COPYRIGHT="著作权",
)
class IpKind(Enum):
    """Kinds of intellectual property."""

    TRADEMARK = "TRADEMARK"
    PATENT = "PATENT"
    COPYRIGHT = "COPYRIGHT"


@record(
    RecordType.IP_PLEDGE,
    "知识产权出质",
    "企业信息公示暂行条例第十条",
    occurred=("registered_on", "term_from"),
    expires="term_to",
    number="name",
)
class IpPledge(CreditRecord):
    """A pledge of intellectual property."""

    certificate_number: str = fact("知识产权登记证号", required=True)
    name: str = fact("名称", required=True)
    kind: IpKind = fact("种类", required=True)
    pledgor: str = fact("出质人名称", required=True)
    pledgee: str = fact("质权人名称", required=True)
    term_from: date | None = fact("质权登记期限自")
    term_to: date | None = fact("质权登记期限至")
    status: PledgeStatus = fact("状态", required=True)
    registered_on: date | None = fact("登记日期")
