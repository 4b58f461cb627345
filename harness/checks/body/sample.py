"""Which part of an example means the same place as a path of an answer?"""

from __future__ import annotations

from typing import Any

from harness.checks.body.findings import MISSING
from harness.checks.formats.keys import is_map
from harness.source import PathParts

__all__ = ["part_like"]

_MAX_STEPS = 500


def part_like(sample: Any, path: PathParts) -> Any:
    """Return the part of an example that means the place `path` of an answer, or `MISSING`.

    The answer's array may be longer than the example's, and its map have other keys: then the first element that goes
    on in the same way will do.
    """
    return _part(sample, path, [_MAX_STEPS])


def _part(value: Any, path: PathParts, steps: list[int]) -> Any:
    if not path:
        return value
    for part in _parts_like(path[0], value):
        steps[0] -= 1
        if steps[0] < 0:
            return MISSING
        found = _part(value[part], path[1:], steps)
        if found is not MISSING:
            return found
    return MISSING


def _parts_like(part: str | int, value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [part] if part in value else list(value)[:_MAX_STEPS] if is_map(value) else []
    if isinstance(value, list):
        index = part if isinstance(part, int) else 0
        first = [index] if index < len(value) else []
        return [*first, *(other for other in range(min(len(value), _MAX_STEPS)) if other != index)]
    return []
