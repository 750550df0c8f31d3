"""Records and enterprises to try the rules on."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import strawberry

from schema.codes.identity_documents import check_character
from schema.codes.regions import RegionSource
from schema.departments import Department, Provenance, SourceOutcome
from schema.enterprise import Enterprise, Industry, Region
from schema.record_type import RecordType
from schema.records import RECORDS
from schema.records.judicial import DefaultPerformance, JudicialAssistanceKind
from schema.records.licence import LicenceCategory, LicenceStatus
from schema.records.listings import AbnormalReason
from schema.records.penalty import PenaltyCategory
from schema.records.pledges import PledgeStatus
from schema.records.record import CreditRecord
from schema.registration import EnterpriseStatus
from schema.scalars import USCC, RegionCode

AnyRecord = Any
"""A record of whatever type a test asks for."""
Given = Any

TODAY = date(2016, 10, 20)
NOW = datetime(2016, 10, 20, 1, 0, tzinfo=UTC)
PERSON = "63280119900101001" + check_character("63280119900101001")
ORGANISATION = "91632801310978477P"

_REQUIRED: Mapping[RecordType, Mapping[str, object]] = {
    RecordType.LICENCE: {
        "document_number": "青环许〔2015〕3号",
        "category": LicenceCategory.GENERAL,
        "content": "排污",
        "decided_on": date(2015, 3, 1),
        "valid_from": date(2015, 3, 1),
        "authority": "青海省环境保护厅",
        "status": LicenceStatus.VALID,
    },
    RecordType.PENALTY: {
        "respondent_name": "格尔木绿派装饰材料有限公司",
        "decision_number": "青环罚〔2016〕12号",
        "violation_type": "超标排放",
        "facts": "排放废水超过标准",
        "legal_basis": "水污染防治法",
        "categories": [PenaltyCategory.FINE],
        "content": "罚款二万元",
        "decided_on": date(2016, 3, 1),
        "authority": "青海省环境保护厅",
    },
    RecordType.JUDICIAL_ASSISTANCE: {
        "kind": JudicialAssistanceKind.EQUITY_FREEZE,
        "person_subjected": "张某",
        "court": "青海省高级人民法院",
        "notice_number": "（2016）青执协1号",
        "status": "FROZEN",
    },
    RecordType.ABNORMAL_LISTING: {
        "reason": AbnormalReason.UNREACHABLE,
        "listed_on": date(2016, 7, 8),
        "listed_by": "格尔木市市场监督管理局",
    },
    RecordType.SERIOUS_VIOLATION: {
        "category": "食品安全",
        "reason": "生产有毒食品",
        "listed_on": date(2016, 6, 1),
        "listed_by": "青海省工商行政管理局",
    },
    RecordType.EQUITY_PLEDGE: {
        "registration_number": "青股质2016-1",
        "pledgor": "张某",
        "pledgee": "青海银行",
        "registered_on": date(2016, 3, 1),
        "status": PledgeStatus.VALID,
    },
    RecordType.CHATTEL_MORTGAGE: {
        "registration_number": "青动抵2016-1",
        "registered_on": date(2016, 1, 4),
        "authority": "西宁市工商行政管理局",
        "status": PledgeStatus.VALID,
    },
    RecordType.SHAREHOLDER: {"name": "张某"},
    RecordType.KEY_PERSON: {"name": "李某", "position": "监事"},
    RecordType.CHANGE: {"item": "股东", "changed_on": date(2016, 5, 5)},
    RecordType.ANNUAL_REPORT: {"year": 2015, "submitted_on": date(2016, 4, 1)},
    RecordType.JUDGMENT_DEFAULT: {
        "name": "张某",
        "case_number": "（2016）青01执1号",
        "court": "西宁市中级人民法院",
        "filed_on": date(2016, 2, 1),
        "performance": DefaultPerformance.NONE,
    },
}


def department(code: str = "QH-EPD") -> Department:
    return Department(
        code=strawberry.ID(code),
        name="青海省环境保护厅",
        english_name="Environmental Protection Department",
        record_types=[RecordType.LICENCE, RecordType.PENALTY],
        source_kind="rest",
        launch=True,
        today="青海省生态环境厅",
        valid_from=None,
        valid_to=None,
    )


def provenance(code: str = "QH-EPD") -> Provenance:
    return Provenance(
        department=department(code),
        source_record_id="1",
        as_of=NOW,
        fetched_at=NOW,
        outcome=SourceOutcome.LIVE,
        digest="0" * 64,
    )


def enterprise(uscc: str = ORGANISATION, name: str = "绿派装饰材料") -> Enterprise:
    return Enterprise(
        uscc=USCC(uscc),
        registration_number=None,
        name=name,
        former_names=[],
        type="有限责任公司",
        legal_representative="墨艳静",
        legal_representative_ref=strawberry.ID("abc"),
        principal_title="法定代表人",
        registered_capital=None,
        currency="CNY",
        established_on=date(2015, 1, 4),
        approved_on=None,
        term_from=None,
        term_to=None,
        registration_authority=None,
        region=Region(
            code=RegionCode("632801"), name="格尔木市", full_name="青海省…格尔木市"
        ),
        region_source=RegionSource.ADDRESS,
        address="青海省格尔木市察尔汗路28号",
        industry=Industry(section="F", code="5292", name="零售业"),
        business_scope=None,
        status=EnterpriseStatus.OPERATING,
        revoked_on=None,
        deregistered_on=None,
        status_reason=None,
        contact_phone="13897000000",
        provenance=provenance("QH-AMR"),
    )


def record(
    record_type: RecordType,
    *,
    by: str = "QH-EPD",
    about: Enterprise | None = None,
    **values: Given,
) -> AnyRecord:
    """Make a record of a type; what is not given is as little as is needed."""
    made: CreditRecord = RECORDS[record_type].graphql_type(
        id=strawberry.ID("1"),
        enterprise=about or enterprise(),
        record_type=record_type,
        headline="",
        occurred_on=None,
        under_objection=False,
        withheld=[],
        provenance=provenance(by),
        **{**_REQUIRED.get(record_type, {}), **values},
    )
    return made
