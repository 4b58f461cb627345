"""Is a body that has no structure to compare about as large as the examples?"""

from __future__ import annotations

from collections.abc import Sequence

from harness.checks.assertion import Difference, Severity

__all__ = ["compare_size"]

_SMALL = 1024
"""Bytes; sizes that lie closer together than this tell nothing."""
_NOTED, _GRAVE = 2, 10
"""How many times as large the one is as the other to be worth a note, and to be a compatible difference."""


def compare_size(saved: Sequence[int], actual: int) -> list[Difference]:
    """Return whether a body of `actual` bytes is far from the sizes (bytes) of all the saved ones.

    A page or a file may grow without breaking anything, so it never fails by default; yet an error page that comes
    with 200, and a download that was cut off, show by their size alone.
    """
    if not saved:
        return []
    nearest = min(saved, key=lambda size: abs(size - actual))
    small, large = sorted((nearest, actual))
    if large - small < _SMALL or large < _NOTED * small:
        return []
    severity: Severity = "compatible" if large >= _GRAVE * small else "note"
    return [Difference("size changed", "", f"about {nearest:,} bytes", f"{actual:,} bytes", severity)]
