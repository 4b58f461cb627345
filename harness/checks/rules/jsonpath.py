"""Which places of a JSON value does a JSONPath (RFC 9535) select, and does it select one that is not there?

A place that an answer lacks cannot be found in it. So a query is cut behind its last selector that needs the values
(a filter, or an index counted from the end): what stands before is evaluated, what stands behind is matched with paths.
"""

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
    _evaluated: JSONPathQuery | None
    """The part that needs the values; None when there is none."""
    _matched: tuple[JSONPathSegment, ...]

    @classmethod
    def parse(cls, text: str) -> Query:
        """Return the query that `text` stands for. Raises `InvalidPath`."""
        return _parsed(text)

    @property
    def needs_values(self) -> bool:
        """Whether it selects by what stands at a place (a filter, an index from the end), not by the place alone."""
        return self._evaluated is not None

    @property
    def is_singular(self) -> bool:
        """Whether it names one place, which is there or is missing."""
        return self._whole.singular_query()

    def places(self, value: Any) -> list[PathParts]:
        """Return the places of `value` that it selects, each once."""
        return _places(self._whole, value)

    def nodes(self, value: Any) -> list[tuple[PathParts, Any]]:
        """Return the places of `value` that it selects, each with what stands there."""
        return _nodes(self._whole, value)

    def beginnings(self, value: Any) -> list[PathParts]:
        """Return where the part that is matched by path begins in `value`."""
        return [()] if self._evaluated is None else _places(self._evaluated, value)

    def covers(self, tokens: Sequence[str], beginnings: Iterable[PathParts]) -> bool:
        """Return whether a place (the tokens of its JSON Pointer) is one that it selects, or lies below one."""
        return any(
            len(begin) <= len(tokens)
            and all(str(part) == token for part, token in zip(begin, tokens, strict=False))
            and _fits(self._matched, tokens, len(begin))
            for begin in beginnings
        )


@lru_cache(maxsize=512)
def _parsed(text: str) -> Query:
    from jsonpath_rfc9535 import JSONPathError
    from jsonpath_rfc9535.query import JSONPathQuery

    try:
        query = _environment().compile(text)
    except (JSONPathError, RecursionError) as error:
        hint = None if text.startswith("$") else "a JSONPath begins with `$`, such as $.items[*].id"
        raise InvalidPath(str(error) or "nested too deep", hint) from error
    cut = max((index + 1 for index, segment in enumerate(query.segments) if _needs_values(segment)), default=0)
    evaluated = JSONPathQuery(env=query.env, segments=query.segments[:cut]) if cut else None
    return Query(text, query, evaluated, tuple(query.segments[cut:]))


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


def _nodes(query: JSONPathQuery, value: Any) -> list[tuple[PathParts, Any]]:
    from jsonpath_rfc9535 import JSONPathError

    found: dict[PathParts, Any] = {}
    try:
        for node in query.finditer(value):
            found[node.location] = node.value
            if len(found) >= MAX_PLACES:
                break
    except (JSONPathError, RecursionError):  # deeper than is followed
        pass
    return list(found.items())


def _places(query: JSONPathQuery, value: Any) -> list[PathParts]:
    return [place for place, _ in _nodes(query, value)]


def _fits(segments: Sequence[JSONPathSegment], tokens: Sequence[str], start: int) -> bool:
    """Return whether the segments lead from `start` to one of the tokens that follow."""
    from jsonpath_rfc9535.segments import JSONPathRecursiveDescentSegment

    ends = {start}
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
