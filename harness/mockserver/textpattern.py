"""Which texts does one part of a saved request stand for?

A part is a path segment, a host, a query value or a value of a body. What a placeholder stands for is a gap.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from harness.checks.text.same import pieces_fit
from harness.request.address.piece import Piece
from harness.variables.template import ANGLE, DOUBLE, single_name

__all__ = ["TextPattern", "decode", "has_placeholder", "literal", "read_text", "split_path", "with_gaps"]

_GAP = "\0"
_MAX_NESTING = 19  # as deep as Postman resolves `{{a{{b}}}}`


@dataclass(frozen=True, slots=True)
class TextPattern:
    """A text as written, cut at its gaps: `report-{{id}}.json` has the pieces `report-` and `.json`."""

    written: str
    pieces: tuple[str, ...]
    value: str | None = None
    """The text with every gap filled, where that is known: preferred, not required."""

    @property
    def is_literal(self) -> bool:
        """Whether it stands for one text only."""
        return len(self.pieces) == 1

    @property
    def is_gap(self) -> bool:
        """Whether it stands for any text."""
        return not self.is_literal and not any(self.pieces)

    def fits(self, text: str) -> bool:
        """Return whether it can stand for `text`; a gap alone does not stand for the empty text."""
        if self.is_literal:
            return text == self.pieces[0]
        return bool(text) and pieces_fit(self.pieces, text)


def literal(text: str, written: str | None = None) -> TextPattern:
    """Return the pattern of one text only."""
    return TextPattern(text if written is None else written, (text,))


def with_gaps(written: str) -> str:
    """Return `written` with a NUL in place of every placeholder, nested ones included."""
    text = written.replace(_GAP, "")
    if "{{" not in text and "<<" not in text:
        return text
    for _ in range(_MAX_NESTING):
        text, count = DOUBLE.subn(_GAP, text)
        if not count:
            break
    return ANGLE.sub(_GAP, text)


def has_placeholder(written: str) -> bool:
    """Return whether `written` holds `{{x}}` or `<<x>>`, or is `{x}` or `<x>` as a whole."""
    return _GAP in with_gaps(written) or single_name(written) is not None


def read_text(
    written: str, *, value: str | None = None, decoder: Callable[[str], str] = lambda text: text
) -> TextPattern:
    """Return the pattern of a text that may hold `{{x}}` or `<<x>>`, or be `{x}` or `<x>` as a whole.

    `value` is the text as far as its placeholders are known; `decoder` undoes the encoding of what is literal.
    """
    if single_name(written) is not None:
        pieces: tuple[str, ...] = ("", "")
    else:
        pieces = tuple(decoder(piece) for piece in with_gaps(written).split(_GAP))
    known = value if value and len(pieces) > 1 and not has_placeholder(value) else None
    return TextPattern(written, pieces, None if known is None else decoder(known))


def decode(text: str) -> str:
    """Undo percent-encoding; bytes that are no UTF-8 stay distinct."""
    return unquote_to_bytes(text).decode("utf-8", "surrogateescape") if "%" in text else text


def split_path(path: str) -> tuple[tuple[str, ...], bool]:
    """Return the segments of a path, still encoded, and whether a slash ends it.

    Slashes it begins with count as one, as Python's HTTP server has it; those within `{{ }}` are part of a name.
    """
    path = path.lstrip("/")
    slash = path.endswith("/")
    path = path.removesuffix("/")
    return tuple(piece.text for piece in Piece.of(path).split("/")) if path else (), slash
