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
    clients: Path | None = None
    """Who issues certificates to clients; None: clients are asked for none."""

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
        if self.clients is not None:
            # Optional: most come with a token. What is shown must be good all the same.
            made.verify_mode = ssl.CERT_OPTIONAL
            _trust(made, self.clients)
        return made


def _trust(made: ssl.SSLContext, clients: Path) -> None:
    try:
        made.load_verify_locations(clients)
    except OSError as error:  # ssl.SSLError among them, with a library's words
        told = type(error).__name__
        reason = told if isinstance(error, ssl.SSLError) else error.strerror
        raise OperationRefused(
            f"客户端证书的签发者 {clients} 无法使用：{reason} (issuers of clients' "
            "certificates can't be used; set CREDITNET_TLS_CLIENTS)"
        ) from error


def encryption_of(
    certificate: Path | None, key: Path | None, clients: Path | None = None
) -> Encryption | None:
    """Give what the settings say, None for plain HTTP; raises OperationRefused."""
    if certificate is None and key is None and clients is not None:
        raise OperationRefused(
            "要求客户端证书须先启用 TLS (CREDITNET_TLS_CLIENTS needs "
            "CREDITNET_TLS_CERTIFICATE and CREDITNET_TLS_KEY)"
        )
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise OperationRefused(
            "证书和私钥须同时设置 (set both CREDITNET_TLS_CERTIFICATE and "
            "CREDITNET_TLS_KEY)"
        )
    return Encryption(certificate, key, clients)


def context_factory(encryption: Encryption | None) -> MakeContext | None:
    """Give what uvicorn.Config takes as `ssl_context_factory`."""
    if encryption is None:
        return None
    context = encryption.context()
    return lambda _config, _default: context
