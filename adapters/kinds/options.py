"""Reads what a kind may be told; every unknown word is a fault with its place."""

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from adapters.declaration import Declaration
from adapters.errors import DeclarationError
from adapters.faults import nearest
from schema.record_type import RecordType

S = TypeVar("S", bound=msgspec.Struct)


def read_options(
    declaration: Declaration, connection: type[S], section: type[msgspec.Struct]
) -> tuple[S, dict[RecordType, msgspec.Struct]]:
    """Read `[connection]` and every section's options.

    Raises DeclarationError naming all unknown, missing and wrong words at once.
    """
    faults: list[str] = []
    read = _read(declaration, "connection", declaration.connection, connection, faults)
    sections = {
        record_type: _read(declaration, record_type.value, one.options, section, faults)
        for record_type, one in declaration.sections.items()
    }
    if faults or read is None:
        raise DeclarationError(faults)
    return read, {kind: one for kind, one in sections.items() if one is not None}


def _read(
    declaration: Declaration,
    table: str,
    given: Mapping[str, object],
    struct: type[S],
    faults: list[str],
) -> S | None:
    known = {field.encode_name for field in msgspec.structs.fields(struct)}
    unknown = sorted(given.keys() - known)
    for word in unknown:
        words = f"没有这个词，{nearest(word, known)}（unknown word）"
        faults.append(declaration.places.fault(table, word, words))
    try:
        return msgspec.convert(
            {key: value for key, value in given.items() if key in known}, struct
        )
    except msgspec.ValidationError as error:
        faults.append(declaration.places.fault(table, "", f"{error}（wrong value）"))
        return None
