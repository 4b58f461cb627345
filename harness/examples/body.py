"""How is a live JSON body written so that what did not change keeps its characters in the saved one?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from harness.checks.body.contract import STRICT
from harness.collection.editing.json_edit import Edit, Insert, Remove, Replace, edited
from harness.source import PathParts, Source

__all__ = ["new_body"]


def new_body(saved: str, live: str) -> str:
    """Return the text of the live body in the layout of the saved one, where both are JSON; else as it came.

    Keys keep the order of the saved body, and its `{{variables}}` and `<samples>` stay where the new value is of the
    type that they stand for.
    """
    new = _parsed(live)
    if new is None:
        return live
    old = _parsed(saved)
    if old is not None:
        wanted = _merged(old[0], new[0])
        try:
            text = edited(Source("", saved), _edits(old[0], wanted, ()))
            if STRICT.decode(text.strip()) == wanted:
                return text
        except (ValueError, KeyError, RecursionError):
            pass
        return _dumped(wanted, saved)
    return _dumped(new[0], saved)


def _parsed(text: str) -> tuple[Any] | None:
    try:
        return (STRICT.decode(text.strip()),)
    except (ValueError, RecursionError):
        return None


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
    if isinstance(old, str) and isinstance(new, str) and "{{" in old and "}}" in old:
        return old
    return new


def _edits(old: Any, new: Any, path: PathParts) -> Iterator[Edit]:
    """Yield what makes `new` of `old`; a container that loses several members, or had none, is written anew."""
    if isinstance(old, dict) and isinstance(new, dict) and old:
        gone = [key for key in old if key not in new]
        if len(gone) > 1 or (gone and (len(new) > len(old) - 1 or not new)):
            yield Replace(path, new)
            return
        yield from (Remove((*path, key)) for key in gone)
        for key, value in new.items():
            yield from _edits(old[key], value, (*path, key)) if key in old else (Insert((*path, key), value),)
    elif isinstance(old, list) and isinstance(new, list) and old and len(new) >= len(old):
        for index, value in enumerate(new):
            place = (*path, index)
            yield from _edits(old[index], value, place) if index < len(old) else (Insert(place, value),)
    elif type(old) is not type(new) or old != new:
        yield Replace(path, new)
