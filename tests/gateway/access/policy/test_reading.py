"""A policy's file: its words, and everything that can be wrong with it."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings, strategies as st

from gateway.access.policy import Policy, PolicyError, Vocabulary, load, vocabulary_of
from gateway.access.viewer import Caller, Role, Viewer
from schema.build import build
from schema.record_type import RecordType
from schema.visibility import Audience
from tests.gateway.access.policy.conftest import DEPARTMENTS

Written = Callable[[str], Policy]
WRONG = """\
[groups]
persons = ["KeyPerson.phon", "Enterprise.contactPhone"]
phones = ["Enterprise.contactPhone", "*.nothing"]
government = []
[[rules]]
nam = "typo"
roles = ["analist"]
grants = ["Penalty.content", "Penalti"]
regions = ["631"]
departments = ["QH-EPDD"]
[[rules]]
name = "both"
roles = "analyst"
grants = ["persons"]
denies = ["Penalty"]
purposes = [" "]
case = true
[[rules]]
name = "both"
denies = ["*.*"]
[rule]
"""


def test_all_faults_are_told_at_once_where_they_stand(written: Written):
    with pytest.raises(PolicyError) as caught:
        written(WRONG)
    told = "\n".join(caught.value.faults)
    for words in (
        "policy.toml:2: [groups] persons: 没有 KeyPerson.phon",
        "是不是 KeyPerson.phone？",
        "policy.toml:3: [groups] phones: Enterprise.contactPhone 已在组 persons 中",
        "policy.toml:3: [groups] phones: *.nothing 没有匹配",
        "policy.toml:4: [groups] government: 这个名字已有他用",
        "policy.toml:6: [rules.1] nam: 没有这个词，是不是 name？",
        "[rules.1] name: 规则须有名称",
        "policy.toml:7: [rules.1] roles: 没有角色 analist，是不是 analyst？",
        "policy.toml:8: [rules.1] grants: Penalty.content 本来公开",
        "没有 Penalti 这个字段、记录类型或组，是不是 Penalty？",
        "policy.toml:9: [rules.1] regions: 没有区划 631",
        "policy.toml:10: [rules.1] departments: 没有部门 QH-EPDD，是不是 QH-EPD？",
        "policy.toml:11: [rules.2] 须写 grants 或 denies 其中之一",
        "policy.toml:13: [rules.2] roles: 应为文字的列表",
        "policy.toml:16: [rules.2] purposes: 应为",
        'policy.toml:17: [rules.2] case: 只能写 "required"',
        "policy.toml:19: [rules.3] name: both 已用过",
        "[rules.3] roles: 须写角色",
        "rule: 没有这个表，是不是 rules？",
    ):
        assert words in told, words


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"[groups\n", "policy.toml:1: 不是合规的 TOML"),
        (b"[[rules]]\nname = '" + b"\xff'", "不是 UTF-8"),
        (b"#" * 1_048_577, "超过 1048576 字节"),
        (b"rules = 1", "[rules] 应写成 [[rules]]"),
        (b"rules = [1]", "应写成 [[rules]]"),
        (b"groups = 1", "[groups] 应写成 [groups]"),
    ],
)
def test_what_is_no_policy_at_all(
    content: bytes, words: str, tmp_path: Path, vocabulary: Vocabulary
):
    path = tmp_path / "policy.toml"
    path.write_bytes(content)
    with pytest.raises(PolicyError) as caught:
        load(path, vocabulary, DEPARTMENTS)
    assert words in str(caught.value)


def test_a_missing_file_is_a_fault(tmp_path: Path, vocabulary: Vocabulary):
    with pytest.raises(PolicyError, match="读不了"):
        load(tmp_path / "policy.toml", vocabulary, DEPARTMENTS)


KEYS = st.sampled_from(
    ["name", "roles", "grants", "denies", "regions", "departments", "purposes", "case"]
)
WORDS = """
"own" "required" "x" ["*"] ["government"] ["analyst"] [] 1 [1] ["Penalty"] ["630100"]
["QH-EPD"] {} [""]
"""
VALUES = st.sampled_from(WORDS.split())
LINES = st.dictionaries(KEYS, VALUES, max_size=6)


@settings(max_examples=100, deadline=None)
@given(st.lists(LINES, max_size=4), LINES)
def test_whatever_is_written_it_is_a_policy_or_has_faults(
    vocabulary: Vocabulary, rules: list[dict[str, str]], groups: dict[str, str]
):
    tables = ["[groups]", *(f"{key} = {value}" for key, value in groups.items())]
    for rule in rules:
        tables += ["[[rules]]", *(f"{key} = {value}" for key, value in rule.items())]
    policy = read("\n".join(tables), vocabulary)
    for role in Role if policy else ():
        assert policy is not None
        caller = Caller(Viewer("x", role, "QH-EPD", "630100"))
        decisions = policy.decide(caller)
        assert decisions is policy.decide(caller)
        assert decisions.refusals.keys() >= decisions.fields.keys()


def read(text: str, vocabulary: Vocabulary) -> Policy | None:
    """Give a text's policy; None where it has faults."""
    with TemporaryDirectory() as directory:
        path = Path(directory) / "policy.toml"
        path.write_text(text, encoding="utf-8")
        try:
            return load(path, vocabulary, DEPARTMENTS)
        except PolicyError:
            return None


def test_the_vocabulary_is_that_of_the_schemas(vocabulary: Vocabulary):
    built = vocabulary_of(build(Audience.GOVERNMENT), build(Audience.PUBLIC))
    assert built == vocabulary
    assert {"Enterprise.contactPhone", "Query.check", "TaxCredit"} <= vocabulary.marked
    assert "Enterprise.taxCredit" not in vocabulary.things
    assert vocabulary.lists["Enterprise.licences"] == "Licence"
    assert set(vocabulary.records.values()) >= set(RecordType) - {
        RecordType.REGISTRATION
    }
