"""Does a text match a pattern within a filter of a JSONPath, and does finding out come to an end?

Imported only where a JSONPath is used: the library behind it is.
"""

from __future__ import annotations

from typing import Any

from jsonpath_rfc9535.function_extensions import ExpressionType, FilterFunction

from harness.checks.rules.patterns import TooSlow, found

__all__ = ["BoundedMatch", "BoundedSearch"]


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
