"""Issues tokens by itself, for a demonstration and for tests, without any login."""

import os
import secrets
import stat
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from gateway.access.identity.keys import KeySet, read_keys
from gateway.access.identity.profiles import faults_of
from gateway.access.identity.tokens import Trust
from gateway.access.viewer import Viewer
from gateway.errors import OperationRefused
from schema.codes import regions

NAME: Final = "urn:creditnet:embedded"
"""What its tokens say as `iss`."""
AUDIENCE: Final = "creditnet"
_FILE: Final = "issuer.jwk"
_LONGEST: Final = 24.0 * 31
"""Hours that a token is good at the most."""


class Issuer:
    """Signs tokens with a key of its own (ES256)."""

    def __init__(self, key: ECKey, clock: Callable[[], float] = time.time) -> None:
        """Sign with `key`; `clock` gives seconds since 1970."""
        self._key = key
        self._clock = clock

    def token(self, viewer: Viewer, hours: float = 12.0) -> str:
        """Give a token that says who somebody is, good for so many hours."""
        now = int(self._clock())
        claims = {
            "iss": NAME,
            "aud": AUDIENCE,
            "jti": secrets.token_hex(16),
            "sub": viewer.subject,
            "iat": now,
            "nbf": now,
            "exp": now + round(hours * 3_600),
            "role": viewer.role.value,
            "department": viewer.department,
            "region": viewer.region,
            "uscc": viewer.uscc,
        }
        told = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode({"alg": "ES256", "kid": self._key.kid}, told, self._key)

    def jwks(self) -> bytes:
        """Give its public key as a JWK Set."""
        public = self._key.as_dict(private=False, use="sig", alg="ES256")
        return orjson.dumps({"keys": [public]})

    def keys(self) -> KeySet:
        """Give its public key for who checks its tokens."""
        return read_keys(self.jwks())


def trust() -> Trust:
    """Give what to believe of its tokens."""
    return Trust(NAME, AUDIENCE, ("ES256",))


def open_issuer(directory: Path, clock: Callable[[], float] = time.time) -> Issuer:
    """Open the issuer whose key lies in a directory; at the first time it is made.

    Raises OperationRefused for a key that can't be read or made, or that others can
    read.
    """
    path = directory / _FILE
    try:
        if not path.exists():
            directory.mkdir(parents=True, exist_ok=True)
            _make(path)
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise OperationRefused(
                f"{path} 可被他人读取，请先 chmod 600 "
                "(others can read the issuer's key)"
            )
        content = path.read_bytes()
    except OSError as error:
        raise OperationRefused(
            f"签发密钥 {path} 无法读写：{error.strerror} "
            "(the issuer's key can't be read or written; set CREDITNET_DATA)"
        ) from error
    return Issuer(_read(path, content), clock)


def issue(
    issuer: Issuer, viewer: Viewer, hours: float, departments: Collection[str]
) -> str:
    """Give a token for somebody who can be, in these departments.

    Raises OperationRefused naming all that is wrong.
    """
    faults = faults_of(viewer)
    if viewer.department is not None and viewer.department not in departments:
        faults.append(f"没有部门 {viewer.department} (no such department)")
    if viewer.region is not None and viewer.region not in regions.divisions():
        faults.append(f"没有区划 {viewer.region} (no such division of Qinghai)")
    if not 0 < hours <= _LONGEST:
        faults.append(f"有效期应在 {_LONGEST:g} 小时以内 (hours: above 0, up to that)")
    if faults:
        raise OperationRefused("\n".join(faults))
    return issuer.token(viewer, hours)


def _make(path: Path) -> None:
    """Make the key, whole and once; of several who do, all use the first one's."""
    key = ECKey.generate_key("P-256", auto_kid=True)
    # Readable by its owner only, from its first moment on.
    with NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(orjson.dumps(key.as_dict(private=True)))
        file.flush()
        os.fsync(file.fileno())
    made = Path(file.name)
    try:
        with suppress(FileExistsError):
            path.hardlink_to(made)
    finally:
        made.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _read(path: Path, content: bytes) -> ECKey:
    try:
        key = ECKey.import_key(orjson.loads(content))
    except (JoseError, ValueError, TypeError, KeyError):
        key = None
    if key is None or not key.is_private or key.curve_name != "P-256":
        raise OperationRefused(
            f"{path} 不是签发密钥；移走后会生成新的，原有令牌随之失效 "
            "(not the issuer's key; move it away and a new one is made, which ends "
            "all tokens)"
        )
    key.ensure_kid()
    return key
