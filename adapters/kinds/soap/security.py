"""Who we are, inside the envelope: UsernameToken of OASIS WS-Security 1.1."""

import secrets
from base64 import b64encode
from datetime import UTC, datetime
from hashlib import sha1

from lxml import etree

from adapters.kinds.soap.options import Security

_OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"
WSSE = f"{_OASIS}-wssecurity-secext-1.0.xsd"
WSU = f"{_OASIS}-wssecurity-utility-1.0.xsd"
_TYPES = f"{_OASIS}-username-token-profile-1.0#"
_BASE64 = f"{_OASIS}-soap-message-security-1.0#Base64Binary"
REFUSALS = frozenset(
    {
        "FailedAuthentication",
        "InvalidSecurity",
        "InvalidSecurityToken",
        "SecurityTokenUnavailable",
    }
)
"""Fault codes that say our token was not accepted (section 12 of the standard)."""


def add_security(header: etree._Element, security: Security, soap: str) -> None:
    """Put a token into a header; each has a nonce of its own."""
    element = etree.SubElement(
        header, f"{{{WSSE}}}Security", nsmap={"wsse": WSSE, "wsu": WSU}
    )
    element.set(f"{{{soap}}}mustUnderstand", "1")
    token = etree.SubElement(element, f"{{{WSSE}}}UsernameToken")
    etree.SubElement(token, f"{{{WSSE}}}Username").text = security.user
    password = etree.SubElement(token, f"{{{WSSE}}}Password")
    nonce = secrets.token_bytes(16)
    created = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if security.kind == "digest":
        password.set("Type", f"{_TYPES}PasswordDigest")
        password.text = password_digest(nonce, created, security.password)
    else:
        password.set("Type", f"{_TYPES}PasswordText")
        password.text = security.password
    written = etree.SubElement(token, f"{{{WSSE}}}Nonce")
    written.set("EncodingType", _BASE64)
    written.text = b64encode(nonce).decode()
    etree.SubElement(token, f"{{{WSU}}}Created").text = created


def password_digest(nonce: bytes, created: str, password: str) -> str:
    """Base64 of SHA-1 over nonce, time and password, as the profile demands."""
    text = nonce + created.encode() + password.encode()
    return b64encode(sha1(text, usedforsecurity=False).digest()).decode()
