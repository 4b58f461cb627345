"""`Span`: a part of a text and what replaces it; spans merged, applied to a text, and offsets moved by them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

__all__ = ["Span", "between", "merged", "moved", "replaced"]


class Span(NamedTuple):
    """A part of a text, and what is to stand there instead."""

    start: int
    end: int
    mask: str
    cut: bool = False
    """Whether only a part of a secret stands there, which may be another secret whole."""


def merged(found: Iterable[Span]) -> list[Span]:
    """Return the spans in order, those that overlap joined, with the mask of the longer one, or of a whole secret."""
    result: list[Span] = []
    for span in sorted(found):
        if result and span.start < result[-1].end:
            last = result.pop()
            mask = max(last, span, key=lambda one: (one.end - one.start, not one.cut)).mask
            span = Span(last.start, max(last.end, span.end), mask)
        result.append(span)
    return result


def between(text: str, spans: Sequence[Span]) -> list[str]:
    """Return the parts of the text before, between and behind the spans, which are in order and apart."""
    starts = [0, *(span.end for span in spans)]
    ends = [*(span.start for span in spans), len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def replaced(text: str, spans: Sequence[Span]) -> str:
    """Return the text with the mask of each span in its place."""
    masks = [*(span.mask for span in spans), ""]
    return "".join(part for pair in zip(between(text, spans), masks, strict=True) for part in pair)


def moved(mark: int, spans: Sequence[Span]) -> int:
    """Return where an offset is after `replaced`; within a span, where its mask begins."""
    shift = 0
    for start, end, mask, _ in spans:
        if mark < end:
            return min(mark, start) + shift
        shift += len(mask) - (end - start)
    return mark + shift
