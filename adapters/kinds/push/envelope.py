"""Reads pushed messages, JSON or XML, with the same words in both."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated

import msgspec

from adapters.contract import Row
from adapters.errors import SourceContractBroken
from adapters.kinds.xml import parse_xml, read_rows


class Envelope(msgspec.Struct, rename="camel"):
    """What a message says; in XML every word is an element of the root."""

    message_id: Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00]+$")]
    department: str
    sent_at: datetime
    sequence: Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
    record_type: str
    records: list[Row]
    """Columns as the department writes them; in XML elements `record` of `records`."""


def read_json(body: bytes) -> Envelope:
    """Read a JSON message; raises SourceContractBroken."""
    try:
        return msgspec.json.decode(body, type=Envelope)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _broken(error) from error


def read_xml(body: bytes) -> Envelope:
    """Read an XML message; raises SourceContractBroken."""
    tree = parse_xml(body)
    words: dict[str, object] = {str(one.tag): one.text or "" for one in tree}
    words["records"] = read_rows(tree, "records/record")
    try:
        return msgspec.convert(words, Envelope, strict=False)
    except msgspec.ValidationError as error:
        raise _broken(error) from error


READERS: Mapping[str, Callable[[bytes], Envelope]] = {
    "json": read_json,
    "xml": read_xml,
}
"""By the declaration's `format`."""


def _broken(error: Exception) -> SourceContractBroken:
    return SourceContractBroken(f"报文无法读取 (unreadable message): {error}")
