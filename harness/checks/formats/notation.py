"""What is one format of strings?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["LONGEST", "Format", "compiled"]

LONGEST = 2048
"""Longer strings keep no format, URLs and tokens aside; what goes beyond this length is data."""


@dataclass(frozen=True, slots=True)
class Format:
    """One notation that strings keep."""

    name: str
    pattern: re.Pattern[str]
    """What the whole of an answer's string must match; linear."""
    strict: bool = True
    """Hardly ever arises by chance: breaking it is breaking. Breaking another is a note."""
    sign: re.Pattern[str] | None = None
    """What the whole of an example's string must match for the format to be learned; None: the pattern itself."""
    family: str = ""
    """Formats of one family are read by the same programs: a change among them is compatible."""
    longest: int = LONGEST

    def is_shown_by(self, text: str) -> bool:
        """Return whether an example's string shows this format."""
        return len(text) <= self.longest and (self.sign or self.pattern).fullmatch(text) is not None

    def is_kept_by(self, text: str) -> bool:
        """Return whether an answer's string keeps this format."""
        return len(text) <= self.longest and self.pattern.fullmatch(text) is not None

    def is_kept_by_all(self, texts: Sequence[str]) -> bool:
        """Return whether all strings keep this format; at the speed of Python's own loops."""
        return all(map(self.pattern.fullmatch, texts)) and max(map(len, texts), default=0) <= self.longest


def compiled(pattern: str, flags: re.RegexFlag = re.ASCII) -> re.Pattern[str]:
    """Return a pattern of ASCII classes, in which blanks do not count."""
    return re.compile(pattern, flags | re.VERBOSE)
