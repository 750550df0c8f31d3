"""What departments call their columns: the standards' names, and names of their own."""

from collections.abc import Mapping
from functools import cache

Columns = Mapping[str, str]
"""Field of the truth to the column it is written in."""

_WORDS: Mapping[str, tuple[str, str]] = {
    "uscc": ("shxydm", "统一社会信用代码"),
    "registrationNumber": ("zch", "注册号"),
    "name": ("xdrmc", "行政相对人名称"),
    "respondentKind": ("xdrlb", "行政相对人类别"),
    "respondentIdNumber": ("zrrzjhm", "自然人证件号码"),
    "legalRepresentative": ("fddbr", "法定代表人"),
    "documentName": ("wsmc", "决定文书名称"),
    "documentNumber": ("wsh", "决定文书号"),
    "category": ("xklb", "许可类别"),
    "certificateName": ("zsmc", "许可证书名称"),
    "certificateNumber": ("zsbh", "许可编号"),
    "content": ("nr", "内容"),
    "decidedOn": ("jdrq", "决定日期"),
    "validFrom": ("yxqz", "有效期自"),
    "validTo": ("yxqzhi", "有效期至"),
    "validity": ("yxq", "有效期"),
    "authority": ("jdjg", "决定机关"),
    "status": ("zt", "当前状态"),
    "publishedOn": ("gsrq", "公示日期"),
    "publishUntil": ("gsjzq", "公示截止期"),
    "withdrawnOn": ("cxrq", "撤销日期"),
    "withdrawalReason": ("cxyy", "撤销原因"),
    "caseName": ("ajmc", "案件名称"),
    "decisionNumber": ("cfwsh", "处罚决定书文号"),
    "violationType": ("wfxw", "违法行为类型"),
    "facts": ("wfss", "违法事实"),
    "evidence": ("zj", "证据"),
    "legalBasis": ("cfyj", "处罚依据"),
    "categories": ("cfzl", "处罚种类"),
    "fine": ("fkje", "罚款金额"),
    "confiscated": ("msje", "没收金额"),
    "revokedCertificate": ("dxzz", "吊销证照"),
    "procedure": ("sycx", "适用程序"),
    "statementAndDefence": ("cssb", "陈述申辩"),
    "decisionDocument": ("jdsqw", "决定书全文"),
    "title": ("rymc", "荣誉名称"),
    "kind": ("lx", "类型"),
    "level": ("jb", "级别"),
    "awardedBy": ("syjg", "授予机关"),
    "awardedOn": ("syrq", "授予日期"),
    "year": ("pjnd", "评价年度"),
    "grade": ("xydj", "信用等级"),
    "decidedBy": ("pdjg", "评定机关"),
    "changeReason": ("tzyy", "调整原因"),
    "pledgor": ("czr", "出质人"),
    "pledgee": ("zqr", "质权人"),
    "ipName": ("zscqmc", "知识产权名称"),
    "termFrom": ("qxz", "期限自"),
    "termTo": ("qxzhi", "期限至"),
    "registeredOn": ("djrq", "登记日期"),
    "personSubjected": ("bzxr", "被执行人"),
    "subjectCertificateType": ("zjzl", "证件种类"),
    "subjectCertificateNumber": ("zjhm", "证件号码"),
    "equityAmount": ("gqse", "股权数额"),
    "equityUnit": ("sedw", "数额单位"),
    "companyOfEquity": ("gqszqy", "股权所在企业"),
    "court": ("zxfy", "执行法院"),
    "rulingNumber": ("cdswh", "执行裁定书文号"),
    "noticeNumber": ("xztzswh", "协助执行通知书文号"),
    "frozenFrom": ("djqxz", "冻结期限自"),
    "frozenTo": ("djqxzhi", "冻结期限至"),
    "debtorKind": ("bzxrlb", "被执行人类别"),
    "caseNumber": ("ah", "案号"),
    "filedOn": ("larq", "立案时间"),
    "basisNumber": ("yjwh", "执行依据文号"),
    "basisAuthority": ("yjdw", "作出执行依据单位"),
    "obligation": ("yw", "确定的义务"),
    "performance": ("lxqk", "履行情况"),
    "conduct": ("sxqx", "失信情形"),
}
_FIELDS: Mapping[str, str] = {
    "LICENCE": (
        "name uscc registrationNumber legalRepresentative documentName documentNumber "
        "category certificateName certificateNumber content decidedOn validFrom validTo "
        "authority status publishedOn"
    ),
    "PENALTY": (
        "name uscc registrationNumber legalRepresentative respondentKind "
        "respondentIdNumber caseName decisionNumber violationType facts evidence "
        "legalBasis categories content fine confiscated revokedCertificate decidedOn "
        "publishedOn publishUntil withdrawnOn withdrawalReason authority procedure "
        "statementAndDefence decisionDocument status"
    ),
    "COMMENDATION": (
        "name uscc registrationNumber title kind level awardedBy awardedOn "
        "documentNumber validFrom validTo"
    ),
    "TAX_CREDIT": "name uscc year grade decidedBy decidedOn changeReason",
    "IP_PLEDGE": (
        "name uscc certificateNumber ipName kind pledgor pledgee termFrom termTo status "
        "registeredOn"
    ),
    "JUDICIAL_ASSISTANCE": (
        "name uscc kind personSubjected subjectCertificateType "
        "subjectCertificateNumber equityAmount equityUnit companyOfEquity court "
        "rulingNumber noticeNumber frozenFrom frozenTo status"
    ),
    "JUDGMENT_DEFAULT": (
        "name uscc debtorKind legalRepresentative caseNumber court filedOn basisNumber "
        "basisAuthority obligation performance conduct publishedOn"
    ),
}
_SGS_2018 = {
    "LICENCE": (
        "XK_XDR_MC XK_XDR_SHXYM XK_XDR_GSZC XK_FRDB XK_XKWS XK_WSH XK_XKLB XK_XKZS "
        "XK_XKBH XK_NR XK_JDRQ XK_YXQZ XK_YXQZI XK_XKJG XK_ZT GSRQ"
    ),
    "PENALTY": (
        "CF_XDR_MC CF_XDR_SHXYM CF_XDR_GSZC CF_FRDB CF_XDR_LB CF_XDR_ZJHM CF_AJMC CF_WSH "
        "CF_WFXW CF_SY CF_ZJ CF_YJ CF_CFLB CF_NR CF_NR_FK CF_NR_WFFF CF_NR_ZKDX CF_JDRQ "
        "GSRQ CF_GSJZQ CF_CXRQ CF_CXYY CF_CFJG CF_CXLX CF_CSSB CF_JDS CF_ZT"
    ),
}
_SGS_2015 = {
    "LICENCE": {
        "name": "XK_XDR",
        "uscc": "XK_XDR_SHXYM",
        "registrationNumber": "XK_XDR_GSDJ",
        "legalRepresentative": "XK_FR",
        "certificateName": "XK_XMMC",
        "documentNumber": "XK_WSH",
        "category": "XK_SPLB",
        "content": "XK_NR",
        "decidedOn": "XK_JDRQ",
        "validTo": "XK_JZQ",
        "authority": "XK_XZJG",
        "status": "XK_ZT",
        "publishedOn": "SJC",
    },
    "PENALTY": {
        "name": "CF_XDR_MC",
        "uscc": "CF_XDR_SHXYM",
        "registrationNumber": "CF_XDR_GSDJ",
        "legalRepresentative": "CF_FR",
        "violationType": "CF_CFMC",
        "decisionNumber": "CF_WSH",
        "categories": "CF_CFLB1",
        "facts": "CF_SY",
        "legalBasis": "CF_YJ",
        "content": "CF_JG",
        "decidedOn": "CF_JDRQ",
        "authority": "CF_XZJG",
        "status": "CF_ZT",
        "publishedOn": "SJC",
        "publishUntil": "GSQX",
        "withdrawnOn": "CF_CXRQ",
        "procedure": "CF_CXLX",
    },
}


def fields_of(record_type: str) -> tuple[str, ...]:
    """Name the fields that departments of every style may write."""
    return tuple(_FIELDS[record_type].split())


@cache
def columns(style: str, record_type: str) -> Columns:
    """Give a style's columns for a record type.

    `sgs2018` and `sgs2015` are the national standards (types they don't know are
    written in capitals of the pinyin style); `pinyin`, `chinese`, `english` are usual
    styles of a department's own.
    """
    fields = fields_of(record_type)
    if style == "sgs2018" and record_type in _SGS_2018:
        return dict(zip(fields, _SGS_2018[record_type].split(), strict=True))
    if style == "sgs2015" and record_type in _SGS_2015:
        return _SGS_2015[record_type]
    if style in {"sgs2018", "sgs2015"}:
        return {field: _word(field, 0).upper() for field in fields}
    if style == "english":
        return {field: _snake(field) for field in fields}
    place = 0 if style == "pinyin" else 1
    return {field: _word(field, place) for field in fields}


def _word(field: str, place: int) -> str:
    return _WORDS[field][place]


def _snake(field: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in field)
