"""`python -m benchmarks.peers.static_bytes PORT DIRECTORY`: what the server can give.

Sends the file that the path names, whatever is asked.
"""

import sys
from pathlib import Path
from typing import Any

from benchmarks.peers.handwritten import Receive, Send, answer, serve, whole


class StaticBytes:
    """An ASGI application that sends files out of memory."""

    def __init__(self, directory: Path) -> None:
        """Read all files of a directory."""
        self._held = {
            f"/{path.stem}": path.read_bytes() for path in directory.glob("*.json")
        }

    async def __call__(
        self, scope: dict[str, Any], receive: Receive, send: Send
    ) -> None:
        """Answer one request."""
        if scope["type"] == "http":
            await whole(receive)
            await answer(send, self._held[scope["path"]])


if __name__ == "__main__":
    serve(StaticBytes(Path(sys.argv[2])), int(sys.argv[1]))
