"""Annual reports 企业年度报告."""

from datetime import date
from decimal import Decimal

import strawberry

from schema.declaration import fact, record
from schema.record_type import RecordType
from schema.records.record import CreditRecord
from schema.visibility import Visibility

G, CHOOSES = Visibility.GOVERNMENT, Visibility.ENTERPRISE_CHOOSES
_FIGURES = "企业信息公示暂行条例第九条第二款，企业选择是否公示"


@strawberry.type(description="社保信息")
class SocialInsurance:
    """One kind of social insurance in a report year."""

    kind: str = fact("险种", required=True)
    people: int | None = fact("参保人数")
    base: Decimal | None = fact("单位缴费基数（元）", CHOOSES)
    paid: Decimal | None = fact("本期实际缴费金额（元）", CHOOSES)
    owed: Decimal | None = fact("单位累计欠缴金额（元）", CHOOSES)


@strawberry.type(description="对外投资")
class Investment:
    """An enterprise invested in."""

    name: str = fact("被投资企业名称", required=True)
    uscc: str | None = fact("被投资企业统一社会信用代码")


@record(
    RecordType.ANNUAL_REPORT,
    "企业年度报告",
    "企业信息公示暂行条例第九条",
    occurred="submitted_on",
    number="year",
)
class AnnualReport(CreditRecord):
    """The report of one year; amounts in yuan, as at 31 December."""

    year: int = fact("年报年度", required=True)
    submitted_on: date = fact("填报日期", required=True)
    postal_address: str | None = fact("通信地址")
    postal_code: str | None = fact("邮政编码")
    phone: str | None = fact("联系电话")
    email: str | None = fact("电子邮箱")
    operating_state: str | None = fact(
        "存续状态：OPEN 开业 SUSPENDED 歇业 IN_LIQUIDATION 清算"
    )
    employees: int | None = fact("从业人数", CHOOSES, rule=_FIGURES)
    women_employees: int | None = fact("其中女性从业人数", CHOOSES, rule=_FIGURES)
    total_assets: Decimal | None = fact("资产总额", CHOOSES, rule=_FIGURES)
    total_liabilities: Decimal | None = fact("负债总额", CHOOSES, rule=_FIGURES)
    owners_equity: Decimal | None = fact("所有者权益合计", CHOOSES, rule=_FIGURES)
    total_revenue: Decimal | None = fact("营业总收入", CHOOSES, rule=_FIGURES)
    main_revenue: Decimal | None = fact("主营业务收入", CHOOSES, rule=_FIGURES)
    total_profit: Decimal | None = fact("利润总额", CHOOSES, rule=_FIGURES)
    net_profit: Decimal | None = fact("净利润", CHOOSES, rule=_FIGURES)
    total_tax: Decimal | None = fact("纳税总额", CHOOSES, rule=_FIGURES)
    websites: list[str] = fact("网站或网店", absent=list)
    guarantees: list[str] = fact(
        "对外提供保证担保", CHOOSES, rule=_FIGURES, absent=list
    )
    party_members: int | None = fact("党员人数", G)
    social_insurance: list[SocialInsurance] | None = fact("社保信息")
    investments: list[Investment] | None = fact("对外投资")
    main_activity: str | None = fact("主营业务活动")
    hidden: list[str] | None = fact("企业选择不公示的字段", G)
