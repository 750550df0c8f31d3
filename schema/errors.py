"""What is wrong with a request, in words for whoever sent it.

RequestError               the request can't be answered as it is
├── BadInput               an argument is wrong: BAD_USER_INPUT
│   └── AmbiguousName      several enterprises bear the name: AMBIGUOUS_NAME
├── LimitExceeded          more was asked than is allowed: LIMIT_EXCEEDED
├── SlowReader             a subscriber did not keep up: SLOW_READER
├── RequirementNotMet      the answer is less than was required: REQUIREMENT_NOT_MET
└── NotReady               the core is not filled yet: NOT_READY
"""

from collections.abc import Mapping, Sequence


class RequestError(Exception):
    """The request can't be answered as it is."""

    code = "BAD_REQUEST"

    @property
    def extensions(self) -> dict[str, object]:
        """Give what goes to the client beside the message."""
        return {"code": self.code}


class BadInput(RequestError):
    """An argument is wrong."""

    code = "BAD_USER_INPUT"

    def __init__(self, argument: str, reason: str) -> None:
        """Name the argument and say what is wrong with it."""
        super().__init__(f"{argument}: {reason}")
        self.argument = argument

    @property
    def extensions(self) -> dict[str, object]:
        """Give the code and the argument."""
        return {"code": self.code, "argument": self.argument}


class AmbiguousName(BadInput):
    """Several enterprises bear or bore the name."""

    code = "AMBIGUOUS_NAME"

    def __init__(self, name: str, candidates: Sequence[tuple[str, str]]) -> None:
        """List the candidates as code and name."""
        listed = "；".join(f"{name} {uscc}" for uscc, name in candidates)
        super().__init__(
            "name",
            f"「{name}」对应 {len(candidates)} 家企业，请改用统一社会信用代码 "
            f"(several enterprises bear this name, ask by code): {listed}",
        )
        self.candidates = tuple(candidates)

    @property
    def extensions(self) -> dict[str, object]:
        """Give the candidates too."""
        found = [{"uscc": uscc, "name": name} for uscc, name in self.candidates]
        return {"code": self.code, "argument": self.argument, "candidates": found}


class LimitExceeded(RequestError):
    """More was asked than is allowed."""

    code = "LIMIT_EXCEEDED"


class SlowReader(RequestError):
    """A subscriber did not take events as fast as they came."""

    code = "SLOW_READER"

    def __init__(self, missed: int) -> None:
        """Say how many events were not kept for it, and what to do."""
        super().__init__(
            f"读取过慢，{missed} 个事件未能保留，订阅到此结束；请重新订阅并以查询补齐 "
            f"(too slow: {missed} events were dropped and this subscription ends; "
            "subscribe again and catch up by a query)"
        )
        self.missed = missed

    @property
    def extensions(self) -> dict[str, object]:
        """Give the number too."""
        return {"code": self.code, "missed": self.missed}


class RequirementNotMet(RequestError):
    """The answer was made, but is less than the request says it must be."""

    code = "REQUIREMENT_NOT_MET"

    def __init__(
        self,
        required: Mapping[str, object],
        found: Mapping[str, object],
        departments: Sequence[str],
    ) -> None:
        """Say what was required and found, and which departments are the reason."""
        wanted = ", ".join(f"{name}={value}" for name, value in required.items())
        got = ", ".join(f"{name}={value}" for name, value in found.items())
        named = f"；部门 departments: {', '.join(departments)}" if departments else ""
        super().__init__(
            f"答复未达到要求，故不给出 (not given, for it is less than was required)："
            f"要求 required {wanted}；实得 found {got}{named}"
        )
        self.required = required
        self.found = found
        self.departments = departments

    @property
    def extensions(self) -> dict[str, object]:
        """Give the same for programs."""
        return {
            "code": self.code,
            "required": self.required,
            "found": self.found,
            "departments": self.departments,
        }


class NotReady(RequestError):
    """The core is not filled yet."""

    code = "NOT_READY"
