"""Which places of a JSON value does a JSONPath (RFC 9535) select, and is a place that is told one of them?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from harness.source import PathParts

if TYPE_CHECKING:
    from jsonpath_rfc9535 import JSONPathEnvironment, JSONPathQuery
    from jsonpath_rfc9535.segments import JSONPathSegment

__all__ = ["InvalidPath", "Query"]

MAX_PLACES = 100_000
"""Places of one value that are looked at; `$..[?@..x]` makes many out of few."""


class InvalidPath(ValueError):  # what it says, not what it is
    """A text that is no JSONPath."""

    def __init__(self, reason: str, hint: str | None = None) -> None:
        super().__init__(reason)
        self.hint = hint


@lru_cache(maxsize=1)
def _environment() -> JSONPathEnvironment:
    from jsonpath_rfc9535 import JSONPathEnvironment

    from harness.checks.rules.filters import BoundedMatch, BoundedSearch

    environment = JSONPathEnvironment()
    environment.function_extensions["match"] = BoundedMatch()
    environment.function_extensions["search"] = BoundedSearch()
    return environment


@dataclass(frozen=True, slots=True)
class Query:
    """One JSONPath, ready to be asked."""

    text: str
    _whole: JSONPathQuery

    @classmethod
    def parse(cls, text: str) -> Query:
        """Return the query that `text` stands for. Raises `InvalidPath`."""
        return _parsed(text)

    @property
    def needs_values(self) -> bool:
        """Whether it selects by what stands at a place (a filter, an index from the end), not by the place alone."""
        return any(map(_needs_values, self._whole.segments))

    @property
    def is_singular(self) -> bool:
        """Whether it names one place, which is there or is missing."""
        return self._whole.singular_query()

    def places(self, value: Any) -> list[PathParts]:
        """Return the places of `value` that it selects, each once."""
        return _places(self._whole, value)

    def covers(self, tokens: Sequence[str]) -> bool:
        """Return whether a place (the tokens of its JSON Pointer) is one that it selects, or lies below one.

        Only for a query that does not need values.
        """
        return _fits(self._whole.segments, tokens)


@lru_cache(maxsize=512)
def _parsed(text: str) -> Query:
    from jsonpath_rfc9535 import JSONPathError

    try:
        query = _environment().compile(text)
    except (JSONPathError, RecursionError) as error:
        hint = None if text.startswith("$") else "a JSONPath begins with `$`, such as $.items[*].id"
        raise InvalidPath(str(error) or "nested too deep", hint) from error
    return Query(text, query)


def _needs_values(segment: JSONPathSegment) -> bool:
    from jsonpath_rfc9535.selectors import FilterSelector, IndexSelector, SliceSelector

    for selector in segment.selectors:
        if isinstance(selector, FilterSelector):
            return True
        if isinstance(selector, IndexSelector) and selector.index < 0:
            return True
        if isinstance(selector, SliceSelector):
            cut = selector.slice
            if any(part is not None and part < 0 for part in (cut.start, cut.stop, cut.step)) or cut.step == 0:
                return True
    return False


def _places(query: JSONPathQuery, value: Any) -> list[PathParts]:
    from jsonpath_rfc9535 import JSONPathError

    found: dict[PathParts, None] = {}
    try:
        for node in query.finditer(value):
            found[node.location] = None
            if len(found) >= MAX_PLACES:
                break
    except (JSONPathError, RecursionError):  # deeper than is followed
        pass
    return list(found)


def _fits(segments: Sequence[JSONPathSegment], tokens: Sequence[str]) -> bool:
    """Return whether the segments lead from the root to one of the tokens."""
    from jsonpath_rfc9535.segments import JSONPathRecursiveDescentSegment

    ends = {0}
    for segment in segments:
        begins: Iterable[int] = ends
        if isinstance(segment, JSONPathRecursiveDescentSegment):
            begins = range(min(ends), len(tokens))
        ends = {
            at + 1
            for at in begins
            if at < len(tokens) and any(_selects(selector, tokens[at]) for selector in segment.selectors)
        }
        if not ends:
            return False
    return True


def _selects(selector: object, token: str) -> bool:
    from jsonpath_rfc9535.selectors import IndexSelector, NameSelector, SliceSelector

    if isinstance(selector, NameSelector):
        return selector.name == token
    is_index = token.isascii() and token.isdigit() and len(token) < 10
    if isinstance(selector, IndexSelector):
        return is_index and selector.index == int(token)
    if isinstance(selector, SliceSelector):
        cut = selector.slice
        stop = cut.stop if cut.stop is not None else 10**9
        return is_index and int(token) in range(cut.start or 0, stop, cut.step or 1)
    return True
