"""Which element of an answer's array belongs to which element of the example's?"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

__all__ = ["Pair", "pair_by_key", "pair_unordered"]

Pair = tuple[int | None, int | None]
"""The index in the example and the index in the answer; None where the other side has no such element."""

_MAX_TRIALS = 100_000
"""So many pairs are compared in search of a likeness; then what is left is paired in order."""


def pair_by_key(expected: list[Any], actual: list[Any], key: str) -> list[Pair]:
    """Return the elements that have the same value under `key`, in the order of the answer; what is missing last."""
    waiting: dict[str, list[int]] = {}
    for index, element in enumerate(expected):
        waiting.setdefault(_told_by(element, key, index), []).append(index)
    pairs: list[Pair] = []
    for index, element in enumerate(actual):
        same = waiting.get(_told_by(element, key, index))
        pairs.append((same.pop(0) if same else None, index))
    return [*pairs, *((index, None) for rest in waiting.values() for index in rest)]


def _told_by(element: Any, key: str, index: int) -> str:
    """Return what tells an element from the others: its key's value, or its place where it has none."""
    if not isinstance(element, dict) or key not in element:
        return f"#{index}"
    try:
        return json.dumps(element[key], sort_keys=True)
    except RecursionError:
        return f"#{index}"


def pair_unordered(expected: list[Any], actual: list[Any], alike: Callable[[Any, Any], bool]) -> list[Pair]:
    """Return each element of the example with one of the answer that is like it, wherever that stands.

    What has no like is paired in order, so that its differences are told where it stands.
    """
    free, missing, pairs, trials = list(range(len(actual))), [], list[Pair](), 0
    for old, element in enumerate(expected):
        found = None
        for new in free:
            trials += 1
            if trials > _MAX_TRIALS:
                break
            if alike(element, actual[new]):
                found = new
                break
        if found is None:
            missing.append(old)
        else:
            free.remove(found)
            pairs.append((old, found))
    together = min(len(missing), len(free))
    pairs += zip(missing[:together], free[:together], strict=True)
    pairs += ((old, None) for old in missing[together:])
    pairs += ((None, new) for new in free[together:])
    return sorted(pairs, key=lambda pair: (pair[1] is None, pair[1] or 0))
