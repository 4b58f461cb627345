"""Which collection files does an argument of the call stand for?"""

from __future__ import annotations

import glob
from collections.abc import Sequence
from pathlib import Path

from harness.errors import UsageError

__all__ = ["COLLECTION_ENDING", "find_collections"]

COLLECTION_ENDING = ".postman_collection.json"
_SKIPPED = frozenset({"node_modules", "__pycache__"})


def find_collections(arguments: Sequence[str]) -> list[Path]:
    """Return the files for arguments that are files, folders (searched for `*.postman_collection.json`) or globs.

    Each file once, in the order of the arguments. Raises `UsageError` for one that stands for no file.
    """
    files: dict[Path, None] = {}
    for argument in arguments:
        found = _expand(argument)
        files.update(dict.fromkeys(found))
    return list(files)


def _expand(argument: str) -> list[Path]:
    path = Path(argument)
    if path.is_dir():
        found = sorted(file for file in path.rglob(f"*{COLLECTION_ENDING}") if not _hidden(file.relative_to(path)))
        if not found:
            raise UsageError(f"no *{COLLECTION_ENDING} in the folder {argument}", hint="name the file itself")
        return found
    if path.exists() or not glob.has_magic(argument):
        return [path]
    found = sorted(Path(name) for name in glob.glob(argument, recursive=True) if Path(name).is_file())
    if not found:
        raise UsageError(f"no file fits {argument}")
    return found


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") or part in _SKIPPED for part in path.parts[:-1])
