"""How does the library for references read a file in which not every value is a schema, or a sound one?

It takes all on the way to a schema for one, such as most of an OpenAPI document, and fails over an `id` that is no URI.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from harness.checks.words import brief

if TYPE_CHECKING:
    from referencing import Specification
    from referencing.typing import Anchor

__all__ = ["draft_named", "fault_of", "tolerant"]


def fault_of(value: Any) -> str | None:
    """Return why a value is no reference by URI (RFC 3986), or None."""
    if not isinstance(value, str):
        return f"no text, but {brief(value)}"
    try:
        value.encode()
        urlsplit(urljoin("file:///", value))
    except ValueError as error:
        return "no URI: it holds half a surrogate pair" if isinstance(error, UnicodeEncodeError) else f"no URI: {error}"
    return None


def draft_named(name: Any) -> Any:
    """Return the validator class of the draft that `$schema` or its like names, or None when none is known by it."""
    from jsonschema.validators import validator_for

    if fault_of(name) is not None:
        return None
    # Only a default of None tells an unknown draft apart; the library would take it for the newest.
    return validator_for({"$schema": name}, default=None)  # type: ignore[arg-type]


def tolerant(draft: Specification[Any]) -> Specification[Any]:
    """Return the draft, for which a value that is no schema has no identifier, no anchors and nothing below it."""
    from referencing import Specification

    def id_of(contents: Any) -> str | None:
        try:
            found = draft.id_of(contents)
        except (AttributeError, TypeError):
            return None
        return found if found is not None and fault_of(found) is None else None

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
