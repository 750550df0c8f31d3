"""What a register leaves unsaid but its credit codes tell."""

from adapters.readers.credit_codes import read_uscc
from adapters.readers.texts import Unreadable, read_text, shown
from schema.codes import uscc
from schema.codes.enterprise_types import coarse_type


def read_enterprise_type(values: object) -> str | None:
    """Read the type 企业类型; where none is given, a coarse one from code and name.

    The columns are type, code and name in this order. A type made out stays without
    type code.
    """
    listed = values if isinstance(values, list) else [values, None, None]
    if len(listed) != 3:
        raise Unreadable(f"应是三列：{shown(values)}（three columns are needed）")
    type_, code, name = listed
    given = read_text(type_)
    known = read_uscc(code)
    if given is not None or known is None:
        return given
    return coarse_type(known, read_text(name) or "")


def read_uscc_region(value: object) -> str | None:
    """Read the division in a credit code: its registering authority's, of that day."""
    code = read_uscc(value)
    return None if code is None else code[2:8]


def read_uscc_organisation(value: object) -> str | None:
    """Read the organisation code 组织机构代码 in a credit code."""
    code = read_uscc(value)
    return None if code is None else uscc.organisation_code(code)
