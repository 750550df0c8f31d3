"""Registration data 登记信息: what the core holds of every enterprise."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

import strawberry

from schema.code_list import code_list
from schema.codes.regions import RegionSource
from schema.declaration import RecordDeclaration, declared_fields, fact
from schema.record_type import RecordType
from schema.visibility import Visibility

G = Visibility.GOVERNMENT
_RULE = "企业信息公示暂行条例第六条"


@code_list(
    "登记状态",
    OPERATING="存续（在营、开业、在册）",
    REVOKED="吊销，未注销",
    REVOKED_DEREGISTERED="吊销，已注销",
    DEREGISTERED="注销",
    RESCINDED="撤销登记",
    MOVED_OUT="迁出",
    SUSPENDED="歇业",
    OTHER="其他",
)
class EnterpriseStatus(Enum):
    """State of a registration (national credit platform and GSXT lists)."""

    OPERATING = "OPERATING"
    REVOKED = "REVOKED"
    REVOKED_DEREGISTERED = "REVOKED_DEREGISTERED"
    DEREGISTERED = "DEREGISTERED"
    RESCINDED = "RESCINDED"
    MOVED_OUT = "MOVED_OUT"
    SUSPENDED = "SUSPENDED"
    OTHER = "OTHER"


@strawberry.type(description="登记信息")
class RegistrationFacts:
    """What a source of the core gives of an enterprise."""

    pripid: str | None = fact("主体身份代码", G)
    uscc: str = fact("统一社会信用代码", rule="GB 32100-2015", required=True)
    registration_number: str | None = fact("注册号", rule="GS 15-2006")
    organisation_code: str | None = fact("组织机构代码", rule="GB 11714-1997")
    name: str = fact("名称", required=True)
    former_names: list[str] | None = fact("曾用名")
    type_code: str | None = fact("类型代码")
    type: str = fact("类型", required=True)
    legal_representative: str | None = fact("法定代表人（负责人、经营者、投资人）")
    legal_rep_id_type: str | None = fact("法定代表人证件类型", G)
    legal_rep_id_number: str | None = fact("法定代表人证件号码", G)
    principal_title: str | None = fact("负责人称谓")
    registered_capital: Decimal | None = fact("注册资本（以币种计）")
    currency: str | None = fact("币种", rule="ISO 4217")
    established_on: date | None = fact("成立日期")
    approved_on: date | None = fact("核准日期")
    term_from: date | None = fact("营业期限自")
    term_to: date | None = fact("营业期限至；长期为空")
    registration_authority: str | None = fact("登记机关")
    registration_authority_code: str | None = fact("登记机关代码")
    address: str | None = fact("住所（经营场所）")
    region_code: str | None = fact("行政区划", rule="GB/T 2260")
    industry_code: str | None = fact("行业代码", rule="GB/T 4754-2017")
    business_scope: str | None = fact("经营范围")
    status: EnterpriseStatus = fact("登记状态", required=True)
    revoked_on: date | None = fact("吊销日期")
    deregistered_on: date | None = fact("注销日期")
    status_reason: str | None = fact("吊销或注销原因")
    contact_phone: str | None = fact("联系电话", G)
    contact_name: str | None = fact("联络员", G)


REGISTRATION = RecordDeclaration(
    record_type=RecordType.REGISTRATION,
    term="登记信息",
    english="Registration",
    rule=_RULE,
    graphql_type=RegistrationFacts,
    fields=declared_fields(RegistrationFacts, _RULE),
    occurred=("approved_on", "established_on"),
)


@dataclass(frozen=True, slots=True)
class Registration:
    """An enterprise as the core holds it."""

    uscc: str
    name: str
    type: str
    status: EnterpriseStatus
    department: str
    """Who said so; code of the department."""
    source_record_id: str
    as_of: datetime
    fetched_at: datetime
    digest: str
    region: str | None
    """Today's division code."""
    region_source: RegionSource | None
    registration_number: str | None = None
    organisation_code: str | None = None
    former_names: tuple[str, ...] = ()
    type_code: str | None = None
    legal_representative: str | None = None
    legal_representative_ref: str | None = None
    """Keyed hash of the person's identity."""
    principal_title: str | None = None
    registered_capital: Decimal | None = None
    currency: str | None = None
    established_on: date | None = None
    approved_on: date | None = None
    term_from: date | None = None
    term_to: date | None = None
    registration_authority: str | None = None
    address: str | None = None
    industry_code: str | None = None
    business_scope: str | None = None
    revoked_on: date | None = None
    deregistered_on: date | None = None
    status_reason: str | None = None
    contact_phone: str | None = None
    contact_name: str | None = None
