"""Scalars that refuse what can't be meant."""

from collections.abc import Mapping
from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from schema.codes import regions, uscc

USCC = NewType("USCC", str)
RegionCode = NewType("RegionCode", str)


def parse_uscc(value: object) -> USCC:
    """Normalise and check a code; raises ValueError saying what is wrong."""
    if not isinstance(value, str):
        raise ValueError("统一社会信用代码应为字符串 (a string is needed)")  # noqa: TRY004
    code = uscc.normalise(value)
    fault = uscc.fault_of(code)
    if fault:
        raise ValueError(f"统一社会信用代码 {code} 有误：{fault}")
    return USCC(code)


def parse_region(value: object) -> RegionCode:
    """Check a division code or prefix; raises ValueError for an unknown one."""
    if not isinstance(value, str) or not regions.is_known(value):
        raise ValueError(
            f"没有行政区划 {value}：应为青海省内的 2、4 或 6 位代码 "
            "(unknown region; 2, 4 or 6 digits within 63)"
        )
    return RegionCode(value)


SCALARS: Mapping[object, ScalarDefinition] = {
    USCC: strawberry.scalar(
        name="USCC",
        description="统一社会信用代码，18 位（GB 32100-2015）；校验位有误即为输入错误",
        serialize=str,
        parse_value=parse_uscc,
    ),
    RegionCode: strawberry.scalar(
        name="RegionCode",
        description="行政区划代码（GB/T 2260），六位；前缀 63、6301 包含其下全部",
        serialize=str,
        parse_value=parse_region,
    ),
}
