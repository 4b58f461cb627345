"""How does the library for references read a whole OpenAPI document, most of which is no schema?

It takes every value on the way to a schema for one, and would fail over an `id` of ours that is no text.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from referencing import Specification
    from referencing.typing import Anchor

__all__ = ["tolerant"]


def tolerant(draft: Specification[Any]) -> Specification[Any]:
    """Return the draft, for which a value that is no schema has no identifier, no anchors and nothing below it."""
    from referencing import Specification

    def id_of(contents: Any) -> str | None:
        try:
            found = draft.id_of(contents)
        except (AttributeError, TypeError):
            return None
        return found if isinstance(found, str) else None

    def subresources_of(contents: Any) -> Iterable[Any]:
        try:
            return [each for each in draft.subresources_of(contents) if isinstance(each, dict | bool)]
        except (AttributeError, TypeError):
            return []

    def anchors_in(specification: Specification[Any], contents: Any) -> Iterable[Anchor[Any]]:
        try:
            return [each for each in draft.anchors_in(contents) if isinstance(each.name, str)]
        except (AttributeError, TypeError):
            return []

    def within(segments: Any, resolver: Any, subresource: Any) -> Any:
        try:
            return draft.maybe_in_subresource(segments, resolver, subresource)
        except (AttributeError, TypeError, ValueError):
            return resolver

    make: Any = Specification  # its constructor is written by attrs, which mypy does not follow here
    found: Specification[Any] = make(
        name=draft.name,
        id_of=id_of,
        subresources_of=subresources_of,
        anchors_in=anchors_in,
        maybe_in_subresource=within,
    )
    return found
