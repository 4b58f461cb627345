"""JSON Pointers (RFC 6901): written from a path, taken apart, and followed in a value."""

from __future__ import annotations

from typing import Any

from harness.source import PathParts

__all__ = ["json_pointer", "pointer_path", "pointer_tokens"]

_MOST_DIGITS = 9


def json_pointer(path: PathParts) -> str:
    """Return `path` as a JSON Pointer."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)


def pointer_tokens(pointer: str) -> list[str]:
    """Return the keys and indexes of a JSON Pointer, unescaped."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


def pointer_path(value: Any, pointer: str) -> PathParts:
    """Return the path of a JSON Pointer into `value`: an index is a number where an array stands."""
    path: list[str | int] = []
    for token in pointer_tokens(pointer):
        is_index = isinstance(value, list) and token.isascii() and token.isdigit() and len(token) <= _MOST_DIGITS
        path.append(int(token) if is_index else token)
        try:
            value = value[path[-1]]
        except (KeyError, IndexError, TypeError):
            value = None
    return tuple(path)
