"""What somebody must be for a role: which department, place or enterprise is his."""

import re
from collections.abc import Iterator
from typing import Final

from gateway.access.viewer import Role, Viewer
from schema.codes import uscc

_DEPARTMENT: Final = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,16}")
_REGION: Final = re.compile(r"[0-9]{6}")
_SUBJECT: Final = 128
"""Characters of a subject at the most."""


def faults_of(viewer: Viewer) -> list[str]:
    """Say in words all that keeps a viewer from being who he is said to be."""
    return [*_of_anybody(viewer), *_of_role(viewer)]


def _of_anybody(viewer: Viewer) -> Iterator[str]:
    if not (0 < len(viewer.subject) <= _SUBJECT and viewer.subject.isprintable()):
        yield f"主体应为 1 到 {_SUBJECT} 个可见字符 (subject: visible characters)"
    if viewer.department is not None and not _DEPARTMENT.fullmatch(viewer.department):
        yield "部门应形如 QH-EPD (department: a code such as this)"
    if viewer.region is not None and not _REGION.fullmatch(viewer.region):
        yield "区划应为六位数字，如 630100 (region: six digits)"
    fault = uscc.fault_of(viewer.uscc) if viewer.uscc is not None else None
    if fault is not None:
        yield f"统一社会信用代码有误 (uscc): {fault}"


def _of_role(viewer: Viewer) -> Iterator[str]:
    if viewer.role is Role.PUBLIC:
        yield "公众不凭令牌或密钥访问 (the public shows no token and no key)"
    if viewer.role is Role.OFFICER and viewer.department is None:
        yield "officer 须注明部门 (an officer is of a department)"
    if viewer.role is Role.ENTERPRISE and viewer.uscc is None:
        yield "enterprise 须注明统一社会信用代码 (an enterprise has its uscc)"
    if viewer.role is not Role.ENTERPRISE and viewer.uscc is not None:
        yield "统一社会信用代码只用于 enterprise (uscc: of an enterprise only)"
    if viewer.role in {Role.ENTERPRISE, Role.PORTAL} and viewer.department is not None:
        yield f"{viewer.role.value} 不属于部门 (is of no department)"
