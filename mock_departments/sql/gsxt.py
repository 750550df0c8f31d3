"""The commerce administration's columns: keys of the national publicity system."""

from collections.abc import Mapping

_COLUMNS = {
    "ANNUAL_REPORT": (
        "year=ANCHEYEAR submittedOn=ANCHEDATE postalAddress=ADDR postalCode=POSTALCODE "
        "phone=TEL email=EMAIL operatingState=BUSST employees=EMPNUM totalAssets=ASSGRO "
        "totalLiabilities=LIAGRO ownersEquity=TOTEQU totalRevenue=VENDINC "
        "mainRevenue=MAIBUSINC totalProfit=PROGRO netProfit=NETINC totalTax=RATGRO "
        "websites=WEBSITE guarantees=GUARANTEE partyMembers=PARTYNUM hidden=HIDDEN"
    ),
    "SHAREHOLDER": (
        "name=INV kind=INVTYPE_CN certificateType=CERTYPE_CN certificateNumber=CERNO "
        "subscribed=LISUBCONAM paid=LIACCONAM country=COUNTRY_CN sharePercent=CONPROP "
        "subscribedOn=CONDATE"
    ),
    "KEY_PERSON": (
        "name=NAME position=POSITION_CN certificateType=CERTYPE_CN "
        "certificateNumber=CERNO sex=SEX phone=TEL appointedFrom=OFFHFROM "
        "appointedTo=OFFHTO"
    ),
    "BRANCH": (
        "name=BRNAME registrationNumber=BRREGNO registrationAuthority=REGORG_CN "
        "parent=ENTNAME"
    ),
    "CHANGE": "item=ALTITEM_CN before=ALTBE after=ALTAF changedOn=ALTDATE",
    "PENALTY": (
        "respondentName=ENTNAME respondentKind=ENTKIND caseName=CASENAME "
        "decisionNumber=PENDECNO "
        "violationType=ILLEGACTTYPE facts=ILLEGFACT evidence=EVIDENCE legalBasis=PENBASIS "
        "categories=PENTYPE_CN content=PENCONTENT fine=FORFAM confiscated=CONFAM "
        "decidedOn=PENDECISSDATE publishedOn=PUBLICDATE publishUntil=PUBEND "
        "withdrawnOn=CANDATE withdrawalReason=CANREA authority=PENAUTH_CN "
        "procedure=PENPROC statementAndDefence=DEFENCE decisionDocument=DECDOC "
        "legalRepresentative=NAME status=STATE"
    ),
    "ABNORMAL_LISTING": (
        "reason=SPECAUSE listedOn=ABNTIME listedBy=DECORG_CN decisionNumber=DECNO "
        "removedOn=REMDATE removalReason=REMEXCPRES_CN removedBy=REDECORG_CN "
        "reportYear=ANCHEYEAR"
    ),
    "SERIOUS_VIOLATION": (
        "category=SERTYPE_CN reason=SERILLREA_CN listedOn=ABNTIME listedBy=DECORG_CN "
        "decisionNumber=DECNO measures=MEASURE removedOn=REMDATE"
    ),
    "INSPECTION": (
        "planNumber=PLANNO planName=PLANNAME taskNumber=TASKNO kind=INSTYPE_CN "
        "authority=INSAUTH_CN inspectedOn=INSDATE results=INSRES inspectors=INSPECTOR "
        "resultPublishedOn=PUBLICDATE"
    ),
    "CHATTEL_MORTGAGE": (
        "registrationNumber=MORREGCNO registeredOn=REGIDATE authority=REGORG_CN "
        "claimAmount=PRICLASECAM claimKind=PRICLASECKIND_CN scope=WARCOV "
        "termFrom=PEFPERFORM termTo=PEFPERTO status=TYPE mortgagees=MORE "
        "collateral=GUANAME"
    ),
    "EQUITY_PLEDGE": (
        "registrationNumber=EQUITYNO pledgor=PLEDGOR pledgorCertificateNumber=PLEDBLICNO "
        "equityAmount=IMPAM equityUnit=PLEDAMUNIT pledgee=IMPORG "
        "registeredOn=EQUPLEDATE status=TYPE"
    ),
}
VIEWS = {
    "ANNUAL_REPORT": "V_ANCHE",
    "SHAREHOLDER": "V_INV",
    "KEY_PERSON": "V_PRIPERSON",
    "BRANCH": "V_BRANCH",
    "CHANGE": "V_ALTER",
    "PENALTY": "V_OTCASE",
    "ABNORMAL_LISTING": "V_BUSEXC",
    "SERIOUS_VIOLATION": "V_SERVIOL",
    "INSPECTION": "V_SPOTCHECK",
    "CHATTEL_MORTGAGE": "V_MORTREG",
    "EQUITY_PLEDGE": "V_STAKQUALIT",
    "ANNOUNCEMENT": "V_NOTICE",
    "SELF_PUBLISHED": "V_INSTANT",
}
REGISTRATION = (
    "PRIPID UNISCID REGNO ORGCODE ENTNAME HISTORYNAME ENTTYPE ENTTYPE_CN NAME CERTYPE_CN "
    "CERNO PERTYPE REGCAP REGCAPCUR ESTDATE APPRDATE OPFROM OPTO REGORG REGORG_CN DOM "
    "INDUSTRYCO OPSCOPE REGSTATE_CN REVDATE CANDATE STATEREASON TEL LINKMAN"
).split()


def named(record_type: str) -> Mapping[str, str]:
    """Give field and column of a record type."""
    pairs = (pair.split("=") for pair in _COLUMNS[record_type].split())
    return dict(pairs)
