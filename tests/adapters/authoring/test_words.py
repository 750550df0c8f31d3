"""The JSON Schema, the order and the page of a declaration."""

import json
import tomllib
from pathlib import Path

import jsonschema_rs
import pytest

from adapters.authoring import vocabulary as vocabulary_module
from adapters.authoring.errors import CannotAuthor
from adapters.authoring.formatting import formatted
from adapters.authoring.page import page_of
from adapters.authoring.vocabulary import CONNECTIONS, SECTIONS, vocabulary
from adapters.declaration import load
from adapters.registry import DEPARTMENTS

FILES = sorted(DEPARTMENTS.glob("*.toml"))
EPD = DEPARTMENTS / "QH-EPD.toml"
JUMBLED = """\
# 第一行
# 第二行

[PENALTY.fields]
# 万元
fine = { from = "F",   read = "wan_yuan" }   # 没收另计
decisionNumber="N"
# 末尾的话
[capabilities]
batch = 5
key = "uscc"
[PENALTY]   # 行政处罚
key = "C"
document = \"\"\"
{ a
  b }\"\"\"
[source]
provides = [
  "PENALTY", # 只有处罚
]
department = "QH-X"
"""
ORDERED = """\
# 第一行
# 第二行
[source]
department = "QH-X"
provides = [
  "PENALTY", # 只有处罚
]

[capabilities]
key = "uscc"
batch = 5

[PENALTY]  # 行政处罚
document = \"\"\"
{ a
  b }\"\"\"
key = "C"

[PENALTY.fields]
decisionNumber = "N"
# 万元
fine = { from = "F",   read = "wan_yuan" }  # 没收另计
# 末尾的话
"""


def test_the_schema_takes_all_departments_and_no_slip():
    check = jsonschema_rs.validator_for(vocabulary()).is_valid
    for path in FILES:
        assert check(tomllib.loads(path.read_text(encoding="utf-8"))), path
    slips = (
        ("batch = 50", "batch = 0"),
        ('key = "uscc"', 'key = "code"'),
        ("provides =", "provide ="),
        ('read = "date"', 'read = "dates"'),
        ('rows = "', 'row = "'),
        ('freshness = "PT6H"', 'freshness = "6 hours"'),
        ("decidedOn =", "decideOn ="),
        ('kind = "rest"', 'kind = "resst"'),
    )
    text = EPD.read_text(encoding="utf-8")
    for right, wrong in slips:
        assert right in text
        assert not check(tomllib.loads(text.replace(right, wrong))), wrong


def test_every_word_is_described_in_chinese():
    told = json.dumps(vocabulary(), ensure_ascii=False)
    assert len(told) < 200_000
    words = tomllib.loads(vocabulary_module._WORDS.read_text(encoding="utf-8"))
    for place, structs in (("connection", CONNECTIONS), ("section", SECTIONS)):
        known = {name for one in structs.values() for name in one.__struct_fields__}
        assert known <= words[place].keys()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_order_changes_no_meaning_and_loses_no_comment(path: Path):
    text = path.read_text(encoding="utf-8")
    tidy = formatted(text, path.name)
    assert tomllib.loads(tidy) == tomllib.loads(text)
    assert text.count("#") == tidy.count("#")
    assert formatted(tidy, path.name) == tidy


def test_a_jumble_is_put_into_order():
    assert formatted(JUMBLED, "x.toml") == ORDERED


def test_what_is_no_toml_stays():
    with pytest.raises(CannotAuthor, match=r"x\.toml: 不是合规的 TOML"):
        formatted("[source", "x.toml")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_page_names_every_field_with_its_column(path: Path):
    declaration = load(path)
    page = page_of(declaration)
    for section in declaration.sections.values():
        for rule in section.fields.values():
            assert f"| `{rule.name}`" in page
            assert all(column in page for column in rule.columns)
