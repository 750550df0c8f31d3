"""Enterprises with a story, at any size of the world; docs/stories.md tells them."""

from dataclasses import dataclass, field, replace
from random import Random

from mock_departments.world.codes import resident_id, uscc
from mock_departments.world.dealing import contributors
from mock_departments.world.enterprises import one
from mock_departments.world.facts import INVENTIONS
from mock_departments.world.model import TrueEnterprise, TrueRecord
from mock_departments.world.register import report

Facts = dict[str, object]


@dataclass(frozen=True, slots=True)
class Told:
    """One record of a story: what differs from an ordinary one."""

    department: str
    record_type: str
    facts: Facts = field(default_factory=dict)
    written: dict[str, str | None] | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """An enterprise (or two) and what happened to it."""

    name: str
    title: str
    county: str
    told: tuple[Told, ...] = ()
    facts: Facts = field(default_factory=dict)
    former: tuple[str, ...] = ()
    code_county: str | None = None


EPD_FINE = Told(
    "QH-EPD",
    "penalty",
    {
        "decisionNumber": "青环罚〔2016〕12号",
        "decidedOn": "2016-07-22",
        "publishedOn": "2016-07-29",
        "violationType": "超标排放废水",
        "categories": ["FINE"],
        "content": "罚款2万元",
        "fine": "20000",
        "confiscated": None,
        "procedure": "GENERAL",
    },
)
_FREEZE = Told(
    "QH-HPC",
    "judicial_assistance",
    {
        "kind": "EQUITY_FREEZE",
        "status": "FROZEN",
        "equityAmount": "12000000",
        "frozenFrom": "2015-11-03",
        "frozenTo": "2018-11-02",
        "noticeNumber": "（2015）青执协字第77号",
    },
)
_COMMENDED = Told(
    "QH-STD",
    "commendation",
    {"awardedOn": "2016-03-10", "validFrom": "2016-03-10", "validTo": "2019-03-09"},
)
_LISTED = {
    "reason": "ANNUAL_REPORT_MISSING",
    "removedOn": None,
    "removalReason": None,
    "removedBy": None,
}
_REMOVED = Told(
    "QH-AMR",
    "abnormal_listing",
    {
        "reason": "ANNUAL_REPORT_MISSING",
        "listedOn": "2015-07-08",
        "removedOn": "2016-08-15",
        "removalReason": "补报并公示年度报告",
        "reportYear": 2014,
    },
)

_CATERING = {
    "certificateName": "食品经营许可证",
    "content": "热食类食品制售",
    "indefinite": False,
    "status": "VALID",
}
_RENEWED = (
    Told(
        "QH-FDA",
        "licence",
        {
            **_CATERING,
            "decidedOn": "2013-11-06",
            "validFrom": "2013-11-06",
            "validTo": "2016-11-05",
            "publishedOn": "2013-11-12",
        },
    ),
    Told(
        "QH-FDA",
        "licence",
        {
            **_CATERING,
            "decidedOn": "2016-09-26",
            "validFrom": "2016-09-26",
            "validTo": "2019-11-05",
            "publishedOn": "2016-09-30",
            "certificateNumber": "食药2016907777",
        },
    ),
)

STORIES: tuple[Story, ...] = (
    Story(
        "everything",
        "西宁昆源矿业有限公司",
        "630102",
        (
            EPD_FINE,
            _FREEZE,
            _COMMENDED,
            _REMOVED,
            *(Told(code, "licence", {"status": "VALID"}) for code in (
                "QH-EPD", "QH-LRD", "QH-SAW", "QH-HUD", "QH-TRA", "QH-PSD", "QH-QTS",
                "QH-DRC", "QH-XN", "QH-CAD", "QH-WAT", "QH-FDA",
            )),
            Told("QH-AMR", "inspection", {"results": ["NORMAL"]}),
            Told("QH-AMR", "equity_pledge", {"status": "VALID"}),
            Told("QH-TAX", "tax_credit", {"year": 2015, "grade": "B"}),
            Told("QH-LTB", "tax_credit", {"year": 2015, "grade": "B"}),
        ),
        {"industryCode": "0911", "industrySection": "B"},
        former=("西宁昆源矿产开发有限公司",),
    ),
    Story("commended_while_punished", "格尔木青湖化工有限公司", "632801", (replace(EPD_FINE, facts={**EPD_FINE.facts, "decisionNumber": "青环罚〔2016〕31号", "fine": "150000", "content": "罚款15万元"}), _COMMENDED)),
    Story("three_years_abnormal", "德令哈天山商贸有限公司", "632802", (Told("QH-AMR", "abnormal_listing", {**_LISTED, "listedOn": "2013-10-15", "reportYear": 2012}),)),
    Story("frozen_equity", "西宁金鑫房地产开发有限公司", "630104", (_FREEZE,)),
    Story("publication_ended", "互助福泉食品加工有限公司", "630223", (Told("QH-EPD", "penalty", {"decisionNumber": "青环罚〔2015〕5号", "decidedOn": "2015-05-11", "publishUntil": "2016-05-10", "categories": ["FINE"], "fine": "30000", "content": "罚款3万元", "procedure": "GENERAL"}),)),
    Story("simple_procedure", "大通恒利餐饮管理有限公司", "630121", (*_RENEWED, Told("QH-FDA", "penalty", {"decisionNumber": "青食药罚〔2016〕88号", "procedure": "SIMPLE", "categories": ["FINE"], "fine": "500", "content": "罚款500元"}),)),
    Story("natural_person_respondent", "共和湖光宾馆有限公司", "632521", (Told("QH-EPD", "penalty", {"decisionNumber": "青环罚〔2016〕40号", "respondentKind": "NATURAL_PERSON", "respondentIdNumber": resident_id("632521", "19700101", 17), "categories": ["FINE"], "fine": "2000", "content": "罚款2000元", "procedure": "GENERAL"}),)),
    Story("renamed", "西宁新昆仑信息科技有限公司", "630103", (Told("QH-FOR", "licence", {"status": "VALID"}, {"uscc": None, "registrationNumber": None, "name": "西宁老昆仑信息科技有限公司"}),), former=("西宁老昆仑信息科技有限公司",)),
    Story("deregistered", "乐都盛源农资有限公司", "630202", (Told("QH-AGR", "licence"),), {"status": "DEREGISTERED", "deregisteredOn": "2016-05-20", "statusReason": "决议解散"}),
    Story("old_number_only", "湟中宏达建筑工程有限公司", "630106", (Told("QH-HUD", "licence", {"status": "VALID"}), Told("QH-TRA", "licence", {"status": "VALID"}))),
    Story("serious_violation", "玉树雪域旅游有限公司", "632701", (Told("QH-AMR", "serious_violation", {"listedOn": "2016-06-01"}),)),
    Story("revoked_licence", "海晏金滩石料开采有限公司", "632223", (Told("QH-SAW", "penalty", {"categories": ["LICENCE_REVOKED"], "content": "吊销许可证", "fine": None, "confiscated": None, "revokedCertificate": "安全生产许可证", "procedure": "GENERAL"}),)),
    Story("warning_only", "贵德河阴物流运输有限公司", "632523", (Told("QH-AMR", "penalty", {"categories": ["WARNING"], "content": "警告", "fine": None, "confiscated": None, "procedure": "GENERAL"}),)),
    Story("id_in_text", "同仁热贡商贸有限公司", "632301", (Told("QH-EPD", "penalty", {"decisionNumber": "青环罚〔2016〕55号", "facts": f"经查，负责人（身份证号{resident_id('632301', '19811130', 21)}，电话13997001234）指使排放废水。", "procedure": "GENERAL", "categories": ["FINE"], "fine": "8000", "content": "罚款8000元"}),)),
    Story("hidden_figures", "平安润泽建材有限公司", "630203"),
    Story("co_owned_patent", "西宁高原生物科技有限公司", "630105", (Told("QH-IPO", "ip_pledge"),)),
    Story("moved_region", "格尔木江源新能源有限公司", "632801", (Told("QH-HX", "licence", {"status": "VALID"}),), code_county="632126"),
    Story("none", "刚察青海湖农牧开发有限公司", "632224"),
    Story("bad_check_digit", "尖扎坎布拉旅游有限公司", "632322", (Told("QH-CAD", "licence", {"status": "VALID"}, {"uscc": "91632322QH9999999A", "registrationNumber": None, "name": "尖扎坎布拉旅游有限公司"}),)),
)  # fmt: skip
AMBIGUOUS = "海东和顺商贸有限公司"
"""Two enterprises of two counties bear this name."""
FIRST_NUMBER = 950_000


def tell(
    random: Random,
) -> tuple[list[TrueEnterprise], list[TrueRecord], dict[str, str]]:
    """Give the enterprises and records of all stories, and their index."""
    people, records, index = [], [], {}
    for place, story in enumerate(STORIES):
        who = _enterprise(story, FIRST_NUMBER + place, random)
        people.append(who)
        index[story.name] = who.uscc
        records += [_record(told, who, random) for told in story.told]
        if story.name in {"everything", "hidden_figures"}:
            records.append(_report(who, story.name == "hidden_figures", random))
    partner = next(p for p in people if p.facts["story"] == "everything")
    records = [
        _shared(r, partner) if r.record_type == "ip_pledge" else r for r in records
    ]
    for place, county in enumerate(("630202", "630222")):
        twin = Story("ambiguous_name", AMBIGUOUS, county)
        people.append(_enterprise(twin, FIRST_NUMBER + 900 + place, random))
    shared = Told(
        "QH-FOR",
        "licence",
        written={"uscc": None, "registrationNumber": None, "name": AMBIGUOUS},
    )
    nobodys = replace(
        _record(shared, people[-1], random),
        usccs=(),
        dirt=frozenset({"ambiguous_name"}),
    )
    records.append(nobodys)
    index["ambiguous_name"] = AMBIGUOUS
    return people, records, index


def _enterprise(story: Story, number: int, random: Random) -> TrueEnterprise:
    made = one(number, story.county, Random(number), set())
    while not made.uscc.startswith("91") or made.registration_number is None:
        random = Random(random.random())
        made = one(number, story.county, random, set())
    if story.code_county:
        made = replace(made, uscc=uscc("91", story.code_county, number))
    facts = {**made.facts, "status": "OPERATING", **story.facts, "story": story.name}
    for gone in ("revokedOn", "deregisteredOn", "statusReason"):
        if gone not in story.facts:
            facts.pop(gone, None)
    return replace(made, name=story.title, former_names=story.former, facts=facts)


def _record(told: Told, who: TrueEnterprise, random: Random) -> TrueRecord:
    name = next(c.name for c in contributors() if c.code == told.department)
    serial = who.number % 1000 + 7000
    usual = INVENTIONS[told.record_type](told.department, name, who, serial, random)
    written = told.written or {
        "uscc": who.uscc,
        "registrationNumber": who.registration_number,
        "name": who.name,
    }
    dirt = (
        frozenset({"bad_check_digit"})
        if who.facts["story"] == "bad_check_digit"
        else frozenset[str]()
    )
    for late in ("withdrawnOn", "withdrawalReason", "publishUntil"):
        usual.pop(late, None)
    facts = {**usual, **told.facts}
    return TrueRecord(
        0, told.department, told.record_type, (who.uscc,), written, facts, dirt
    )


def _report(who: TrueEnterprise, hide: bool, random: Random) -> TrueRecord:  # noqa: FBT001
    facts = report(who, 2015, random)
    facts["hidden"] = ["totalAssets", "employees"] if hide else []
    written: dict[str, str | None] = {"uscc": who.uscc}
    return TrueRecord(0, "QH-AMR", "annual_report", (who.uscc,), written, facts)


def _shared(record: TrueRecord, partner: TrueEnterprise) -> TrueRecord:
    both = f"{record.written['uscc']},{partner.uscc}"
    return replace(
        record,
        usccs=(*record.usccs, partner.uscc),
        written={**record.written, "uscc": both},
    )
