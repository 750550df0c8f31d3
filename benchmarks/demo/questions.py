"""The questions that are measured."""

from collections.abc import Mapping

_HEARD = "{ totalCount completeness { status sources { outcome latencyMs } } }"
LISTS = f"licences {_HEARD} penalties {_HEARD} judicialAssistance {_HEARD}"
FIFTY = (
    '{ enterprises(where: { region: "6301" }, first: 50) { nodes { uscc '
    + LISTS
    + " } } }"
)
"""50 enterprises with licences, penalties and judicial assistance."""


def many(enterprises: int) -> str:
    """Ask for the same lists of many enterprises."""
    return f"{{ enterprises(first: {enterprises}) {{ nodes {{ uscc {LISTS} }} }} }}"


EVERYTHING: Mapping[str, str] = {
    name: f"{{ recordStatistics(recordType: {record_type}, groupBy: [DEPARTMENT])"
    " { groups { count } } }"
    for name, record_type in (("penalties", "PENALTY"), ("licences", "LICENCE"))
}
"""Each reads all records of a type, of all departments."""
CORE: Mapping[str, str] = {
    "one enterprise by code": (
        "query ($uscc: USCC!) { enterprise(uscc: $uscc) { name status } }"
    ),
    "search by part of a name": (
        '{ search(text: "建筑工程", first: 20) { nodes { uscc } } }'
    ),
    "50 of a prefecture, counted": (
        '{ enterprises(where: { region: "6301" }, first: 50)'
        " { totalCount nodes { uscc name } } }"
    ),
    "enterprises per prefecture": (
        "{ enterpriseStatistics(groupBy: [REGION]) { keys count } }"
    ),
}
"""Questions that the core answers alone."""
