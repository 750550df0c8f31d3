"""On which line of a TOML file a word stands; `tomllib` does not say."""

import re
from collections.abc import Mapping

_TABLE = re.compile(r"^\s*\[+\s*(?P<table>[^\]]+?)\s*\]")
_KEY = re.compile(r"""^\s*(?P<key>"[^"]*"|'[^']*'|[\w.-]+)\s*=""")

Lines = Mapping[tuple[str, str], int]
"""By table and key; the key "" is the table's own heading."""


def line_numbers(text: str) -> Lines:
    """Scan for headings and keys; what stands inside a long string is skipped."""
    found: dict[tuple[str, str], int] = {}
    table, quoted = "", False
    for number, line in enumerate(text.splitlines(), start=1):
        if not quoted:
            if heading := _TABLE.match(line):
                table = heading["table"]
                found.setdefault((table, ""), number)
            elif key := _KEY.match(line):
                found.setdefault((table, key["key"].strip("\"'")), number)
        if (line.count('"""') + line.count("'''")) % 2:
            quoted = not quoted
    return found
