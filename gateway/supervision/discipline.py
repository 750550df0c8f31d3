"""Joint discipline 联合惩戒: which restrictions follow from records in force.

Rules as data; a restriction is derived when asked and ends with its cause.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from schema.departments import Department
from schema.findings import Restriction
from schema.force import expires_on, in_force
from schema.record_type import RecordType
from schema.records.honours import TaxCredit, TaxGrade
from schema.records.penalty import Penalty, PenaltyCategory
from schema.records.record import CreditRecord


@dataclass(frozen=True, slots=True)
class Measure:
    """One restriction that a cause brings."""

    kind: str
    scope: str
    basis: str
    actors: tuple[str, ...]
    """Codes of the departments that must act; empty: all."""


_SERIOUS = "严重违法失信企业名单管理暂行办法；企业信息公示暂行条例第十七、十八条"
_ABNORMAL = "企业信息公示暂行条例第十八条"
_DEFAULT = "最高人民法院关于公布失信被执行人名单信息的若干规定；发改财金〔2016〕141号"
_FREEZE = "最高人民法院、国家工商总局关于加强信息合作规范执行与协助执行的通知"
_REVOKED = "企业法人法定代表人登记管理规定第四条"
_BUYERS = ("QH-FIN", "QH-DRC", "QH-HUD")
_TAX = "纳税信用管理办法第三十二条"

MEASURES: Mapping[RecordType, tuple[Measure, ...]] = {
    RecordType.SERIOUS_VIOLATION: (
        Measure("PROCUREMENT_BAN", "政府采购", _SERIOUS, ("QH-FIN",)),
        Measure("BIDDING_BAN", "工程招投标", _SERIOUS, ("QH-DRC", "QH-HUD")),
        Measure("HONOUR_BAN", "授予荣誉称号", _SERIOUS, ()),
        Measure("LICENCE_REVIEW", "行政许可从严审查", _SERIOUS, ()),
        Measure("APPOINTMENT_BAN", "法定代表人、负责人任职三年", _SERIOUS, ("QH-AMR",)),
    ),
    RecordType.ABNORMAL_LISTING: (
        Measure("PROCUREMENT_CAUTION", "政府采购、招投标审慎考虑", _ABNORMAL, _BUYERS),
        Measure("HONOUR_BAN", "授予荣誉称号", _ABNORMAL, ()),
        Measure("NO_SIMPLE_DEREGISTRATION", "简易注销", _ABNORMAL, ("QH-AMR",)),
    ),
    RecordType.JUDGMENT_DEFAULT: (
        Measure("CONSUMPTION_LIMIT", "高消费", _DEFAULT, ("QH-HPC",)),
        Measure("BIDDING_BAN", "招投标", _DEFAULT, ("QH-DRC", "QH-HUD")),
        Measure("SUBSIDY_BAN", "政府补贴", _DEFAULT, ("QH-FIN",)),
    ),
    RecordType.JUDICIAL_ASSISTANCE: (
        Measure("SHAREHOLDER_CHANGE_BAN", "被冻结股权的股东变更", _FREEZE, ("QH-AMR",)),
    ),
    RecordType.PENALTY: (
        Measure("APPOINTMENT_BAN", "有责任的法定代表人任职三年", _REVOKED, ("QH-AMR",)),
    ),
    RecordType.TAX_CREDIT: (
        Measure("INVOICE_LIMIT", "发票领用、出口退税从严", _TAX, ("QH-TAX", "QH-LTB")),
    ),
}  # fmt: skip
CAUSES = tuple(MEASURES)


def restrictions(
    records: Sequence[CreditRecord],
    today: date,
    department_of: Callable[[str], Department],
    everybody: Sequence[str],
) -> Iterator[Restriction]:
    """Derive the restrictions in force on a day, in order of their causes."""
    for record in records:
        if not _causes(record, today):
            continue
        for measure in MEASURES[record.record_type]:
            yield Restriction(
                kind=measure.kind,
                scope=measure.scope,
                since=record.occurred_on,
                until=expires_on(record),
                basis=measure.basis,
                cause=record,
                actors=[department_of(code) for code in measure.actors or everybody],
            )


def _causes(record: CreditRecord, today: date) -> bool:
    if record.record_type not in MEASURES or not in_force(record, today):
        return False
    if isinstance(record, Penalty):
        business_licence = "营业执照" in f"{record.content}{record.revoked_certificate}"
        return PenaltyCategory.LICENCE_REVOKED in record.categories and business_licence
    return not isinstance(record, TaxCredit) or record.grade is TaxGrade.D
