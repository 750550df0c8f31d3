"""A department's HTTP address: the same after a restart, really closed when down."""

import asyncio
import json
import ssl
from pathlib import Path

from aiohttp import web


class Listener:
    """Serves an application on a port of 127.0.0.1 that can close and open again."""

    def __init__(
        self,
        code: str,
        application: web.Application,
        directory: Path,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Remember the port of `code` in `directory/ports.json`."""
        self._tls = tls
        self._code = code
        self._runner = web.AppRunner(application, shutdown_timeout=0.2, access_log=None)
        self._site: web.TCPSite | None = None
        self._file = directory / "ports.json"
        self.port = self._remembered().get(code, 0)

    @property
    def url(self) -> str:
        """The address."""
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Open the address."""
        await self._runner.setup()
        await self.open()
        self._file.write_text(json.dumps({**self._remembered(), self._code: self.port}))

    async def open(self) -> None:
        """Accept connections (again)."""
        if self._site is not None:
            return
        try:
            self._site = await self._listen(self.port)
        except OSError:
            self._site = await self._listen(0)
        self.port = self._runner.addresses[0][1]

    async def shut(self) -> None:
        """Refuse connections from now on."""
        if self._site is not None:
            await self._site.stop()
            self._site = None
            server = self._runner.server
            for connection in list(server.connections) if server else ():
                connection.force_close()
                if connection.transport:
                    connection.transport.abort()

    async def close(self) -> None:
        """Stop serving for good."""
        async with asyncio.timeout(5):
            await self._runner.cleanup()

    async def _listen(self, port: int) -> web.TCPSite:
        site = web.TCPSite(
            self._runner, "127.0.0.1", port, reuse_address=True, ssl_context=self._tls
        )
        await site.start()
        return site

    def _remembered(self) -> dict[str, int]:
        try:
            found: dict[str, int] = json.loads(self._file.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            found = {}
        return found
