"""What `creditnet receipt` does."""

import json
import sys
from pathlib import Path

from gateway.access.audit.log import KEY
from gateway.access.audit.signing import signing_key
from gateway.access.receipts.checking import Beside, check, read_key
from gateway.errors import OperationRefused


def verify(
    root: Path,
    file: Path,
    key: Path | None = None,
    document: Path | None = None,
    variables: Path | None = None,
) -> bool:
    """Check a saved answer or receipt, say what it proves, and whether it holds.

    `key`: PEM, or what the gateway publishes; without, the one of `root`. Raises
    OperationRefused.
    """
    try:
        saved = file.read_bytes()
        beside = Beside(
            None if document is None else document.read_text(encoding="utf-8"),
            None if variables is None else json.loads(variables.read_bytes()),
        )
    except (OSError, ValueError) as error:
        raise OperationRefused(f"无法读取：{error} (can't be read)") from error
    verdict = check(saved, read_key(key or root / KEY), beside)
    for words in verdict.proved:
        sys.stdout.write(f"✓ {words}\n")
    for words in verdict.faults:
        sys.stdout.write(f"✗ {words}\n")
    return verdict.good


def show_key(root: Path) -> None:
    """Write the public key by which receipts are checked, as PEM."""
    sys.stdout.write(signing_key(root / KEY).public.pem)
