"""Administrative licences 行政许可."""

from datetime import date, datetime
from enum import Enum

from schema.code_list import code_list
from schema.declaration import fact, record
from schema.record_type import RecordType
from schema.records.record import CreditRecord
from schema.records.respondent import RespondentKind
from schema.visibility import Visibility

G, P_ORG = Visibility.GOVERNMENT, Visibility.ORGANISATIONS


@code_list(
    "许可类别",
    GENERAL="普通",
    CONCESSION="特许",
    RECOGNITION="认可",
    APPROVAL="核准",
    REGISTRATION="登记",
    OTHER="其他",
)
class LicenceCategory(Enum):
    """Kinds of licences (双公示 2018)."""

    GENERAL = "GENERAL"
    CONCESSION = "CONCESSION"
    RECOGNITION = "RECOGNITION"
    APPROVAL = "APPROVAL"
    REGISTRATION = "REGISTRATION"
    OTHER = "OTHER"


@code_list(
    "许可当前状态",
    VALID="有效",
    INVALID="无效",
    REVOKED="撤销",
    OBJECTED="异议",
    OTHER="其他",
)
class LicenceStatus(Enum):
    """Whether a licence still holds."""

    VALID = "VALID"
    INVALID = "INVALID"
    REVOKED = "REVOKED"
    OBJECTED = "OBJECTED"
    OTHER = "OTHER"


@record(
    RecordType.LICENCE,
    "行政许可",
    "发改办财金〔2018〕424号 双公示标准",
    occurred="decided_on",
    expires="valid_to",
    number="document_number",
)
class Licence(CreditRecord):
    """An administrative licence."""

    respondent_name: str | None = fact("行政相对人名称")
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
    respondent_id_number: str | None = fact("自然人证件号码", G)
    document_name: str | None = fact("行政许可决定文书名称")
    document_number: str = fact("行政许可决定文书号", required=True)
    category: LicenceCategory = fact("许可类别", required=True)
    certificate_name: str | None = fact("许可证书名称")
    certificate_number: str | None = fact("许可编号")
    content: str = fact("许可内容", required=True)
    decided_on: date = fact("许可决定日期", required=True)
    valid_from: date = fact("有效期自", required=True)
    valid_to: date | None = fact("有效期至；长期有效为空")
    indefinite: bool = fact("长期有效", absent=bool)
    authority: str = fact("许可机关", required=True)
    authority_uscc: str | None = fact("许可机关统一社会信用代码")
    status: LicenceStatus = fact("当前状态", required=True)
    source: str | None = fact("数据来源单位")
    source_uscc: str | None = fact("数据来源单位统一社会信用代码")
    area_code: str | None = fact("地方编码", G)
    updated_at: datetime | None = fact("数据更新时间戳", G)
    remark: str | None = fact("备注", G)
