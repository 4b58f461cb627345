"""`path_like`: the path in an example that means the same place as a path in an answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import getitem
from typing import Any

from harness.checks.body.findings import MISSING
from harness.checks.formats.keys import is_map
from harness.source import PathParts

__all__ = ["part_like", "path_like"]

_MAX_STEPS = 500


def part_like(sample: Any, path: PathParts) -> Any:
    """Return the part of an example that means the place `path` of an answer, or `MISSING`."""
    found = path_like(sample, path)
    return MISSING if found is None else reduce(getitem, found, sample)


def path_like(sample: Any, path: Sequence[str | int]) -> PathParts | None:
    """Return the path in an example that means the same place as `path` of an answer, or None.

    The answer's array may be longer than the example's, and its map have other keys: then any element that goes on in
    the same way will do. An index may be written in digits.
    """
    return _path(sample, path, [_MAX_STEPS])


def _path(value: Any, path: Sequence[str | int], steps: list[int]) -> PathParts | None:
    if not path:
        return ()
    for part in _parts_like(path[0], value):
        steps[0] -= 1
        if steps[0] < 0:
            return None
        rest = _path(value[part], path[1:], steps)
        if rest is not None:
            return (part, *rest)
    return None


def _parts_like(part: str | int, value: Any) -> Iterable[str | int]:
    if isinstance(value, dict):
        return [part] if part in value else value if is_map(value) else []
    if isinstance(value, list):
        digits = str(part)
        index = int(digits) if digits.isdecimal() and len(digits) < 10 else 0
        first = [index] if index < len(value) else []
        return [*first, *(other for other in range(min(len(value), _MAX_STEPS)) if other != index)]
    return []
