"""The web server, which lets streams go before it waits for requests to end."""

import socket
from collections.abc import Callable
from types import FrameType

import uvicorn


class StreamingServer(uvicorn.Server):
    """A server that says first that it is going to stop."""

    def __init__(self, config: uvicorn.Config, stopping: Callable[[], None]) -> None:
        """Call `stopping` when a shutdown begins."""
        super().__init__(config)
        self._stopping = stopping

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin the shutdown; a second Ctrl-C, which can only break it, is nothing."""
        if not self.should_exit:
            super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End streams, then wait for what else runs."""
        self._stopping()
        await super().shutdown(sockets)
