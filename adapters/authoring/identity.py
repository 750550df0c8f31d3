"""Which columns tell a record from others, proven on the sample."""

from collections.abc import Mapping, Sequence

from adapters.authoring.guess import FieldGuess
from adapters.contract import Row
from adapters.paths import getter
from adapters.readers.texts import said

_Columns = tuple[str, ...]


def identity_of(
    rows: Sequence[Row],
    fields: Mapping[str, FieldGuess],
    natural: Sequence[str],
    keys: _Columns,
) -> tuple[_Columns, _Columns]:
    """Give the columns of `natural_key` and of `record_id`; none where none is sure.

    Rows that differ and agree in a natural key would be taken for one record, and one
    of them would be lost: such a key is widened by whom they are about, or given up.
    """
    columns = tuple(
        column
        for name in natural
        if name in fields
        for column in fields[name].columns[:1]
    )
    wanted = len([name for name in natural if name in fields and fields[name].columns])
    if not columns or (wanted < len(natural) and len(natural) < 2):
        return (), ()
    distinct = _different(rows)
    wider = tuple(dict.fromkeys((*columns, *keys)))
    found = next((one for one in (columns, wider) if _tells(one, distinct)), ())
    number = columns[:1]
    return found, number if _tells(number, distinct) else ()


def _different(rows: Sequence[Row]) -> Sequence[Row]:
    """Leave out rows that were sent again just as they are."""
    seen: dict[str, Row] = {}
    for row in rows:
        seen.setdefault(
            repr(sorted((key, str(value)) for key, value in row.items())), row
        )
    return list(seen.values())


def _tells(columns: _Columns, rows: Sequence[Row]) -> bool:
    """Whether no two rows agree in all columns; an empty one tells nothing."""
    gets = [getter(column) for column in columns]
    told = [tuple(said(get(row)) for get in gets) for row in rows]
    return len(set(told)) == len(told) and all(any(one) for one in told)
