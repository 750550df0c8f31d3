"""Where the gateway works: its directory and its port, taken before anything starts."""

import socket
import tempfile
from pathlib import Path

from gateway.errors import OperationRefused
from gateway.settings import Settings


def require_writable(directory: Path) -> None:
    """Make the data directory; raises OperationRefused when it can't be written."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        # Nameless: two commands that start at once don't take each other's probe.
        with tempfile.TemporaryFile(dir=directory):
            pass
    except OSError as error:
        raise OperationRefused(
            f"数据目录 {directory} 无法写入：{error.strerror} "
            "(the data directory can't be written; set CREDITNET_DATA)"
        ) from error


def listening_socket(settings: Settings) -> socket.socket:
    """Take the port before anything else is started.

    Raises OperationRefused when it is taken.
    """
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Connections inherit it: an answer in two parts must not wait 40 ms for the
    # client's acknowledgement of the first.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # cuts a client that reads nothing
        patience = round(settings.write_deadline * 1000)
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, patience)
    try:
        listening.bind((settings.host, settings.port))
    except OSError as error:
        listening.close()
        raise OperationRefused(
            f"端口 {settings.host}:{settings.port} 无法使用：{error.strerror} "
            "(the port can't be used; set CREDITNET_PORT)"
        ) from error
    return listening
