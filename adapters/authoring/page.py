"""Writes a department's page out of its declaration, for those who use its records."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from adapters.authoring.order import fields_in_order
from adapters.declaration import Declaration, FieldRule, Section
from schema.declaration import FieldDeclaration
from schema.records import RECORDS
from schema.visibility import Visibility

_KEYS = {"uscc": "统一社会信用代码", "registration_number": "注册号", "name": "名称"}
_SEEN_BY: Mapping[Visibility, str] = {
    Visibility.PUBLIC: "公开",
    Visibility.ORGANISATIONS: "公开（自然人除外）",
    Visibility.REDACTED: "公开（隐去个人信息）",
    Visibility.ENTERPRISE_CHOOSES: "企业选择",
}


def page_of(declaration: Declaration) -> str:
    """Give the page as Markdown: what it provides, field by field, and its quirks."""
    return "\n".join(_lines(declaration)) + "\n"


def _lines(declaration: Declaration) -> Iterator[str]:
    known = declaration.capabilities
    yield f"# {declaration.name} `{declaration.department}`"
    yield ""
    yield "| | |"
    yield "|---|---|"
    terms = "、".join(
        f"{RECORDS[one].term} {one.value}" for one in declaration.provides
    )
    yield f"| 提供 provides | {terms} |"
    yield f"| 接口 kind | {declaration.kind} |"
    yield f"| 按什么查 key | {_KEYS[known.key]}，每批 {known.batch} 户 |"
    yield f"| 数据时效 freshness | {_span(declaration.freshness)} |"
    yield f"| 答复期限 deadline | {declaration.deadline:g} 秒 |"
    yield f"| 列出全部 scan | {'是' if known.scan else '否'} |"
    yield f"| 告知变化 delta | {'是' if known.delta else '否'} |"
    if declaration.contact:
        yield f"| 联系 contact | {_cell(declaration.contact)} |"
    for section in declaration.sections.values():
        yield ""
        yield from _section(section)


def _section(section: Section) -> Iterator[str]:
    declared = RECORDS[section.record_type]
    yield f"## {declared.term} {section.record_type.value}"
    yield ""
    yield "| 字段 | 官方名称 | 来源的列 | 读法 | 谁可看 |"
    yield "|---|---|---|---|---|"
    for name in fields_in_order(section.record_type):
        if name in section.fields:
            yield _row(section.fields[name], declared.fields[name])
    absent = [
        f"{name} {field.term}"
        for name, field in declared.fields.items()
        if name not in section.fields
    ]
    yield ""
    yield f"来源没有 not provided：{_cell('；'.join(absent)) or '无'}"
    yield from _quirks(section)


def _row(rule: FieldRule, field: FieldDeclaration) -> str:
    column = "、".join(f"`{_cell(one)}`" for one in rule.columns)
    cells = (
        f"`{rule.name}`{' *' if field.required else ''}",
        field.term,
        column or f"（一律 {_cell(str(rule.value))}）",
        _how(rule),
        _SEEN_BY.get(field.visibility, "仅政务"),
    )
    return f"| {' | '.join(cells)} |"


def _how(rule: FieldRule) -> str:
    """Say how the values are read, beside the reader's name."""
    words = [f"{rule.read}:{rule.list_name}" if rule.list_name else rule.read]
    if rule.split:
        words.append(f"以 {rule.split} 分隔")
    if rule.indefinite:
        words.append(f"{'、'.join(rule.indefinite)} 为长期")
    if rule.codes and not rule.list_name:
        words.append("、".join(f"{code}={one}" for code, one in rule.codes.items()))
    if rule.otherwise:
        words.append(f"其余作 {rule.otherwise}")
    if rule.default is not None:
        words.append(f"空作 {rule.default}")
    return _cell("；".join(words))


def _quirks(section: Section) -> Iterator[str]:
    notes = []
    if section.natural_key:
        notes.append(f"{'、'.join(section.natural_key)} 相同为同一条记录，后到的为准")
    if section.key.split:
        notes.append(f"一行可属于几户，以 {section.key.split} 分隔")
    for column, values in section.withdrawn_when.items():
        notes.append(f"{column} 为 {'、'.join(values)} 表示已撤销公示")
    if section.unused:
        notes.append(f"未采用的列：{'、'.join(section.unused)}")
    for note in notes:
        yield ""
        yield f"- {_cell(note)}"


def _span(age: timedelta) -> str:
    hours = age.total_seconds() / 3600
    return f"{hours / 24:g} 天" if hours >= 24 else f"{hours:g} 小时"


def _cell(text: str) -> str:
    """Keep a text within its cell."""
    return text.replace("|", "\\|").replace("\n", " ")
