"""Certificates of the departments that want to see one, made once per directory."""

import ssl
from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True, slots=True)
class Certificates:
    """Files of one department's authority, and of the client that it lets in."""

    authority: Path
    server: Path
    client: Path

    def server_context(self) -> ssl.SSLContext:
        """Let in only who shows a certificate of this authority."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.server)
        context.load_verify_locations(self.authority)
        context.verify_mode = ssl.CERT_REQUIRED
        return context


def certificates(code: str, directory: Path) -> Certificates:
    """Give a department's certificates, making those that are not there."""
    folder = directory / "certificates"
    made = Certificates(*(folder / f"{code}-{end}.pem" for end in ("ca", "own", "us")))
    if made.client.exists():
        return made
    folder.mkdir(exist_ok=True)
    folder.chmod(0o700)
    authority = trustme.CA(organization_name=code)
    authority.cert_pem.write_to_path(str(made.authority))
    for path, name in ((made.server, "127.0.0.1"), (made.client, "creditnet.example")):
        path.unlink(missing_ok=True)
        authority.issue_cert(name).private_key_and_cert_chain_pem.write_to_path(
            str(path)
        )
    return made
