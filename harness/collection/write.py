"""How is a collection written back, so that what did not change keeps its bytes?

What is written is the text that was read, with edits made in it; nothing is ever put together anew.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path

from harness.collection.editing.json_edit import Edit, Insert, Remove, Replace, edited
from harness.collection.editing.yaml_edit import edited_yaml
from harness.collection.formats.yaml_text import YamlSource
from harness.collection.model import Collection
from harness.errors import ReportError, UsageError
from harness.source import Source

__all__ = ["Edit", "Insert", "Remove", "Replace", "dump_files", "dumps", "edited_bytes", "save"]


def dumps(collection: Collection) -> bytes:
    """Return the bytes of the file a collection was read from.

    Raises `UsageError` for one that lies in several files (format v3): `dump_files` has each of them.
    """
    if len(collection.sources) != 1 or isinstance(collection.sources[0], YamlSource):
        raise UsageError(
            f"the collection {collection.name} lies in {len(collection.sources)} files", hint="see `dump_files`"
        )
    return collection.sources[0].encoded()


def dump_files(collection: Collection) -> dict[str, bytes]:
    """Return the bytes of each file a collection was read from, by its name."""
    return {source.name: source.encoded() for source in collection.sources}


def edited_bytes(source: Source, edits: Iterable[Edit]) -> bytes:
    """Return a file with edits made in it; their paths are those of the file as it was read.

    Raises `KeyError` for a path that leads nowhere, `ValueError` for an edit that cannot be made.
    """
    text = edited_yaml(source, edits) if isinstance(source, YamlSource) else edited(source, edits)
    return source.encoded(text)


def save(path: Path | str, data: bytes) -> None:
    """Write a file so that it is either the old one or the new one whatever happens; its permissions stay.

    Raises `ReportError` when it cannot be written.
    """
    target = Path(os.path.realpath(path))  # the file that a link stands for, not the link
    temporary = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{target.name[:40]}.", suffix=".tmp", dir=target.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask())
        os.replace(temporary, target)
        _sync_folder(target.parent)
    except OSError as error:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        raise ReportError(f"cannot write {path}: {error.strerror or error}") from error


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return  # no folder can be opened there
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
