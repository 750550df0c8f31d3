"""Client certificates: which one a connection showed, and what is kept of it."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from gateway.errors import OperationRefused

LARGEST = 65_536
"""Bytes of a file at the most."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that somebody may show, as far as it is kept."""

    fingerprint: str
    """SHA-256 of its DER form, 64 hex digits."""
    expires: datetime


def shown_in(scope: Mapping[str, Any]) -> str | None:
    """Give the fingerprint of the certificate that a connection proved to hold.

    By the ASGI extension `tls`, which only our own server fills in; None: it showed
    none, or the server asks for none.
    """
    told = (scope.get("extensions") or {}).get("tls")
    if not told or not told["client_cert_chain"]:
        return None
    der = ssl.PEM_cert_to_DER_cert(told["client_cert_chain"][0])
    return sha256(der).hexdigest()


def read_certificate(path: Path) -> Certificate:
    """Read the first certificate of a PEM file; raises OperationRefused."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST)
        # What is larger has no end, and is refused as no certificate.
        found = x509.load_pem_x509_certificate(content)
    except OSError as error:
        raise OperationRefused(
            f"{path} 无法读取：{error.strerror} (can't be read)"
        ) from error
    except ValueError as error:
        raise OperationRefused(f"{path} 不是 PEM 证书 (no certificate)") from error
    if found.not_valid_after_utc <= datetime.now(UTC):
        raise OperationRefused(f"{path} 已过期 (the certificate has expired)")
    fingerprint = found.fingerprint(hashes.SHA256()).hex()
    return Certificate(fingerprint, found.not_valid_after_utc)
