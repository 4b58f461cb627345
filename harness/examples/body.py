"""How is a live JSON body written so that what did not change keeps its characters in the saved one?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from harness.checks.body.compare import compare_shape
from harness.checks.body.contract import STRICT, ExampleJson, parse_example
from harness.checks.body.shape import UNQUOTED, stand_in
from harness.collection.editing.json_edit import Edit, Insert, Remove, Replace, edited
from harness.source import PathParts, Source

__all__ = ["new_body"]

MAX_WORK = 20_000_000
"""Characters read to take out what is gone, each on its own; a body that would take more is written anew."""


def new_body(saved: str, live: str) -> str:
    """Return the text of the live body in the layout of the saved one, where both are JSON; else as it came.

    Keys keep the order of the saved body, and its comments stay; so do its `{{variables}}` and `<samples>`, where the
    answer has what they stand for.
    """
    try:
        new = STRICT.decode(live.strip())
        old = parse_example(saved)
        if old is None or (isinstance(old.value, str) and old.value.startswith(UNQUOTED)):
            return _dumped(new, saved)  # a page such as `<html>` reads like a placeholder
        wanted = _merged(old.value, new)
        return _in_place(saved, old, wanted) or _dumped(_written(wanted), saved)
    except (ValueError, RecursionError):  # no JSON, or nested deeper than anybody can read
        return live


def _in_place(saved: str, old: ExampleJson, wanted: Any) -> str | None:
    """Return the saved text with what is wanted in it, or None where it does not come out as that."""
    try:
        text = _edited(saved, old.source, _edits(old.value, wanted, ()))
        removals = list(_removals(old.value, wanted, ()))
        if len(removals) * len(text) > MAX_WORK:
            return None
        for path in reversed(removals):
            now = parse_example(text)
            assert now is not None, "unreachable: it was JSON, and an element fewer is, too"
            text = _edited(text, now.source, (Remove(path),))
        result = parse_example(text)
    except (ValueError, KeyError, RecursionError):
        return None
    return text if result is not None and result.value == wanted else None


def _edited(text: str, source: Source, edits: Iterator[Edit] | tuple[Edit, ...]) -> str:
    """Return the text with the edits made; `source` is the same text with its comments blanked out."""
    return edited(source, edits, text=text)


def _dumped(value: Any, saved: str) -> str:
    in_one_line = bool(saved.strip()) and "\n" not in saved.strip()
    if in_one_line:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return json.dumps(value, ensure_ascii=False, indent=2)


def _merged(old: Any, new: Any) -> Any:
    """Return the new value, its keys in the old order, with the placeholders of the old one where they fit."""
    if isinstance(old, dict) and isinstance(new, dict):
        kept = {key: _merged(value, new[key]) for key, value in old.items() if key in new}
        return kept | {key: value for key, value in new.items() if key not in old}
    if isinstance(old, list) and isinstance(new, list):
        return [_merged(old[index], value) if index < len(old) else value for index, value in enumerate(new)]
    return old if isinstance(old, str) and _stands_for(old, new) else new


def _stands_for(text: str, value: Any) -> bool:
    shape = stand_in(text)
    return (
        shape is not None
        and value is not None
        and not any(each.severity == "breaking" for each in compare_shape(shape, value))
    )


def _edits(old: Any, new: Any, path: PathParts) -> Iterator[Edit]:
    """Yield what changes and what is added to make `new` of `old`."""
    if isinstance(old, dict) and isinstance(new, dict) and old and new:
        for key, value in new.items():
            place = (*path, key)
            yield from _edits(old[key], value, place) if key in old else (Insert(place, _written(value)),)
    elif isinstance(old, list) and isinstance(new, list) and old and new:
        for index, value in enumerate(new):
            place = (*path, index)
            yield from _edits(old[index], value, place) if index < len(old) else (Insert(place, _written(value)),)
    elif type(old) is not type(new) or old != new:
        yield Replace(path, _written(new))


def _removals(old: Any, new: Any, path: PathParts) -> Iterator[PathParts]:
    """Yield the places that are no more, in the order of the text."""
    if isinstance(old, dict) and isinstance(new, dict) and old and new:
        for key, value in old.items():
            yield from _removals(value, new[key], (*path, key)) if key in new else ((*path, key),)
    elif isinstance(old, list) and isinstance(new, list) and old and new:
        for index, value in enumerate(old):
            yield from _removals(value, new[index], (*path, index)) if index < len(new) else ((*path, index),)


def _written(value: Any) -> Any:
    """Return the value as it can be written: a placeholder without quotes gets some."""
    if isinstance(value, dict):
        return {key: _written(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_written(element) for element in value]
    return value.removeprefix(UNQUOTED) if isinstance(value, str) else value
