"""Invents the facts of one record of each type."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from random import Random

from mock_departments.world.codes import resident_id
from mock_departments.world.enterprises import LAST_DAY, person, region_name
from mock_departments.world.model import TrueEnterprise
from mock_departments.world.templates import HONOURS, MATTERS

Facts = dict[str, object]
Invent = Callable[[str, str, TrueEnterprise, int, Random], Facts]
"""Department, its name, whom it is about, a serial number, luck → facts."""

_SPAN = timedelta(days=365 * 3)


def _day(random: Random, back: int = 1095) -> date:
    return LAST_DAY - timedelta(days=random.randint(0, back))


def _published(day: date, random: Random) -> str:
    late = random.choice((3, 5, 7, 8, 9, 12, 20, 45))
    return min(day + timedelta(days=late), LAST_DAY).isoformat()


def _number(department: str, kind: str, day: date, serial: int) -> str:
    return f"青{MATTERS[department].mark}{kind}〔{day.year}〕{serial}号"


def licence_number(department: str, day: date, serial: int) -> str:
    """Give the number of the decision that grants a licence."""
    return _number(department, "许准", day, serial)


def licence(
    department: str, name: str, who: TrueEnterprise, serial: int, random: Random
) -> Facts:
    """Invent a licence."""
    title = random.choice(MATTERS[department].licences)
    day = _day(random)
    years = random.choice((1, 3, 3, 5, 0))
    end = day.replace(day=min(day.day, 28), year=day.year + years) if years else None
    lapsed = end is not None and end < LAST_DAY
    status = "REVOKED" if random.random() < 0.02 else "INVALID" if lapsed else "VALID"
    return {
        "documentName": f"关于准予{title}的决定",
        "documentNumber": licence_number(department, day, serial),
        "category": random.choice(("GENERAL", "GENERAL", "APPROVAL", "REGISTRATION")),
        "certificateName": title,
        "certificateNumber": f"{MATTERS[department].mark}{day.year}{serial:06}",
        "content": f"准予{who.name}从事{title}所载事项",
        "decidedOn": day.isoformat(),
        "validFrom": day.isoformat(),
        "validTo": end.isoformat() if end else None,
        "indefinite": end is None,
        "authority": name,
        "status": status,
        "legalRepresentative": who.facts["legalRepresentative"],
        "publishedOn": _published(day, random),
    }


def penalty(
    department: str, name: str, who: TrueEnterprise, serial: int, random: Random
) -> Facts:
    """Invent a penalty."""
    matter = MATTERS[department]
    kind = random.choice(matter.violations)
    day = _day(random)
    categories, content, fine = _sanction(random)
    confiscated = (
        str(random.randint(1, 900) * 10) if "CONFISCATION" in categories else None
    )
    facts: Facts = {
        "caseName": f"{who.name}{kind}案",
        "decisionNumber": _number(department, "罚", day, serial),
        "violationType": kind,
        "facts": f"经查，当事人于{day.year}年{day.month}月存在{kind}的行为。",
        "evidence": "现场检查笔录、询问笔录、照片",
        "legalBasis": f"违反{matter.basis}的规定",
        "categories": categories,
        "content": content,
        "fine": fine,
        "confiscated": confiscated,
        "decidedOn": day.isoformat(),
        "publishedOn": _published(day, random),
        "authority": name,
        "statementAndDefence": "当事人在法定期限内未提出陈述、申辩。",
        "decisionDocument": f"{name}行政处罚决定书：{kind}，{content}。",
        "procedure": "SIMPLE" if random.random() < 0.06 else "GENERAL",
        "respondentKind": "LEGAL_PERSON",
        "legalRepresentative": who.facts["legalRepresentative"],
        "status": "有效",
    }
    _complicate(facts, who, day, random)
    return facts


def _sanction(random: Random) -> tuple[list[str], str, str | None]:
    fine = str(random.randint(1, 400) * 500)
    luck = random.random()
    if luck < 0.15:
        return ["WARNING"], "警告", None
    if luck < 0.70:
        return ["FINE"], f"罚款{fine}元", fine
    if luck < 0.85:
        return ["FINE", "CONFISCATION"], f"罚款{fine}元，没收违法所得", fine
    if luck < 0.93:
        return ["WARNING", "FINE"], f"警告，罚款{fine}元", fine
    if luck < 0.97:
        return ["SHUTDOWN"], "责令停产停业", None
    return ["LICENCE_REVOKED"], "吊销许可证", None


def _complicate(facts: Facts, who: TrueEnterprise, day: date, random: Random) -> None:
    luck = random.random()
    if luck < 0.02:
        born = f"19{random.randint(60, 90)}0512"
        number = resident_id(who.uscc[2:8], born, random.randint(1, 999))
        facts["facts"] = (
            f"{facts['facts']}负责人身份证号{number}，电话13997{serial_of(number)}。"
        )
    elif luck < 0.04:
        facts["publishUntil"] = (day + timedelta(days=180)).isoformat()
    elif luck < 0.05:
        facts["withdrawnOn"] = min(day + timedelta(days=40), LAST_DAY).isoformat()
        facts["withdrawalReason"] = "复议撤销"


def serial_of(number: str) -> str:
    """Give six digits out of a number."""
    return number[8:14]


def commendation(
    _code: str, name: str, _who: TrueEnterprise, serial: int, random: Random
) -> Facts:
    """Invent a commendation."""
    day = _day(random, 900)
    if _code == "QH-STD":
        title, kind, end = "高新技术企业", "CERTIFICATION", day + _SPAN
    elif _code == "QH-CUS":
        title, kind, end = "AEO认证企业", "CERTIFICATION", None
    else:
        title, kind, end = (
            random.choice(HONOURS),
            random.choice(("HONOUR", "RED_LIST")),
            None,
        )
    return {
        "title": title,
        "kind": kind,
        "level": "PROVINCE",
        "awardedBy": name,
        "awardedOn": day.isoformat(),
        "documentNumber": f"青表〔{day.year}〕{serial}号",
        "validFrom": day.isoformat(),
        "validTo": end.isoformat() if end else None,
    }


def tax_credit(
    _code: str, name: str, _who: TrueEnterprise, serial: int, random: Random
) -> Facts:
    """Invent a grade of tax credit; the first is the last year's, then back in time."""
    year = 2015 - serial % 100
    return {
        "year": year,
        "grade": random.choice("ABBBBCD"),
        "decidedBy": name,
        "decidedOn": date(year + 1, 4, 20).isoformat(),
        "changeReason": None,
    }


def abnormal_listing(
    _code: str, _name: str, who: TrueEnterprise, serial: int, random: Random
) -> Facts:
    """Invent an entry in the abnormal-operation list."""
    day = _day(random, 760)
    reasons = (
        ("ANNUAL_REPORT_MISSING",) * 6 + ("UNREACHABLE",) * 3 + ("FALSE_INFORMATION",)
    )
    reason = random.choice(reasons)
    removed = (
        day + timedelta(days=random.randint(20, 400)) if random.random() < 0.4 else None
    )
    if removed and removed > LAST_DAY:
        removed = None
    authority = str(who.facts["registrationAuthority"])
    return {
        "reason": reason,
        "listedOn": day.isoformat(),
        "listedBy": authority,
        "decisionNumber": f"青异列〔{day.year}〕{serial}号",
        "removedOn": removed.isoformat() if removed else None,
        "removalReason": "补报并公示年度报告" if removed else None,
        "removedBy": authority if removed else None,
        "reportYear": day.year - 1 if reason == "ANNUAL_REPORT_MISSING" else None,
    }


def serious_violation(
    _code: str, name: str, _who: TrueEnterprise, serial: int, random: Random
) -> Facts:
    """Invent an entry in the serious-violation list."""
    day = _day(random, 200)
    return {
        "category": "被列入经营异常名录届满3年仍未履行相关义务",
        "reason": "被列入经营异常名录届满3年仍未履行相关义务的",
        "listedOn": day.isoformat(),
        "listedBy": name,
        "decisionNumber": f"青严列〔{day.year}〕{serial}号",
        "measures": "法定代表人三年内不得担任其他企业的法定代表人",
        "removedOn": None,
    }


def inspection(
    _code: str, _name: str, who: TrueEnterprise, serial: int, random: Random
) -> Facts:
    """Invent an inspection."""
    day = _day(random, 700)
    results = random.choice(
        (["NORMAL"],) * 7
        + (["NOT_REPORTED"], ["UNREACHABLE"], ["NOT_REPORTED", "FALSE_REPORT"])
    )
    return {
        "planNumber": f"QHCC{day.year}{day.month:02}",
        "planName": f"{day.year}年度双随机抽查",
        "taskNumber": f"RW{serial:07}",
        "kind": random.choice(("RANDOM", "TARGETED")),
        "authority": who.facts["registrationAuthority"],
        "inspectedOn": day.isoformat(),
        "results": results,
        "inspectors": [person(random), person(random)],
        "resultPublishedOn": _published(day, random),
    }


def chattel_mortgage(
    _code: str, _name: str, who: TrueEnterprise, serial: int, random: Random
) -> Facts:
    """Invent a mortgage of chattels."""
    day = _day(random, 900)
    return {
        "registrationNumber": f"青动抵{day.year}{serial:05}",
        "registeredOn": day.isoformat(),
        "authority": who.facts["registrationAuthority"],
        "claimAmount": str(random.randint(10, 900) * 10_000),
        "claimKind": "借款合同",
        "scope": "本金、利息、违约金",
        "termFrom": day.isoformat(),
        "termTo": (day + _SPAN).isoformat(),
        "status": "VALID" if random.random() < 0.9 else "INVALID",
        "mortgagees": [{"name": "青海河湟农村商业银行", "certificateNumber": None}],
        "collateral": [
            {"name": "生产设备", "ownership": who.name, "description": "12台"}
        ],
    }


def equity_pledge(
    _code: str, _name: str, who: TrueEnterprise, serial: int, random: Random
) -> Facts:
    """Invent a pledge of equity."""
    day = _day(random, 900)
    return {
        "registrationNumber": f"青股质{day.year}{serial:05}",
        "pledgor": person(random),
        "pledgorCertificateNumber": resident_id(
            who.uscc[2:8], "19750304", serial % 999
        ),
        "equityAmount": str(random.randint(5, 500) * 10_000),
        "equityUnit": "万元",
        "pledgee": "青海河湟农村商业银行",
        "registeredOn": day.isoformat(),
        "status": "VALID" if random.random() < 0.85 else "INVALID",
    }


def ip_pledge(
    _code: str, _name: str, who: TrueEnterprise, serial: int, random: Random
) -> Facts:
    """Invent a pledge of a patent or trademark."""
    day = _day(random, 700)
    return {
        "certificateNumber": f"Y{day.year}63{serial:06}",
        "name": "一种高原节水灌溉装置",
        "kind": random.choice(("PATENT", "TRADEMARK")),
        "pledgor": who.name,
        "pledgee": "青海河湟农村商业银行",
        "termFrom": day.isoformat(),
        "termTo": (day + _SPAN).isoformat(),
        "status": "VALID",
        "registeredOn": day.isoformat(),
    }


def judicial_assistance(
    _code: str, _name: str, who: TrueEnterprise, serial: int, random: Random
) -> Facts:
    """Invent a freeze of equity."""
    day = _day(random, 800)
    status = random.choice(("FROZEN", "FROZEN", "FROZEN", "LIFTED", "EXTENDED"))
    kinds = {
        "FROZEN": "EQUITY_FREEZE",
        "LIFTED": "UNFREEZE",
        "EXTENDED": "FREEZE_EXTENDED",
    }
    return {
        "kind": kinds[status],
        "personSubjected": person(random),
        "subjectCertificateType": "居民身份证",
        "subjectCertificateNumber": resident_id(
            who.uscc[2:8], "19680917", serial % 999
        ),
        "equityAmount": str(random.randint(10, 3000) * 10_000),
        "equityUnit": "万元",
        "companyOfEquity": who.name,
        "court": f"{region_name(str(who.facts['regionCode'])[:4] + '00')}中级人民法院",
        "rulingNumber": f"（{day.year}）青执裁字第{serial}号",
        "noticeNumber": f"（{day.year}）青执协字第{serial}号",
        "frozenFrom": day.isoformat(),
        "frozenTo": (day + _SPAN).isoformat(),
        "status": status,
    }


def judgment_default(
    _code: str, _name: str, who: TrueEnterprise, serial: int, random: Random
) -> Facts:
    """Invent an entry in the list of judgment debtors."""
    day = _day(random, 900)
    return {
        "name": who.name,
        "debtorKind": "ORGANISATION",
        "legalRepresentative": who.facts["legalRepresentative"],
        "caseNumber": f"（{day.year}）青0102执{serial}号",
        "court": f"{region_name(str(who.facts['regionCode']))}人民法院",
        "filedOn": day.isoformat(),
        "basisNumber": f"（{day.year}）青0102民初{serial}号",
        "basisAuthority": "西宁市城东区人民法院",
        "obligation": f"支付货款{random.randint(1, 80)}万元",
        "performance": random.choice(("NONE", "NONE", "PART")),
        "conduct": "有履行能力而拒不履行生效法律文书确定义务",
        "publishedOn": day.isoformat(),
    }


INVENTIONS: Mapping[str, Invent] = {
    "licence": licence,
    "penalty": penalty,
    "commendation": commendation,
    "tax_credit": tax_credit,
    "abnormal_listing": abnormal_listing,
    "serious_violation": serious_violation,
    "inspection": inspection,
    "chattel_mortgage": chattel_mortgage,
    "equity_pledge": equity_pledge,
    "ip_pledge": ip_pledge,
    "judicial_assistance": judicial_assistance,
    "judgment_default": judgment_default,
}
