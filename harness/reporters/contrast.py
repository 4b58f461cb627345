"""Where do an expected and an actual text differ? Shown in colour: what differs stands out from what both have."""

from __future__ import annotations

from itertools import takewhile

from harness.reporters.screen import painted

__all__ = ["contrasted"]

_LEAST_COMMON = 4
"""With fewer characters in common two texts are simply two texts."""


def contrasted(expected: str, actual: str) -> tuple[str, str]:
    """Return both texts in their colours, the part in which they differ marked."""
    head = _common(expected, actual)
    tail = _common(expected[head:][::-1], actual[head:][::-1])
    if head + tail < _LEAST_COMMON or expected == actual:
        return painted(expected, "green", color=True), painted(actual, "red", color=True)
    return _marked(expected, head, tail, "green"), _marked(actual, head, tail, "red")


def _common(one: str, other: str) -> int:
    """Return with how many characters both begin."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _marked(text: str, head: int, tail: int, colour: str) -> str:
    end = len(text) - tail
    parts = ((text[:head], colour), (text[head:end], f"marked {colour}"), (text[end:], colour))
    return "".join(painted(part, name, color=True) for part, name in parts)
