"""What courts tell: judicial assistance 司法协助, judgment defaults 失信被执行人."""

from datetime import date
from decimal import Decimal
from enum import Enum

from schema.code_list import code_list
from schema.declaration import fact, record
from schema.record_type import RecordType
from schema.records.record import CreditRecord
from schema.visibility import Visibility

PERSON = Visibility.ORGANISATIONS


@code_list(
    "司法协助事项",
    EQUITY_FREEZE="公示冻结股权、其他投资权益",
    FREEZE_EXTENDED="续行冻结",
    UNFREEZE="解除冻结",
    SHAREHOLDER_CHANGE="强制转让被执行人股权，办理股东变更登记",
)
class JudicialAssistanceKind(Enum):
    """What a court asked the register to do."""

    EQUITY_FREEZE = "EQUITY_FREEZE"
    FREEZE_EXTENDED = "FREEZE_EXTENDED"
    UNFREEZE = "UNFREEZE"
    SHAREHOLDER_CHANGE = "SHAREHOLDER_CHANGE"


@record(
    RecordType.JUDICIAL_ASSISTANCE,
    "司法协助",
    "国家企业信用信息公示系统 司法协助公示",
    occurred=("frozen_from", "assisted_on"),
    expires="frozen_to",
    amount="equity_amount",
    number="notice_number",
)
class JudicialAssistance(CreditRecord):
    """A freeze of equity, its extension or end, or a compelled transfer."""

    kind: JudicialAssistanceKind = fact("执行事项", required=True)
    person_subjected: str = fact("被执行人", required=True)
    subject_certificate_type: str | None = fact("被执行人证件种类")
    subject_certificate_number: str | None = fact("被执行人证件号码", PERSON)
    equity_amount: Decimal | None = fact("股权数额（元）")
    equity_unit: str | None = fact("股权数额单位")
    company_of_equity: str | None = fact("股权所在企业")
    court: str = fact("执行法院", required=True)
    ruling_number: str | None = fact("执行裁定书文号")
    notice_number: str = fact("协助执行通知书文号", required=True)
    frozen_from: date | None = fact("冻结期限自")
    frozen_to: date | None = fact("冻结期限至")
    period: str | None = fact("冻结期限")
    assignee: str | None = fact("受让人")
    assignee_certificate_number: str | None = fact("受让人证件号码", PERSON)
    assisted_on: date | None = fact("协助执行日期")
    status: str = fact(
        "状态：FROZEN 冻结 LIFTED 解除 LAPSED 失效 EXTENDED 续行", required=True
    )
    previous_notice_number: str | None = fact("所续行或解除的通知书文号")


@code_list(
    "失信被执行人履行情况",
    NONE="全部未履行",
    PART="部分履行",
    ALL="全部履行",
)
class DefaultPerformance(Enum):
    """How much of the obligation was performed."""

    NONE = "NONE"
    PART = "PART"
    ALL = "ALL"


@code_list(
    "被执行人类别",
    ORGANISATION="法人或其他组织",
    NATURAL_PERSON="自然人",
)
class DebtorKind(Enum):
    """Who the debtor is."""

    ORGANISATION = "ORGANISATION"
    NATURAL_PERSON = "NATURAL_PERSON"


@record(
    RecordType.JUDGMENT_DEFAULT,
    "失信被执行人",
    "最高人民法院关于公布失信被执行人名单信息的若干规定第四条",
    occurred="filed_on",
    number="case_number",
)
class JudgmentDefault(CreditRecord):
    """A debtor who does not obey a judgment."""

    name: str = fact("被执行人名称", required=True)
    debtor_kind: DebtorKind | None = fact("被执行人类别")
    uscc: str | None = fact("统一社会信用代码")
    organisation_code: str | None = fact("组织机构代码")
    legal_representative: str | None = fact("法定代表人")
    sex: str | None = fact("性别")
    age: int | None = fact("年龄")
    id_number: str | None = fact("身份证号码（隐去出生月日）", PERSON)
    case_number: str = fact("执行案号", required=True)
    court: str = fact("执行法院", required=True)
    filed_on: date = fact("立案时间", required=True)
    basis_number: str | None = fact("执行依据文号")
    basis_authority: str | None = fact("作出执行依据单位")
    obligation: str | None = fact("生效法律文书确定的义务", Visibility.REDACTED)
    performance: DefaultPerformance = fact("被执行人的履行情况", required=True)
    conduct: str | None = fact("失信行为具体情形", Visibility.REDACTED)
    deleted_on: date | None = fact("删除日期")
