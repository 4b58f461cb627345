"""Which collection files does an argument of the call stand for?"""

from __future__ import annotations

import glob
import os
from collections.abc import Sequence
from pathlib import Path

from harness.collection.formats.v3 import trees_within
from harness.errors import UsageError

__all__ = ["COLLECTION_ENDING", "collection_stem", "find_collections"]

COLLECTION_ENDING = ".postman_collection.json"
_SKIPPED = frozenset({"node_modules", "__pycache__"})


def find_collections(arguments: Sequence[str]) -> list[Path]:
    """Return the files for arguments that are files, folders (searched for `*.postman_collection.json`) or globs.

    A folder may also be, or hold, collections of format v3, which are folders themselves. Each once, in the order of
    the arguments. Raises `UsageError` for one that stands for nothing.
    """
    files: dict[str, Path] = {}
    for argument in arguments:
        for file in _expand(argument):
            files.setdefault(os.path.realpath(file), file)
    return list(files.values())


def collection_stem(path: Path) -> str:
    """Return the name of a collection file without its ending, by which the files beside it are found."""
    return path.name.removesuffix(".json").removesuffix(".postman_collection")


def _expand(argument: str) -> list[Path]:
    if not argument:  # a variable of the shell that is not set; `Path("")` would be the whole working directory
        raise UsageError("an empty argument stands for no collection", hint="`.` is the working directory")
    path = Path(argument)
    if os.path.isdir(path):
        found = _within(path)
        if not found:
            raise UsageError(
                f"no *{COLLECTION_ENDING} and no collection in YAML in the folder {argument}",
                hint="name the file itself",
            )
        return found
    if os.path.exists(path) or not glob.has_magic(argument):
        return [path]
    fitting = [Path(name) for name in sorted(glob.glob(argument, recursive=True))]
    found = [file for path in fitting for file in (_within(path) if path.is_dir() else [path])]
    if not found:
        raise UsageError(f"no collection fits {argument}")
    return found


def _within(folder: Path) -> list[Path]:
    files = (file for file in folder.rglob(f"*{COLLECTION_ENDING}") if file.is_file())
    return sorted([*(file for file in files if not _hidden(file.relative_to(folder))), *trees_within(folder)])


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") or part in _SKIPPED for part in path.parts[:-1])
