"""Administrative penalties 行政处罚."""

from datetime import date
from decimal import Decimal
from enum import Enum

from schema.code_list import code_list
from schema.declaration import fact, record
from schema.record_type import RecordType
from schema.records.record import CreditRecord
from schema.records.respondent import RespondentKind
from schema.visibility import Visibility

G, TEXT = Visibility.GOVERNMENT, Visibility.REDACTED
PERSON = Visibility.ORGANISATIONS


@code_list(
    "处罚类别",
    WARNING="警告",
    CRITICISM="通报批评",
    FINE="罚款",
    CONFISCATION="没收违法所得、没收非法财物",
    LICENCE_SUSPENDED="暂扣许可证件",
    GRADE_LOWERED="降低资质等级",
    LICENCE_REVOKED="吊销许可证件",
    ACTIVITY_RESTRICTED="限制开展生产经营活动",
    SHUTDOWN="责令停产停业",
    CLOSURE="责令关闭",
    EMPLOYMENT_RESTRICTED="限制从业",
    DETENTION="行政拘留",
    OTHER="法律、行政法规规定的其他行政处罚",
)
class PenaltyCategory(Enum):
    """Categories of the Administrative Penalty Law of 2021, article 9."""

    WARNING = "WARNING"
    CRITICISM = "CRITICISM"
    FINE = "FINE"
    CONFISCATION = "CONFISCATION"
    LICENCE_SUSPENDED = "LICENCE_SUSPENDED"
    GRADE_LOWERED = "GRADE_LOWERED"
    LICENCE_REVOKED = "LICENCE_REVOKED"
    ACTIVITY_RESTRICTED = "ACTIVITY_RESTRICTED"
    SHUTDOWN = "SHUTDOWN"
    CLOSURE = "CLOSURE"
    EMPLOYMENT_RESTRICTED = "EMPLOYMENT_RESTRICTED"
    DETENTION = "DETENTION"
    OTHER = "OTHER"


@code_list(
    "适用程序",
    GENERAL="普通（一般）程序",
    SIMPLE="简易程序",
)
class PenaltyProcedure(Enum):
    """The procedure in which a penalty was decided."""

    GENERAL = "GENERAL"
    SIMPLE = "SIMPLE"


@code_list(
    "履行情况",
    PERFORMED="已履行",
    PARTLY="部分履行",
    NOT="未履行",
    ENFORCED="已强制执行",
)
class PenaltyPerformance(Enum):
    """Whether a penalty was carried out."""

    PERFORMED = "PERFORMED"
    PARTLY = "PARTLY"
    NOT = "NOT"
    ENFORCED = "ENFORCED"


@code_list(
    "复议、诉讼",
    NONE="无",
    RECONSIDERATION="行政复议中",
    LITIGATION="行政诉讼中",
    CHANGED="已变更",
    REVOKED="已撤销",
)
class PenaltyReview(Enum):
    """Whether a penalty was contested, and with what result."""

    NONE = "NONE"
    RECONSIDERATION = "RECONSIDERATION"
    LITIGATION = "LITIGATION"
    CHANGED = "CHANGED"
    REVOKED = "REVOKED"


@record(
    RecordType.PENALTY,
    "行政处罚",
    "发改办财金〔2018〕424号 双公示标准；企业信息公示暂行条例第六条",
    occurred="decided_on",
    expires="publish_until",
    amount="fine",
    number="decision_number",
)
class Penalty(CreditRecord):
    """An administrative penalty."""

    respondent_name: str = fact("行政相对人名称", required=True)
    respondent_kind: RespondentKind | None = fact("行政相对人类别")
    respondent_uscc: str | None = fact("行政相对人代码_1 统一社会信用代码")
    respondent_registration_number: str | None = fact("行政相对人代码_2 工商注册号")
    respondent_organisation_code: str | None = fact("行政相对人代码_3 组织机构代码")
    respondent_tax_number: str | None = fact("行政相对人代码_4 税务登记号", G)
    respondent_institution_number: str | None = fact("行政相对人代码_5 事业单位证书号")
    respondent_social_organisation_number: str | None = fact(
        "行政相对人代码_6 社会组织登记证号"
    )
    legal_representative: str | None = fact("法定代表人")
    legal_rep_id_type: str | None = fact("法定代表人证件类型", G)
    legal_rep_id_number: str | None = fact("法定代表人证件号码", G)
    respondent_id_type: str | None = fact("自然人证件类型", G)
    respondent_id_number: str | None = fact("自然人证件号码", PERSON)
    respondent_address: str | None = fact("地址", PERSON)
    decision_number: str = fact("行政处罚决定书文号", required=True)
    case_name: str | None = fact("处罚名称")
    violation_type: str = fact("违法行为类型", required=True)
    facts: str = fact("违法事实", TEXT, required=True)
    evidence: str | None = fact("证据", TEXT)
    legal_basis: str = fact("处罚依据", required=True)
    categories: list[PenaltyCategory] = fact("处罚类别", required=True)
    content: str = fact("处罚内容", TEXT, required=True)
    fine: Decimal | None = fact("罚款金额（元）")
    confiscated: Decimal | None = fact("没收违法所得、没收非法财物的金额（元）")
    revoked_certificate: str | None = fact("暂扣或吊销证照名称及编号")
    decided_on: date = fact("处罚决定日期", required=True)
    effective_until: date | None = fact("处罚有效期")
    authority: str = fact("处罚机关", required=True)
    authority_uscc: str | None = fact("处罚机关统一社会信用代码")
    source: str | None = fact("数据来源单位")
    source_uscc: str | None = fact("数据来源单位统一社会信用代码")
    procedure: PenaltyProcedure | None = fact(
        "适用程序", G, rule="工商行政管理行政处罚信息公示暂行规定第二条"
    )
    statement_and_defence: str | None = fact("陈述、申辩", TEXT)
    performance: PenaltyPerformance | None = fact("履行情况", G)
    review: PenaltyReview | None = fact("复议、诉讼", G)
    decision_document: str | None = fact("行政处罚决定书", TEXT)
    status: str | None = fact("当前状态")
