"""What a connection's TLS proved of the client, as ASGI's extension `tls` tells it."""

import asyncio
import ssl
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

Extensions = Mapping[str, dict[object, object]]
"""As a scope has them: by name, with what each tells."""
_NOTHING: Final[Extensions] = MappingProxyType({})


def extensions_of(transport: asyncio.BaseTransport) -> Extensions:
    """Give the extension of a connection; nothing without TLS.

    The certificate is there only when the context checks what clients show: the
    handshake fails for one that its authorities did not issue, or that has expired.
    """
    tls: ssl.SSLObject | None = transport.get_extra_info("ssl_object")
    if tls is None:
        return _NOTHING
    checked = tls.context.verify_mode is not ssl.CERT_NONE
    shown = tls.getpeercert(binary_form=True) if checked else None
    told: dict[object, object] = {
        "server_cert": None,
        "client_cert_chain": [] if shown is None else [ssl.DER_cert_to_PEM_cert(shown)],
        "client_cert_name": None,
        "client_cert_error": None,
        "tls_version": _VERSIONS.get(tls.version() or ""),
        "cipher_suite": None,
    }
    return {"tls": told}


_VERSIONS: Final[Mapping[str, int]] = {"TLSv1.2": 0x0303, "TLSv1.3": 0x0304}
"""As they stand in the protocol (RFC 8446, 4.2.1)."""
