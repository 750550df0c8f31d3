"""The statements that read a view, in the words of whatever database it is in.

Columns are written with their view: SQLite takes "X" for a text when there is no
column X, and would answer «nothing held». Names are quoted, values always bound.
"""

from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    Select,
    bindparam,
    column,
    func,
    select,
    table,
    text,
)
from sqlalchemy.sql import quoted_name

from adapters.kinds.sql.options import Name, View


def ask(view: View, most: int) -> Select[Any]:
    """Read the rows whose key is one of `:keys`, at most so many."""
    here, (key,) = _view(view.name, view.key)
    keys: BindParameter[Any] = bindparam("keys", expanding=True)
    return select(text("v.*")).select_from(here).where(key.in_(keys)).limit(most)


def page(view: View, rows: int, *, after: bool) -> Select[Any]:
    """Read a page in order, from the beginning or `:after` a row; or all."""
    here, (order,) = _view(view.name, view.order or view.key)
    found: Select[Any] = select(text("v.*")).select_from(here).limit(rows)
    if not view.order:
        return found
    found = found.order_by(order)
    return found.where(order > bindparam("after")) if after else found


def count(view: View, *, after: bool) -> Select[Any]:
    """Count the rows, or those `:after` one."""
    here, (order,) = _view(view.name, view.order or view.key)
    counted = select(func.count()).select_from(here)
    return counted.where(order > bindparam("after")) if after else counted


def newest(view: Name, moment: str) -> Select[Any]:
    """Read the latest moment of a column."""
    here, (of,) = _view(view, moment)
    return select(func.max(of)).select_from(here)


def _view(name: Name, *columns: str) -> tuple[FromClause, list[ColumnElement[Any]]]:
    *schema, view = name
    named = table(
        quoted_name(view, quote=True),
        *(column(quoted_name(one, quote=True)) for one in columns),
        schema=".".join(schema) or None,
    ).alias("v")
    return named, [named.c[one] for one in columns]
