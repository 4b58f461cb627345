"""How is a text taken apart whose placeholders may hold what separates its parts, as `{{a/b}}?{{c#d}}` does?"""

from __future__ import annotations

from dataclasses import dataclass

from harness.variables.template import shadow

__all__ = ["Piece"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text. Separators are looked for in its `shadow`, which shows nothing of its placeholders."""

    text: str
    shadow: str
    start: int = 0
    """Where it begins in the whole text."""

    @classmethod
    def of(cls, text: str) -> Piece:
        """Return a whole text."""
        return cls(text, shadow(text))

    @property
    def end(self) -> int:
        """Where it ends in the whole text."""
        return self.start + len(self.text)

    def partition(self, separator: str) -> tuple[Piece, str, Piece]:
        """Return what comes before the first separator, the separator, and what follows it, as `str` does."""
        return self._parted(self.shadow.find(separator), separator) or (self, "", self.cut(len(self.text)))

    def rpartition(self, separator: str) -> tuple[Piece, str, Piece]:
        """Return what comes before the last separator, the separator, and what follows it, as `str` does."""
        return self._parted(self.shadow.rfind(separator), separator) or (self.cut(0, 0), "", self)

    def split(self, separator: str) -> list[Piece]:
        """Return what stands between the separators."""
        pieces, rest, found = [], self, separator
        while found:
            piece, found, rest = rest.partition(separator)
            pieces.append(piece)
        return pieces

    def slashed(self) -> Piece:
        """Return it with its backslashes turned into slashes, of the same length."""
        seen = zip(self.text, self.shadow, strict=True)
        text = "".join("/" if hint == "\\" else character for character, hint in seen)
        return Piece(text, self.shadow.replace("\\", "/"), self.start)

    def lstrip(self, characters: str | None = None) -> Piece:
        """Return it without leading blanks, or those characters."""
        return self.cut(len(self.shadow) - len(self.shadow.lstrip(characters)))

    def cut(self, first: int, last: int | None = None) -> Piece:
        """Return the stretch of it between two offsets."""
        return Piece(self.text[first:last], self.shadow[first:last], self.start + first)

    def _parted(self, at: int, separator: str) -> tuple[Piece, str, Piece] | None:
        return None if at < 0 else (self.cut(0, at), separator, self.cut(at + len(separator)))
