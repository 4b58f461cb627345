"""Which collections does a call of pytest ask for, and which requests of them?

What stands behind `FILE::` is a node id of ours, which pytest cannot take apart in every case: it looks for the next
`::` only before the first `[`, lets `list` mean `list[0]` too, and takes no parts of a folder, which is what a
collection of format v3 is. So pytest is told the file, and the requests are chosen here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from harness.collection.model import Item

__all__ = ["ENDING", "asked", "covers", "file_id", "is_tree", "listed", "parts_asked", "wants", "without_parts"]

ENDING = ".postman_collection.json"
_ASKED = pytest.StashKey[Mapping[Path, None]]()
_PARTS = pytest.StashKey[Mapping[Path, tuple[str, ...]]]()


def wants(config: pytest.Config, file: Path) -> bool:
    """Return whether a file was asked for: named itself, its very folder named, or in `harness_collections`.

    It is not enough that it lies somewhere below what was named: `pytest tests` must not send what tests keep as data.
    """
    return file in asked(config)


def asked(config: pytest.Config) -> Mapping[Path, None]:
    """Return the collections that were asked for, in order; nothing is read but the names of files."""
    if _ASKED not in config.stash:
        paths = [path for argument in _arguments(config) for path in _named(config, argument)]
        config.stash[_ASKED] = dict.fromkeys([*paths, *listed(config)])
    return config.stash[_ASKED]


def listed(config: pytest.Config) -> list[Path]:
    """Return the collections that `harness_collections` stands for."""
    base = config.inipath.parent if config.inipath is not None else config.rootpath
    return [path for pattern in config.getini("harness_collections") for path in _expanded(base, pattern)]


@contextmanager
def without_parts(config: pytest.Config) -> Iterator[None]:
    """Let pytest collect whole collections meanwhile; `parts_asked` knows what of them was asked for."""
    before, shortened = config.args, list[str]()
    parts: dict[Path, list[str]] = {}
    whole = {path for argument in _arguments(config) if "::" not in argument for path in _named(config, argument)}
    for argument in before:
        name, separator, node_id = argument.partition("::")
        found = _named(config, argument) if separator and argument in _arguments(config) else []
        if not found:
            shortened.append(argument)
        elif found[0] not in whole:
            if found[0] not in parts:
                shortened.append(name)
            parts.setdefault(found[0], []).append(node_id)
    config.stash[_PARTS] = {path: tuple(node_ids) for path, node_ids in parts.items()}
    config.args = shortened
    try:
        yield
    finally:
        config.args = before


def parts_asked(config: pytest.Config, path: Path) -> tuple[str, ...]:
    """Return the node ids that were asked for in a collection; none stands for the whole."""
    return config.stash.get(_PARTS, {}).get(path, ())


def covers(node_id: str, item: Item, row: int | None) -> bool:
    """Return whether a node id asks for an item, or for a row of it where there are several: by its own id, that of a
    folder, or that of the request it replays an example of.
    """
    from harness.collection.node_id import with_folders

    if node_id in with_folders(item.node_id) or (row is not None and node_id == f"{item.node_id}[row={row}]"):
        return True
    return item.example_of is not None and item.example_of.node_id == node_id


def file_id(path: Path, config: pytest.Config) -> str:
    """Return the node id of a collection file."""
    return os.path.relpath(path, config.rootpath).replace(os.sep, "/")


def is_tree(path: Path) -> bool:
    """Return whether a path is a folder that looks like a collection in YAML; told without importing anything."""
    return path.is_dir() and ((path / ".resources").is_dir() or any(path.glob("*.request.y*ml")))


def _arguments(config: pytest.Config) -> list[str]:
    return config.args if config.args_source == pytest.Config.ArgsSource.ARGS else []


def _named(config: pytest.Config, argument: str) -> list[Path]:
    path = Path(os.path.abspath(config.invocation_params.dir / argument.partition("::")[0]))
    if is_tree(path):
        return [path]
    if path.is_dir():
        return sorted([*path.glob(f"*{ENDING}"), *(folder for folder in path.iterdir() if is_tree(folder))])
    return [path] if path.suffix == ".json" else []


def _expanded(base: Path, pattern: str) -> list[Path]:
    path = Path(os.path.abspath(base / pattern))
    if path.is_dir():
        from harness.collection.find import find_collections
        from harness.errors import UsageError

        with suppress(UsageError):  # there is none in it
            return [Path(os.path.abspath(found)) for found in find_collections([str(path)])]
        return []
    return [path] if path.is_file() else sorted(base.glob(pattern))
