"""Does a text match a regular expression, and does finding out come to an end?

A pattern of a rule or schema may need more time for one text of an answer than anybody will wait. Searches here are
given up after a second.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import regex  # type: ignore[import-untyped]  # its types are a package of their own

__all__ = ["TooSlow", "found", "problem_of"]

LIMIT_S = 1.0


class TooSlow(Exception):  # what it says, not what it is
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
