"""Where does a report wait while its head is not yet known, and how does it get to its place in one piece?"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from harness.errors import ReportError

__all__ = ["Spool", "open_spool", "prepare", "publish", "unwritable"]

_CHUNK = 1 << 20


class Spool:
    """Text set aside in a nameless temporary file, which is gone when the program is."""

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile("w+", encoding="utf-8", newline="", dir=folder)  # noqa: SIM115

    def __del__(self) -> None:
        # A run that ends before its first item leaves reports that nobody finishes.
        if hasattr(self, "_file"):
            self._file.close()

    def write(self, text: str) -> None:
        """Add `text` at the end."""
        self._file.write(text)

    def chunks(self) -> Iterator[str]:
        """Yield all that was written, a part at a time."""
        self._file.seek(0)
        while chunk := self._file.read(_CHUNK):
            yield chunk

    def close(self) -> None:
        """Drop what was set aside."""
        self._file.close()


def open_spool(path: Path) -> Spool:
    """Return a spool for the report `path` in its folder, which is made if need be.

    Raises `ReportError` if the report cannot be written there.
    """
    prepare(path)
    try:
        return Spool(path.parent)
    except OSError as error:
        raise unwritable(path, error) from error


def prepare(path: Path) -> None:
    """Make the folder of the report `path` if need be. Raises `ReportError` if the report cannot stand there."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise IsADirectoryError(21, "is a folder")
    except OSError as error:
        raise unwritable(path, error) from error


def publish(path: Path, chunks: Iterable[str], *, private: bool = False) -> None:
    """Write a report in one step: whoever reads `path` finds the old report or the whole new one.

    A `private` one is for its owner's eyes only, from its first byte on. Raises `ReportError` if it cannot be written.
    """
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with open(unfinished, "x", encoding="utf-8", newline="\n", opener=_private if private else None) as file:
            file.writelines(chunks)
        os.replace(unfinished, path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise unwritable(path, error) from error


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def unwritable(path: Path, error: OSError) -> ReportError:
    """Return the error that says why the report `path` cannot be written."""
    reason = (error.strerror or str(error)).lower()
    return ReportError(f"cannot write the report `{path}`: {reason}", hint="name another file for it")
