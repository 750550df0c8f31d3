"""Signs what is to be proved later, by Ed25519 over canonical JSON."""

import base64
import binascii
import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from adapters.digests import canonical
from gateway.errors import OperationRefused

KEY_ID_DIGITS: Final = 16
"""Of the hexadecimal SHA-256 of a public key's 32 bytes."""
_RAW: Final = 32


class PublicKey:
    """Tells what was signed by whom."""

    def __init__(self, key: Ed25519PublicKey) -> None:
        """Check by `key`."""
        self._key = key
        self.raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
        """Its 32 bytes."""
        self.name = sha256(self.raw).hexdigest()[:KEY_ID_DIGITS]

    @property
    def pem(self) -> str:
        """Give it as a file."""
        written = self._key.public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )
        return written.decode()

    def signed(self, content: Mapping[str, object]) -> bool:
        """Say whether `content` bears this key's signature over all the rest of it."""
        signature = content.get("signature")
        if not isinstance(signature, str) or content.get("key") != self.name:
            return False
        try:
            given = base64.b64decode(signature, validate=True)
            if base64.b64encode(given).decode() != signature:
                return False
            self._key.verify(given, _signable(content))
        except (binascii.Error, ValueError, InvalidSignature):
            return False
        return True


class SigningKey:
    """Signs; never leaves its file."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        """Sign by `key`."""
        self._key = key
        self.public = PublicKey(key.public_key())

    def sign(self, content: Mapping[str, object]) -> dict[str, object]:
        """Give `content` with `key` and `signature` (base64) beside it."""
        signed = {**content, "key": self.public.name}
        signature = base64.b64encode(self._key.sign(_signable(signed))).decode()
        return {**signed, "signature": signature}


def signing_key(path: Path) -> SigningKey:
    """Read the key of a file, made at the first time (mode 0600).

    Raises OSError, and OperationRefused for a file that is no such key.
    """
    if not path.exists():
        _make(path)
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError) as error:
        raise _no_key(path) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _no_key(path)
    return SigningKey(key)


def public_key(path: Path) -> PublicKey:
    """Read a public key (PEM), or that of a private one.

    Raises OperationRefused for a file that is not there or is no such key.
    """
    try:
        written = path.read_bytes()
        if b"PRIVATE KEY" in written:
            return signing_key(path).public
        key = load_pem_public_key(written)
    except (OSError, ValueError) as error:
        raise _no_key(path) from error
    if not isinstance(key, Ed25519PublicKey):
        raise _no_key(path)
    return PublicKey(key)


def public_key_of(raw: bytes) -> PublicKey:
    """Make a key of its 32 bytes; raises ValueError."""
    if len(raw) != _RAW:
        raise ValueError("not 32 bytes")
    return PublicKey(Ed25519PublicKey.from_public_bytes(raw))


def _make(path: Path) -> None:
    """Make a key; when two do so at a time, both use the first."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    written = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    with NamedTemporaryFile(dir=path.parent) as file:  # mode 0600
        file.write(written)
        file.flush()
        os.fsync(file.fileno())
        try:
            os.link(file.name, path)
        except FileExistsError:
            return


def _signable(content: Mapping[str, object]) -> bytes:
    return canonical(
        {name: one for name, one in content.items() if name != "signature"}
    )


def _no_key(path: Path) -> OperationRefused:
    return OperationRefused(
        f"{path} 不是 Ed25519 密钥 (no Ed25519 key in PEM, or not to be read)"
    )
