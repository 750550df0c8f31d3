"""Each role has its limits; a file with a fault is refused with all of them."""

from dataclasses import asdict, fields, replace
from itertools import pairwise
from pathlib import Path

import pytest

from gateway.access.demand.cost import Estimate
from gateway.access.demand.limits import (
    PACKAGED,
    LimitsUnusable,
    OverLimit,
    RoleLimits,
    load_limits,
)
from gateway.access.viewer import Role

DOCS = Path(__file__).parents[4] / "docs" / "limits.md"
SMALL = Estimate(1, 0, 1, 0, 10, costliest="Query.departments")


def test_what_is_packaged_grows_from_role_to_role():
    limits = load_limits()
    ranks = (Role.PUBLIC, Role.PORTAL, Role.ENTERPRISE, Role.ANALYST, Role.OFFICER)
    for less, more in pairwise(ranks):
        for name in ("cost", "source_calls", "depth", "aliases", "tokens", "batch"):
            assert getattr(limits.of(less), name) <= getattr(limits.of(more), name)
        assert limits.of(less).cost < limits.of(more).cost
    assert limits.of(Role.OFFICER) == limits.of(Role.AUDITOR)
    assert limits.of(Role.OFFICER) == limits.of(Role.ADMINISTRATOR)


@pytest.mark.parametrize("role", Role)
def test_up_to_the_limit_all_may_be_asked(role: Role):
    limits = load_limits()
    most = limits.of(role)
    full = Estimate(
        most.cost, most.source_calls, most.depth, most.aliases, most.tokens, most.batch
    )
    limits.check(role, full)
    limits.check_text(role, body=most.body, tokens=most.tokens)


@pytest.mark.parametrize(
    "name", ["cost", "source_calls", "depth", "aliases", "tokens", "batch"]
)
def test_above_it_the_error_names_all(name: str):
    limits = load_limits()
    allowed = getattr(limits.of(Role.PUBLIC), name)
    with pytest.raises(OverLimit) as caught:
        limits.check(Role.PUBLIC, replace(SMALL, **{name: allowed + 1}))
    found = caught.value.extensions
    assert found["code"] == "LIMIT_EXCEEDED"
    assert found["limits"] == [
        {"limit": name, "asked": allowed + 1, "allowed": allowed}
    ]
    assert f"{name}: {allowed + 1} " in str(caught.value)
    dear = name in {"cost", "source_calls"}
    assert found.get("costliest") == ("Query.departments" if dear else None)
    assert ("Query.departments" in str(caught.value)) is dear


def test_a_text_is_refused_before_it_is_parsed():
    with pytest.raises(OverLimit) as caught:
        load_limits().check_text(Role.PUBLIC, body=10**9, tokens=10**6)
    assert [one[0] for one in caught.value.excess] == ["body", "tokens"]


def test_all_faults_of_a_file_at_once(tmp_path: Path):
    path = tmp_path / "limits.toml"
    text = PACKAGED.read_text(encoding="utf-8")
    text = text.replace("[portal]", "[portal]\ndepht = 3", 1)
    text = text.replace("cost = 5_000", "cost = -1", 1)
    text = text.replace("points = 200_000", "points = 2", 1)
    text = text.replace("depth = 15", "depth = 1.5", 1).replace("[auditor]", "[king]")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LimitsUnusable) as caught:
        load_limits(path)
    told = str(caught.value).splitlines()
    assert [line.split(":")[1].strip() for line in told] == [
        "[analyst] depth",
        "[auditor]",
        "[enterprise] points",
        "[king]",
        "[portal] depht",
        "[public] cost",
    ]


@pytest.mark.parametrize("text", ["[public", "\xff"])
def test_no_toml(tmp_path: Path, text: str):
    path = tmp_path / "limits.toml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(LimitsUnusable, match="TOML"):
        load_limits(path)
    with pytest.raises(LimitsUnusable, match="can't be read"):
        load_limits(tmp_path / "none.toml")


def test_every_limit_is_told():
    told = DOCS.read_text(encoding="utf-8")
    assert {one.name for one in fields(RoleLimits)} <= set(told.split("`"))
    for role in Role:
        row = next(line for line in told.splitlines() if f"| {role.value} " in line)
        numbers = [int(one.replace(",", "")) for one in row.split("|")[2:-1]]
        assert numbers == list(asdict(load_limits().of(role)).values())
