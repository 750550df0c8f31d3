"""Tells in words what the policy decides, and by which rule."""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from gateway.access.policy.decisions import Access
from gateway.access.policy.errors import PolicyError
from gateway.access.policy.policy import Policy
from gateway.access.policy.scope import Scope
from gateway.access.viewer import Caller


def explain(policy: Policy, caller: Caller, thing: str) -> Sequence[str]:
    """Say line by line what a caller sees of a field or a record type.

    Raises PolicyError for a word that is neither.
    """
    vocabulary = policy.vocabulary
    named = vocabulary.lists.get(thing, thing)
    if named not in vocabulary.things:
        near = get_close_matches(thing, [*vocabulary.things, *vocabulary.lists], n=1)
        hint = f"，是不是 {near[0]}？" if near else ""
        words = f"没有 {thing} 这个字段或记录类型{hint}（unknown word）"
        raise PolicyError([words])
    access = policy.access(named, caller)
    return [*_outcome(named, access), *_granting(policy, caller, named, access)]


def _outcome(thing: str, access: Access | None) -> Iterator[str]:
    if access is None:
        yield f"{thing}: 可以查看 (allowed)"
        return
    why = access.forbidden
    if not access.scopes:
        yield f"{thing}: 不可查看 (forbidden)，规则 rule {why.rule}：{why.reason}"
    else:
        yield f"{thing}: 部分可以查看 (allowed in part)，规则 rule {why.rule}"
        for scope in access.scopes:
            yield f"  限于 only: {_limits(scope)}"
    if why.hint:
        yield f"  {why.hint}"


def _granting(
    policy: Policy, caller: Caller, thing: str, access: Access | None
) -> Iterator[str]:
    """Name the rules that let it be seen."""
    if thing not in policy.protected and access is None:
        yield "  公开内容，无须规则 (public, no rule needed)"
        return
    for rule in policy.rules:
        if rule.is_for(caller.viewer) and thing in rule.grants:
            needs = "" if rule.stated(caller) else f"；{rule.needs}"
            yield f"  规则 rule {rule.name}: grants{needs}"


def _limits(scope: Scope) -> str:
    found = []
    if scope.departments is not None:
        found.append(f"部门 departments {', '.join(sorted(scope.departments))}")
    if scope.regions is not None:
        found.append(f"区划 regions {', '.join(scope.regions)}…")
    if scope.usccs is not None:
        found.append(f"企业 enterprise {', '.join(sorted(scope.usccs))}")
    return "；".join(found)
