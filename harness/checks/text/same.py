"""Is an answer the very text of an example, whatever the example's placeholders stand for?"""

from __future__ import annotations

from collections.abc import Sequence

from harness.variables.template import DOUBLE

__all__ = ["is_same_text", "pieces_fit"]

_GAP = "\0"


def is_same_text(example: str, answer: str) -> bool:
    """Return whether `answer` is the text of `example`; each `{{name}}` of it stands for anything.

    How lines end, and blanks around the whole, do not count.
    """
    pieces = DOUBLE.sub(_GAP, _normal(example).replace(_GAP, "")).split(_GAP)
    text = _normal(answer)
    return text == pieces[0] if len(pieces) == 1 else pieces_fit(pieces, text)


def pieces_fit(pieces: Sequence[str], text: str) -> bool:
    """Return whether `text` begins with the first of two or more pieces, ends with the last, and has the rest between.

    It takes one look at each character: the first place where a piece stands is as good as any other.
    """
    first, last = pieces[0], pieces[-1]
    if len(text) < len(first) + len(last) or not (text.startswith(first) and text.endswith(last)):
        return False
    start, end = len(first), len(text) - len(last)
    for piece in pieces[1:-1]:
        found = text.find(piece, start, end)
        if found < 0:
            return False
        start = found + len(piece)
    return True


def _normal(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").strip()
