"""The canonical form of rows, as the guide to provenance describes it."""

import hashlib
import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from hypothesis import given, strategies as st

from adapters.digests import canonical, digest

GUIDE = Path(__file__).parents[2] / "docs" / "provenance.md"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
ROWS = st.dictionaries(
    TEXTS,
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXTS,
        lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
        max_leaves=8,
    ),
    max_size=4,
)


@given(ROWS)
def test_it_is_what_any_writer_of_json_makes_of_sorted_keys(row: dict[str, object]):
    text = json.dumps(
        row, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    ).encode()
    assert canonical(row) == text
    assert digest(row) == hashlib.sha256(text).hexdigest()


def test_the_example_of_the_guide():
    guide = GUIDE.read_text(encoding="utf-8")
    found = re.search(r"printf '%s' '(.+)' \| sha256sum\n([0-9a-f]{64})  -", guide)
    assert found
    row = {
        "CF_WSH": "宁环罚〔2016〕12号",
        "CF_XDR": "青海某某有限公司",
        "CF_JE": Decimal("5000.00"),
        "CF_JDRQ": date(2016, 7, 22),
    }
    assert canonical(row).decode() == found[1]
    assert hashlib.sha256(found[1].encode()).hexdigest() == found[2] == digest(row)


def test_values_that_json_has_no_form_for():
    at = datetime(2016, 7, 22, 10, tzinfo=UTC)
    row = {"A": Decimal("1.50"), "B": at, "C": [1.5, 5000.0, 1e-5, 1e-6, 1e16]}
    assert canonical(row) == (
        b'{"A":"1.50","B":"2016-07-22T10:00:00+00:00",'
        b'"C":[1.5,5000.0,0.00001,1e-6,1e+16]}'
    )
    large = canonical({"A": "宁", "B": at, "C": 2**64})
    ascii_ = b'{"A":"\\u5b81","B":"2016-07-22T10:00:00+00:00","C":18446744073709551616}'
    assert large == ascii_
