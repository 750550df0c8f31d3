"""Whom a licence or a penalty is addressed to 行政相对人."""

from enum import Enum

import strawberry


@strawberry.enum(description="行政相对人类别")
class RespondentKind(Enum):
    """Kinds of respondents (双公示 2018)."""

    LEGAL_PERSON = "LEGAL_PERSON"
    NATURAL_PERSON = "NATURAL_PERSON"
    INDIVIDUAL_BUSINESS = "INDIVIDUAL_BUSINESS"
    NON_LEGAL_ORGANISATION = "NON_LEGAL_ORGANISATION"
