"""Turns filters on registration data into SQL; values are always bound."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from schema.codes.names import normalise
from schema.codes.regions import significant
from schema.connections import decode_cursor
from schema.errors import BadInput
from schema.filters import (
    EnterpriseDimension,
    EnterpriseFilter,
    EnterpriseOrder,
    unique_codes,
)

DEEPEST = 8
"""Levels of and, or, not at the most."""
ESCAPE = " ESCAPE '\\'"


@dataclass(slots=True)
class Bound:
    """Values bound so far, each under a name of its own."""

    like: str = "LIKE"
    """The operator that compares parts of text whatever the case."""
    values: dict[str, object] = field(default_factory=dict)

    def bind(self, value: object) -> str:
        """Bind a value; gives the placeholder."""
        name = f"v{len(self.values)}"
        self.values[name] = storable(value) if isinstance(value, str) else value
        return f":{name}"


def condition(where: EnterpriseFilter | None, bound: Bound, depth: int = 0) -> str:
    """Give the SQL condition of a filter.

    Raises BadInput for nesting that is too deep.
    """
    if where is None:
        return "1 = 1"
    if depth > DEEPEST:
        raise BadInput("where", f"条件嵌套超过 {DEEPEST} 层 (nested too deeply)")
    parts = list(_own(where, bound))
    if where.and_:
        parts += [condition(part, bound, depth + 1) for part in where.and_]
    if where.or_ is not None:
        choices = [condition(part, bound, depth + 1) for part in where.or_]
        parts.append(f"({' OR '.join(choices) or '1 = 0'})")
    if where.not_ is not None:
        inner = condition(where.not_, bound, depth + 1)
        parts.append(f"NOT coalesce({inner}, false)")
    return f"({' AND '.join(parts)})" if parts else "1 = 1"


def _own(where: EnterpriseFilter, bound: Bound) -> Sequence[str]:
    """Give the conditions that a filter states itself."""
    wanted = (
        ("region >= {}", where.region and significant(where.region).ljust(6, "0")),
        ("region <= {}", where.region and significant(where.region).ljust(6, "9")),
        ("section = {}", where.industry_section and where.industry_section.upper()),
        ("status = {}", where.status and where.status.value),
        ("established_on >= {}", _iso(where.established_from)),
        ("established_on <= {}", _iso(where.established_to)),
        ("capital >= {}", _number(where.capital_from)),
        ("capital <= {}", _number(where.capital_to)),
    )
    parts = [
        sql.format(bound.bind(value))
        for sql, value in wanted
        if value is not None and value != ""
    ]
    if where.name_contains:
        parts.append(_named(where.name_contains, bound))
    if where.uscc_in is not None:
        codes = unique_codes("where.usccIn", where.uscc_in)
        parts.append(f"uscc IN {bound.bind([storable(code) for code in codes])}")
    return parts


def storable(text: str) -> str:
    """Replace what a database can't take; no name holds either character."""
    return text.replace("\x00", "\ufffd")


def _named(text: str, bound: Bound) -> str:
    """Look for text in a name as written, or as names are compared."""
    written = bound.bind(f"%{escaped(text)}%")
    compared = bound.bind(f"%{escaped(normalise(text))}%")
    like = bound.like
    return f"(name {like} {written}{ESCAPE} OR name_key {like} {compared}{ESCAPE})"


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _number(amount: Decimal | None) -> float | None:
    """Give an amount as the column has it: only for comparing."""
    return None if amount is None else float(amount)


def escaped(text: str) -> str:
    """Make text harmless inside LIKE."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an order."""

    sql: str
    descending: bool = False
    holds: type = str
    """What stands for the column in a cursor; any number for `float`."""


_ORDERS: Mapping[EnterpriseOrder, Column] = {
    EnterpriseOrder.NAME: Column("name"),
    EnterpriseOrder.ESTABLISHED_ASC: Column("coalesce(established_on, '9999')"),
    EnterpriseOrder.ESTABLISHED_DESC: Column("coalesce(established_on, '')", True),  # noqa: FBT003
    EnterpriseOrder.CAPITAL_DESC: Column("coalesce(capital, -1)", True, float),  # noqa: FBT003
    EnterpriseOrder.USCC: Column("uscc"),
}


def order_of(order_by: Sequence[EnterpriseOrder]) -> Sequence[Column]:
    """Give the columns of an order; the code comes last, so that it is total."""
    columns = [_ORDERS[order] for order in dict.fromkeys(order_by)]
    if EnterpriseOrder.USCC not in order_by:
        columns.append(_ORDERS[EnterpriseOrder.USCC])
    return columns


def beyond(columns: Sequence[Column], after: str, bound: Bound) -> str:
    """Give the condition of what comes after a cursor; raises BadInput."""
    values = decode_cursor(after, len(columns))
    if not all(_fits(*pair) for pair in zip(values, columns, strict=True)):
        raise BadInput("after", "不是本系统给出的游标 (not a cursor of this list)")
    marks = [
        bound.bind(column.holds(value))
        for column, value in zip(columns, values, strict=True)
    ]
    choices = []
    for place, column in enumerate(columns):
        same = [
            f"{c.sql} = {m}"
            for c, m in zip(columns[:place], marks[:place], strict=True)
        ]
        further = f"{column.sql} {'<' if column.descending else '>'} {marks[place]}"
        choices.append(" AND ".join([*same, further]))
    return f"({' OR '.join(f'({choice})' for choice in choices)})"


def _fits(value: object, column: Column) -> bool:
    if column.holds is str:
        return isinstance(value, str)
    return isinstance(value, int | float) and not isinstance(value, bool)


def dimension(one: EnterpriseDimension, where: EnterpriseFilter | None) -> str:
    """Give what to group by.

    REGION is the prefecture; below a prefecture that the filter names, the county.
    """
    grouped: Mapping[EnterpriseDimension, Callable[[], str]] = {
        EnterpriseDimension.REGION: lambda: (
            "region" if _below_prefecture(where) else "substr(region, 1, 4) || '00'"
        ),
        EnterpriseDimension.INDUSTRY_SECTION: lambda: "coalesce(section, '')",
        EnterpriseDimension.STATUS: lambda: "status",
        EnterpriseDimension.ESTABLISHED_YEAR: lambda: (
            "coalesce(substr(established_on, 1, 4), '')"
        ),
        EnterpriseDimension.TYPE: lambda: "type",
    }
    return grouped[one]()


def _below_prefecture(where: EnterpriseFilter | None) -> bool:
    region = where.region if where else None
    return bool(region) and len(significant(region or "")) >= 4
