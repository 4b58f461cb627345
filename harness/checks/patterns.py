"""Does a text match a regular expression, and does finding out come to an end?

A pattern of a rule or schema may need more time for one text of an answer than anybody will wait. Searches here are
given up after a second.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jsonpath_rfc9535.function_extensions import ExpressionType, FilterFunction

if TYPE_CHECKING:
    import regex

__all__ = ["BoundedMatch", "BoundedSearch", "TooSlow", "found", "problem_of"]

LIMIT_S = 1.0


class TooSlow(Exception):  # noqa: N818  # what it says, not what it is
    """A pattern took longer than a second for one text."""


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> regex.Pattern[str]:
    import regex

    return regex.compile(pattern)


def problem_of(pattern: str) -> str | None:
    """Return why a text is no regular expression, or None when it is one."""
    import regex

    try:
        _compiled(pattern)
    except (regex.error, RecursionError, OverflowError) as error:
        return str(error)
    return None


def found(pattern: str, text: str) -> bool:
    """Return whether the pattern is found somewhere in the text. Raises `TooSlow`."""
    try:
        return _compiled(pattern).search(text, timeout=LIMIT_S) is not None
    except TimeoutError as error:
        raise TooSlow(pattern) from error


class _Bounded(FilterFunction):
    """A function of JSONPath filters that takes a text and an I-Regexp (RFC 9485)."""

    arg_types = [ExpressionType.VALUE, ExpressionType.VALUE]  # noqa: RUF012  # as the library has it
    return_type = ExpressionType.LOGICAL
    whole = True

    def __call__(self, text: Any, pattern: Any) -> bool:
        """Return whether the text matches; false for what is no text, no pattern, or takes too long."""
        from iregexp_check import check
        from jsonpath_rfc9535.function_extensions._pattern import map_re

        if not isinstance(text, str) or not isinstance(pattern, str) or not check(pattern):
            return False
        mapped = map_re(pattern)
        try:
            return found(rf"\A(?:{mapped})\Z" if self.whole else mapped, text)
        except TooSlow:
            return False


class BoundedMatch(_Bounded):
    """`match()`: the whole text matches."""


class BoundedSearch(_Bounded):
    """`search()`: a part of the text matches."""

    whole = False
