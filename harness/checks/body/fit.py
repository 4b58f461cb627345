"""Do values fit a shape with nothing at all to tell?

The quick answer for what fits, which is nearly everything: the values at one place are looked at together, column by
column, at the speed of Python's own loops. Only what does not fit is walked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

from harness.checks.body.embedded import embedded_json
from harness.checks.body.shape import Shape
from harness.checks.body.variants import best_variant
from harness.checks.formats.epochs import epoch_unit, unit_of
from harness.checks.formats.keys import looks_like_id
from harness.checks.formats.known import FORMATS

__all__ = ["epoch_fits", "fits", "string_fits", "variant_of"]

_TYPES: dict[str, frozenset[type]] = {
    "object": frozenset({dict}),
    "array": frozenset({list}),
    "string": frozenset({str}),
    "number": frozenset({int, float}),
    "boolean": frozenset({bool}),
}
_ALL = frozenset({dict, list, str, int, float, bool})


def fits(shape: Shape, values: Sequence[Any]) -> bool:
    """Return whether all `values` fit `shape`, so that there is no difference to tell, not even a note."""
    if shape.anything:
        return True
    found = set(map(type, values))
    if not _types_fit(shape, found):
        return False
    alone = len(found) == 1
    if str in found and not _strings_fit(shape, values if alone else _of_type(values, str)):
        return False
    if shape.unit is not None and not _epochs_fit(shape, values):
        return False
    if list in found and not _arrays_fit(shape, values if alone else _of_type(values, list)):
        return False
    return dict not in found or _objects_fit(shape, values if alone else _of_type(values, dict))


def _of_type(values: Iterable[Any], wanted: type) -> list[Any]:
    return [value for value in values if type(value) is wanted]


def _types_fit(shape: Shape, found: set[type]) -> bool:
    if shape.nullable:
        found = found - {type(None)}
    if not shape.types:
        # The examples do not tell the type; that a null stopped being null is worth a note.
        return not found if shape.nullable and not shape.empty_array else type(None) not in found
    allowed = frozenset().union(*(_TYPES[name] for name in shape.types))
    return found <= (allowed | {list} if shape.empty_array else allowed)


def _strings_fit(shape: Shape, texts: Sequence[str]) -> bool:
    if shape.embedded is None and not shape.formats and shape.vocabulary is None:
        return True
    if len(shape.formats) == 1 and not shape.empty_string:
        (name,) = shape.formats
        return FORMATS[name].is_kept_by_all(texts)
    if shape.vocabulary is not None:
        return shape.vocabulary.issuperset(texts)
    return all(string_fits(shape, text) for text in texts)


def string_fits(shape: Shape, text: str) -> bool:
    """Return whether one string keeps what the shape knows of strings."""
    if not text and shape.empty_string:
        return True
    if shape.embedded is not None:
        inner = embedded_json(text)
        return inner is not None and fits(shape.embedded, [inner.value])
    if shape.formats:
        return any(FORMATS[name].is_kept_by(text) for name in shape.formats)
    return shape.vocabulary is None or text in shape.vocabulary


def _epochs_fit(shape: Shape, values: Sequence[Any]) -> bool:
    numbers = [value for value in values if type(value) in _TYPES["number"]]
    return epoch_unit(numbers, is_time=shape.is_time) == shape.unit or all(epoch_fits(shape, each) for each in numbers)


def epoch_fits(shape: Shape, number: float) -> bool:
    """Return whether a number is a point in time of the shape's unit, or at least of no other unit."""
    unit = unit_of(number, is_time=shape.is_time)
    return unit is None or unit == shape.unit


def _arrays_fit(shape: Shape, arrays: Sequence[list[Any]]) -> bool:
    if not shape.empty_array and not all(arrays):
        return False
    if "array" not in shape.types and any(arrays):
        return not shape.types
    if shape.positions is not None and not all(len(array) == len(shape.positions) for array in arrays):
        return False
    if shape.positions is not None:
        return all(map(fits, shape.positions, zip(*arrays, strict=True)))
    elements = arrays[0] if len(arrays) == 1 else list(chain.from_iterable(arrays))
    return shape.element is None or not elements or fits(shape.element, elements)


def _objects_fit(shape: Shape, objects: Sequence[dict[str, Any]]) -> bool:
    if shape.values is not None:
        keys_fit = shape.any_key or all(looks_like_id(key) for each in objects for key in each)
        return keys_fit and fits(shape.values, list(chain.from_iterable(each.values() for each in objects)))
    if shape.members is None:
        return True
    if shape.variants is not None:
        return _variants_fit(shape, objects)
    if not shape.members.keys() >= set(chain.from_iterable(objects)):
        return False
    for key, member in shape.members.items():
        try:
            column = list(map(itemgetter(key), objects))
        except KeyError:
            if key in shape.required:
                return False
            column = [each[key] for each in objects if key in each]
        if not fits(member, column):
            return False
    return True


def _variants_fit(shape: Shape, objects: Sequence[dict[str, Any]]) -> bool:
    groups: dict[Shape, list[dict[str, Any]]] = defaultdict(list)
    for each in objects:
        variant = variant_of(shape, each)
        if variant is None:
            return False
        groups[variant].append(each)
    return all(_objects_fit(variant, group) for variant, group in groups.items())


def variant_of(shape: Shape, value: dict[str, Any]) -> Shape | None:
    """Return which of the shape's alternatives an object is; None for a kind that no example shows."""
    variants = shape.variants or {}
    if shape.tag is None:
        best: Shape = best_variant(variants, set(value))
        return best if best.members is not None and best.members.keys() & value.keys() else None
    word = value.get(shape.tag)
    return variants.get(word) if isinstance(word, str) else None
