"""Inspection results 抽查检查结果."""

from datetime import date
from enum import Enum

from schema.code_list import code_list
from schema.declaration import fact, record
from schema.record_type import RecordType
from schema.records.record import CreditRecord
from schema.visibility import Visibility

G = Visibility.GOVERNMENT


@code_list(
    "抽查类型",
    TARGETED="定向抽查",
    RANDOM="不定向抽查",
    JOINT="跨部门联合抽查",
    SPECIAL="专项检查",
)
class InspectionKind(Enum):
    """How the inspectee was chosen."""

    TARGETED = "TARGETED"
    RANDOM = "RANDOM"
    JOINT = "JOINT"
    SPECIAL = "SPECIAL"


@code_list(
    "抽查检查结果",
    NORMAL="未发现问题",
    NOT_REPORTED="未按规定公示应当公示的信息",
    FALSE_REPORT="公示信息隐瞒真实情况、弄虚作假",
    UNREACHABLE="通过登记的住所（经营场所）无法联系",
    OBSTRUCTED="不配合检查情节严重",
    PROBLEM_FOUND="发现违法问题",
    CORRECTED="发现问题经责令已改正",
    NO_SUCH_ACTIVITY="未发现开展本次抽查涉及的经营活动",
    CLOSED="已关闭停业、注销、吊销、撤销或迁出",
)
class InspectionResult(Enum):
    """What an inspection found; several at a time."""

    NORMAL = "NORMAL"
    NOT_REPORTED = "NOT_REPORTED"
    FALSE_REPORT = "FALSE_REPORT"
    UNREACHABLE = "UNREACHABLE"
    OBSTRUCTED = "OBSTRUCTED"
    PROBLEM_FOUND = "PROBLEM_FOUND"
    CORRECTED = "CORRECTED"
    NO_SUCH_ACTIVITY = "NO_SUCH_ACTIVITY"
    CLOSED = "CLOSED"


@record(
    RecordType.INSPECTION,
    "抽查检查",
    "企业公示信息抽查暂行办法",
    occurred="inspected_on",
    number="plan_name",
)
class Inspection(CreditRecord):
    """The result of one inspection."""

    plan_number: str | None = fact("抽查计划编号")
    plan_name: str | None = fact("抽查计划名称")
    task_number: str | None = fact("抽查任务编号")
    kind: InspectionKind = fact("类型", required=True)
    authority: str = fact("检查实施机关", required=True)
    inspected_on: date = fact("检查日期", required=True)
    results: list[InspectionResult] = fact("检查结果", required=True)
    note: str | None = fact("结果说明")
    inspectors: list[str] | None = fact("检查人员", G)
    evidence: str | None = fact("检查证据", G)
    joint_departments: list[str] | None = fact("联合检查部门")
    result_published_on: date | None = fact("结果公示日期")
