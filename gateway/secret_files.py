"""Secrets, given by the environment or by a file, and never shown."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from gateway.setting_readers import SettingsError

LARGEST: Final = 65_536
"""Bytes of a secret at the most."""


class Secret:
    """A text that is only given to who asks for it by `reveal`."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Keep a text."""
        self._text = text

    def reveal(self) -> str:
        """Give the text."""
        return self._text

    def __repr__(self) -> str:
        """Say only that there is one."""
        return "Secret(…)"

    def __reduce__(self) -> str:
        """Refuse to be written anywhere; raises TypeError."""
        raise TypeError("a secret is not written")


def read_secret(environment: Mapping[str, str], name: str) -> Secret | None:
    """Read `NAME`, or the file that `NAME_FILE` says; None when neither is set.

    Line ends at the end of a file don't belong to the secret. Raises SettingsError,
    which tells the variable and the file but nothing of the secret.
    """
    given, path = environment.get(name, ""), environment.get(f"{name}_FILE", "")
    if given and path:
        raise SettingsError(f"{name}, {name}_FILE: 只能设置其一 (set one of them)")
    if not path:
        return Secret(given) if given else None
    text = _read(Path(path), f"{name}_FILE={path!r}").rstrip("\r\n")
    if not text:
        raise SettingsError(f"{name}_FILE={path!r}: 文件为空 (the file is empty)")
    return Secret(text)


def _read(path: Path, where: str) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise SettingsError(f"{where}: 超过 {LARGEST} 字节 (too large)")
        return content.decode()
    except OSError as error:
        raise SettingsError(
            f"{where}: 无法读取 {error.strerror} (can't be read)"
        ) from error
    except UnicodeDecodeError:
        raise SettingsError(
            f"{where}: 应为 UTF-8 文本 (UTF-8 text is needed)"
        ) from None
