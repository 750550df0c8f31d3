"""Whom a licence or a penalty is addressed to 行政相对人."""

from enum import Enum

from schema.code_list import code_list


@code_list(
    "行政相对人类别",
    LEGAL_PERSON="法人",
    NATURAL_PERSON="自然人",
    INDIVIDUAL_BUSINESS="个体工商户",
    NON_LEGAL_ORGANISATION="非法人组织",
)
class RespondentKind(Enum):
    """Kinds of respondents (双公示 2018)."""

    LEGAL_PERSON = "LEGAL_PERSON"
    NATURAL_PERSON = "NATURAL_PERSON"
    INDIVIDUAL_BUSINESS = "INDIVIDUAL_BUSINESS"
    NON_LEGAL_ORGANISATION = "NON_LEGAL_ORGANISATION"
