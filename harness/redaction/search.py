"""`Search`: the places of thousands of needles in a text, found in one pass."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping

from harness.redaction.needles import Needle
from harness.redaction.spans import Span

__all__ = ["Search"]

_PIECE = 1 << 18
"""Characters searched at once: a hostile text that is nothing but hits must not fill the memory with them."""
_MOST_IN_A_TABLE = 5_000
"""Characters of all needles."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_ELLIPSIS_LENGTH = 3
_DIGIT = re.compile(r"[A-Za-z0-9+/_-]")
_ELLIPSES = ("…", "...")
_ELLIPSIS = re.compile(r"(?=…|\.\.\.)")
_PLAIN_WORD = re.compile(r"[A-Za-z]?[a-z]*")
_PADDING = re.compile(r"={0,2}")


class Search:
    """Needles, each with the mask that takes its place, in one automaton (Aho and Corasick, 1975)."""

    def __init__(self, masks: Mapping[Needle, str]) -> None:
        from ahocorasick_rs import AhoCorasick, Implementation

        texts: dict[str, list[tuple[Needle, str]]] = {}
        for needle, mask in masks.items():
            texts.setdefault(_searchable(needle.text), []).append((needle, mask))
        self._found = list(texts.values())
        # Left to itself the library makes a table for few needles, in a time that grows by the square of their length.
        lengthy = sum(map(len, texts)) > _MOST_IN_A_TABLE
        kind = Implementation.ContiguousNFA if lengthy else None
        self._automaton = AhoCorasick(list(texts), store_patterns=False, implementation=kind)
        self._reach = max(map(len, texts), default=0)
        self._piece = max(_PIECE, 2 * self._reach)

    def spans(self, text: str) -> Iterable[Span]:
        """Return every place of every needle, those that overlap as well."""
        if len(text) > self._piece:
            return self._spans_by_piece(text)
        places = self._places(text)
        return self._spans(text, 0, places) if places else ()

    def _spans_by_piece(self, text: str) -> Iterator[Span]:
        for first in range(0, len(text), self._piece):
            yield from self._spans(text, first, self._places(text[first : first + self._piece + self._reach]))

    def _spans(self, text: str, first: int, places: list[tuple[int, int, int]]) -> Iterator[Span]:
        cuts = _Cuts(text)
        for index, start, end in places:
            if start >= self._piece:
                continue
            for needle, mask in self._found[index]:
                if needle.cut:
                    place = cuts.place(first + start, first + end, needle)
                else:
                    place = _with_bits(text, first + start, first + end, needle)
                if place is not None:
                    yield Span(*place, mask, bool(needle.cut))

    def _places(self, text: str) -> list[tuple[int, int, int]]:
        try:
            return self._automaton.find_matches_as_indexes(text, overlapping=True)
        except UnicodeEncodeError:
            return self._automaton.find_matches_as_indexes(_searchable(text), overlapping=True)


def _searchable(text: str) -> str:
    """Return the text, of the same length, without halves of characters, which UTF-8 cannot write."""
    return _SURROGATE.sub("\ufffd", text)


def _with_bits(text: str, start: int, end: int, needle: Needle) -> tuple[int, int]:
    """Return where the base64 ends that holds bits of the secret: one more digit at either side, and the padding."""
    if needle.bits_before and start and _DIGIT.match(text, start - 1):
        start -= 1
    if needle.bits_after and _DIGIT.match(text, end):
        end += 1
    if needle.base64:
        match = _PADDING.match(text, end)
        end = match.end() if match else end
    return start, end


class _Cuts:
    """Where secrets that somebody has cut short stand in one text.

    A hit is looked at closely only where an ellipsis or the end of the text is near enough: a secret that repeats
    itself is met at each of its characters.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._ellipses: list[int] | None = None
        self._found: dict[Needle, tuple[int, int]] = {}

    def place(self, start: int, end: int, needle: Needle) -> tuple[int, int] | None:
        """Return the place of the secret whose beginning or end was found, or None where it is not cut."""
        if self._ellipses is None:
            self._ellipses = [match.start() for match in _ELLIPSIS.finditer(self._text)]
        reach, at = len(needle.cut) + _ELLIPSIS_LENGTH, bisect_left(self._ellipses, start)
        after = self._ellipses[at] if at < len(self._ellipses) else len(self._text)
        at = bisect_left(self._ellipses, end)
        before = self._ellipses[at - 1] if at else -reach - 1
        near = after - start <= reach and (after < len(self._text) or self._goes_on(start, needle.cut))
        if not near and end - before > reach:
            return None
        first, last = self._found.get(needle, (len(self._text), 0))
        if first <= start and end <= last:
            return None  # within a place that is masked already
        place = _cut_place(self._text, start, end, needle)
        if place is not None:
            self._found[needle] = place
        return place

    def _goes_on(self, start: int, secret: str) -> bool:
        """Return whether the secret may go on to the end of the text, as far as their last characters tell."""
        left = len(self._text) - start
        return left <= len(secret) and self._text[-1] == secret[left - 1]


def _cut_place(text: str, start: int, end: int, needle: Needle) -> tuple[int, int] | None:
    """Return where the rest of a secret stands that somebody has cut short: up to `…`, or to the end of the text.

    Libraries do so before we see the text, such as the one that words the assertions of scripts (chai).
    """
    secret, place = needle.cut, None
    if text.startswith(secret, start) or text.endswith(secret, 0, end):
        return None  # it is all there, and found as such
    if secret.startswith(needle.text):
        stop = start + _alike(text[start : start + len(secret)], secret)
        # The secret's own dots may go on into those that tell of the cut.
        ends = [
            at for at in range(stop, max(end, stop - 3) - 1, -1) if at == len(text) or text.startswith(_ELLIPSES, at)
        ]
        place = (start, ends[0]) if ends else None
    if place is None and secret.endswith(needle.text):
        start = end - _alike(text[max(0, end - len(secret)) : end][::-1], secret[::-1])
        place = (start, end) if text.endswith(_ELLIPSES, 0, start) else None
    return None if place is None or _PLAIN_WORD.fullmatch(text, *place) else place


def _alike(one: str, other: str) -> int:
    """Return how many characters at their beginning are the same."""
    alike, most = 0, min(len(one), len(other))
    while alike < most:  # halved again and again: a secret that repeats itself is met at each of its characters
        middle = (alike + most + 1) // 2
        if one[alike:middle] == other[alike:middle]:
            alike = middle
        else:
            most = middle - 1
    return alike
