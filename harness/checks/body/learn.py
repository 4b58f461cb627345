"""How is the shape of several example values learned?

Column by column: all the values at one place are looked at together, so that a large example costs little more than
reading it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain
from operator import itemgetter
from typing import Any

from harness.checks.body.embedded import embedded_json
from harness.checks.body.shape import ANYTHING, MAX_DEPTH, UNQUOTED, Shape, stand_in
from harness.checks.body.variants import find_variants
from harness.checks.formats.epochs import epoch_unit
from harness.checks.formats.keys import is_map, is_sample_key, names_a_number, names_a_time
from harness.checks.formats.known import FORMATS, format_of
from harness.checks.words import TYPE_NAMES

__all__ = ["learn"]

_MANY_FORMATS = 3
"""Strings of more formats than these at one place have no format in common."""
_TRIED = 50
"""So many strings are tried with every format; of the rest each is tried with those that were found."""
_WORDS_AT_MOST = 12
_SEEN_AT_LEAST = 4
_CLOSED_FROM, _CLOSED_EACH = 20, 3
"""So many strings of few words, and each word so often, show that the list of words is closed."""
_STAND_INS = ("<", UNQUOTED)


def learn(values: Iterable[Any], key: str = "") -> Shape:
    """Return the shape that all `values` (JSON values of examples at one place) have in common.

    `key` is the name of the field they stand in.
    """
    return _learned(list(values), key, 0)


@dataclass(slots=True)
class _Seen:
    """What the values at one place turned out to be, while they are being read."""

    types: set[str] = field(default_factory=set)
    formats: set[str | None] = field(default_factory=set)
    """Those that placeholders stand for."""
    texts: Sequence[str] = ()
    samples: set[str] = field(default_factory=set)
    anything: bool = False
    nullable: bool = False

    def add_strings(self, texts: Sequence[str]) -> None:
        """Take in strings of which some may be placeholders."""
        self.texts = [text for text in texts if not self._add_placeholder(text)]
        if self.texts:
            self.types.add("string")

    def _add_placeholder(self, text: str) -> bool:
        meant = stand_in(text)
        if meant is None:
            return False
        self.samples.add(text)
        self.anything |= meant.anything
        self.types |= meant.types
        self.nullable |= meant.nullable
        if "string" in meant.types:
            self.formats |= meant.formats or {None}
        return True


def _learned(values: Sequence[Any], key: str, depth: int) -> Shape:
    found = set(map(type, values))
    seen = _Seen(types={TYPE_NAMES[each] for each in found - {str, list, type(None)}}, nullable=type(None) in found)
    if depth > MAX_DEPTH:
        return ANYTHING
    if str in found:
        texts = values if len(found) == 1 else [value for value in values if type(value) is str]
        if _may_stand_in(texts):
            seen.add_strings(texts)
        else:  # as nearly always: no placeholder, and no need to look at each by itself
            seen.types.add("string")
            seen.texts = texts
    if seen.anything:
        return ANYTHING
    shape = Shape()
    if list in found:
        shape = _of_arrays([value for value in values if type(value) is list], key, depth + 1)
    if dict in found:
        objects = values if len(found) == 1 else [value for value in values if type(value) is dict]
        shape = _with_members(shape, objects, depth + 1)
    if "number" in seen.types and key and not names_a_number(key):
        numbers = [value for value in values if type(value) in (int, float)]
        is_time = names_a_time(key)
        shape = replace(shape, unit=epoch_unit(numbers, is_time=is_time), is_time=is_time)
    if "string" in seen.types:
        shape = _of_strings(shape, seen, depth + 1)
    samples = frozenset(seen.samples)
    return replace(shape, types=shape.types | seen.types, nullable=seen.nullable, samples=samples)


def _may_stand_in(texts: Sequence[str]) -> bool:
    together = "".join(texts)
    return any(sign in together for sign in ("{{", *_STAND_INS))


def _of_arrays(arrays: list[list[Any]], key: str, depth: int) -> Shape:
    elements = list(chain.from_iterable(arrays))
    return Shape(
        types=frozenset({"array"} if elements else ()),
        empty_array=not all(arrays),
        element=_learned(elements, key, depth) if elements else None,
        positions=_positions(arrays, depth),
    )


def _positions(arrays: list[list[Any]], depth: int) -> tuple[Shape, ...] | None:
    """Return the shape of each position where the arrays are tuples: several, alike, and not of one type throughout."""
    length = len(arrays[0])
    if not 2 <= length <= 20 or len(arrays) < 3 or any(len(array) != length for array in arrays):
        return None
    columns = list(zip(*arrays, strict=True))
    kinds = [{TYPE_NAMES[type(value)] for value in column} - {"null"} for column in columns]
    if any(len(kind) > 1 for kind in kinds) or len(set(map(frozenset, kinds))) == 1:
        return None
    return tuple(_learned(column, "", depth) for column in columns)


def _of_strings(shape: Shape, seen: _Seen, depth: int) -> Shape:
    texts = seen.texts
    filled = texts if all(texts) else [text for text in texts if text]
    held = [embedded_json(text) for text in filled] if filled and filled[0].lstrip()[:1] in ("{", "[") else []
    if held and all(each is not None for each in held) and not seen.formats:
        inner = _learned([each.value for each in held if each is not None], "", depth)
        return replace(shape, embedded=inner, empty_string=len(filled) < len(texts))
    formats = seen.formats | _formats_of(filled)
    known = frozenset(name for name in formats if name is not None)
    if None in formats or len(known) > _MANY_FORMATS + 1:
        known = frozenset()
    words = None if known or seen.formats else _vocabulary(texts)
    empty_string = len(filled) < len(texts)
    return replace(
        shape,
        formats=known,
        empty_string=empty_string,
        vocabulary=words,
        closed=words is not None and _is_closed(texts),
    )


def _formats_of(texts: Sequence[str]) -> set[str | None]:
    found: set[str | None] = set(map(format_of, texts[:_TRIED]))
    if None in found:
        return {None}
    names = [name for name in found if name is not None]
    rest: Sequence[str] = texts[_TRIED:]
    if len(names) == 1 and FORMATS[names[0]].is_kept_by_all(rest):
        return found
    for text in rest:
        if not any(FORMATS[name].is_kept_by(text) for name in names):
            found.add(format_of(text))
            if None in found:
                return {None}
            names = [name for name in found if name is not None]
    return found


def _vocabulary(texts: Sequence[str]) -> frozenset[str] | None:
    """Return the words of `texts` when they are few and come again, as those of a closed list do."""
    words = frozenset(texts)
    if len(texts) < _SEEN_AT_LEAST or not 2 <= len(words) <= min(_WORDS_AT_MOST, len(texts) // 2):
        return None
    return (
        words if all(len(word) <= 32 and word.replace("_", "").replace("-", "").isalnum() for word in words) else None
    )


def _is_closed(texts: Sequence[str]) -> bool:
    """Return whether words were seen so often, each of them, that a further one is unlikely.

    By Good and Turing, the chance that the next word is a new one is about the share of those seen only once.
    """
    return len(texts) >= _CLOSED_FROM and min(Counter(texts).values()) >= _CLOSED_EACH


def _columns(objects: Sequence[dict[str, Any]]) -> dict[str, list[Any]]:
    """Return the values of each key."""
    keys = objects[0].keys()
    if sum(map(len, objects)) == len(keys) * len(objects):
        with suppress(KeyError):
            return {key: list(map(itemgetter(key), objects)) for key in keys}
    held: dict[str, list[Any]] = {}
    for each in objects:
        for key, value in each.items():
            if key in held:
                held[key].append(value)
            else:
                held[key] = [value]
    return held


def _with_members(shape: Shape, objects: Sequence[dict[str, Any]], depth: int) -> Shape:
    shape = replace(shape, types=shape.types | {"object"})
    held = _columns(objects)
    if is_map(held):
        values = [value for each in held.values() for value in each]
        return replace(shape, values=_learned(values, "", depth), any_key=any(map(is_sample_key, held)))
    shape = replace(
        shape,
        members={key: _learned(values, key, depth) for key, values in held.items()},
        required=frozenset(key for key, values in held.items() if len(values) == len(objects)),
    )
    if len(shape.required) == len(held):
        return shape
    found = find_variants(objects)
    if found is None:
        return shape
    tag, groups = found
    return replace(
        shape, tag=tag, variants={name: _with_members(Shape(), group, depth) for name, group in groups.items()}
    )
