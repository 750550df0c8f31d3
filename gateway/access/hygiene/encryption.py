"""TLS, from version 1.2 on."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from gateway.errors import OperationRefused

MakeContext = Callable[[uvicorn.Config, Callable[[], ssl.SSLContext]], ssl.SSLContext]


@dataclass(frozen=True, slots=True)
class Encryption:
    """The server's certificate, its chain behind it, and its key, as PEM files."""

    certificate: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        """Read both; raises OperationRefused when they can't be used."""
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.minimum_version = ssl.TLSVersion.TLSv1_2
        made.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
        try:
            # An encrypted key would make the library ask on the terminal.
            made.load_cert_chain(self.certificate, self.key, password=lambda: "")
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else None
            raise OperationRefused(
                f"证书 {self.certificate} 或私钥 {self.key} 无法使用："
                f"{reason or type(error).__name__} (certificate or key can't be used; "
                "set CREDITNET_TLS_CERTIFICATE and CREDITNET_TLS_KEY)"
            ) from error
        return made


def encryption_of(certificate: Path | None, key: Path | None) -> Encryption | None:
    """Give what the settings say, None for plain HTTP; raises OperationRefused."""
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise OperationRefused(
            "证书和私钥须同时设置 (set both CREDITNET_TLS_CERTIFICATE and "
            "CREDITNET_TLS_KEY)"
        )
    return Encryption(certificate, key)


def context_factory(encryption: Encryption | None) -> MakeContext | None:
    """Give what uvicorn.Config takes as `ssl_context_factory`."""
    if encryption is None:
        return None
    context = encryption.context()
    return lambda _config, _default: context
