"""Why nobody is known to have asked.

IdentityError
├── Unauthenticated       what was shown proves nothing: UNAUTHENTICATED
└── IdentityUnavailable   it can't be found out now: IDENTITY_UNAVAILABLE
"""

from typing import Final

REALM: Final = 'Bearer realm="creditnet"'
NOTHING_SHOWN: Final = (
    "请先登录：请求须带 Authorization: Bearer 令牌，或 X-Creditnet-Key 密钥 "
    "(send a bearer token or an API key with the request)"
)
EXPIRED: Final = "令牌已过期，请重新登录 (the token has expired; get a new one)"
REVOKED: Final = "令牌已吊销，请重新登录 (the token was revoked; get a new one)"
NOT_VALID: Final = "令牌无效，请重新登录 (the token is not valid; get a new one)"
KEY_EXPIRED: Final = (
    "密钥已过期，请向管理员申请新密钥 (the API key has expired; ask for a new one)"
)
KEY_NOT_VALID: Final = (
    "密钥无效，请向管理员核对 (the API key is not valid; ask the administrator)"
)
CERTIFICATE_EXPIRED: Final = (
    "证书的登记已过期，请向管理员登记新证书 "
    "(the certificate's registration has expired; ask for a new one)"
)
CERTIFICATE_NOT_KNOWN: Final = (
    "证书未登记或已吊销，请向管理员核对 "
    "(the certificate is not registered, or revoked; ask the administrator)"
)
SEVERAL_SHOWN: Final = (
    "令牌和密钥只能带一个 (send a bearer token or an API key, not both)"
)
UNAVAILABLE: Final = (
    "暂时无法核实身份，请稍后再试 (identities can't be checked now; try again later)"
)


class IdentityError(Exception):
    """Nobody is known to have asked; the message is for the client."""

    code = "IDENTITY"
    status = 401

    def __init__(self, message: str, reason: str) -> None:
        """Keep what the client is told, and the reason for the log."""
        super().__init__(message)
        self.message = message
        self.reason = reason


class Unauthenticated(IdentityError):
    """What was shown proves nothing, or nothing was shown."""

    code = "UNAUTHENTICATED"

    def __init__(self, message: str, reason: str, challenge: str = REALM) -> None:
        """Keep the value of `WWW-Authenticate` too (RFC 6750)."""
        super().__init__(message, reason)
        self.challenge = challenge


class IdentityUnavailable(IdentityError):
    """The keys that prove an identity can't be had now."""

    code = "IDENTITY_UNAVAILABLE"
    status = 503

    def __init__(self, reason: str) -> None:
        """Say to the log what can't be had."""
        super().__init__(UNAVAILABLE, reason)


def bad_token(reason: str) -> Unauthenticated:
    """Give what refuses a token, whichever check it failed."""
    return _refused(NOT_VALID, reason, "The token is not valid")


def expired_token(reason: str) -> Unauthenticated:
    """Give what refuses a token that was good once."""
    return _refused(EXPIRED, reason, "The token has expired")


def revoked_token(reason: str) -> Unauthenticated:
    """Give what refuses a token that was taken back."""
    return _refused(REVOKED, reason, "The token was revoked")


def _refused(message: str, reason: str, description: str) -> Unauthenticated:
    challenge = f'{REALM}, error="invalid_token", error_description="{description}"'
    return Unauthenticated(message, reason, challenge)
