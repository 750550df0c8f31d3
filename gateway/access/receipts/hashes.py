"""What a receipt's hashes are taken of."""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256

from adapters.digests import canonical


def hash_of_answer(answer: bytes) -> str:
    """Hash a JSON answer, all of it but its `extensions`; raises ValueError.

    Of canonical JSON as Python's json writes it: keys sorted, no spaces, UTF-8.
    """
    read = json.loads(answer)
    if not isinstance(read, dict):
        raise ValueError("no object")  # noqa: TRY004 - of the input, not of a type
    return hash_of_object(read)


def hash_of_object(answer: Mapping[str, object]) -> str:
    """Hash an answer that was read already."""
    rest = {name: one for name, one in answer.items() if name != "extensions"}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def hash_of_parts(parts: Iterable[str]) -> str:
    """Hash an answer in parts: of the parts' hashes in order, each with a break."""
    return _of_lines(parts)


def hash_of_records(digests: Iterable[str]) -> str:
    """Hash records by their digests: sorted, each with a line break."""
    return _of_lines(sorted(digests))


def hash_of_receipt(receipt: Mapping[str, object]) -> str:
    """Hash a receipt with its signature, as the next one covers it."""
    return sha256(canonical(receipt)).hexdigest()


def _of_lines(lines: Iterable[str]) -> str:
    found = sha256()
    for one in lines:
        found.update(b"%b\n" % one.encode())
    return found.hexdigest()
