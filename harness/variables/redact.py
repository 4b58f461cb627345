"""Which characters of a text give a secret away, and what stands there instead?

Secrets are known by value. A text is searched as it is and as it reads with its escapes undone (`layers`); what cannot
be undone, such as base64, is searched for itself (`needles`). All needles are one automaton, so that the time is linear
in the text whatever the number of secrets.
"""

from __future__ import annotations

import re
import threading
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Sequence

from harness.variables.redaction.fields import Fields, words_of
from harness.variables.redaction.layers import Layer, layers
from harness.variables.redaction.needles import Needle, needles_around, needles_of, plain_forms
from harness.variables.redaction.search import Search
from harness.variables.redaction.spans import Span, between, merged, moved, replaced

__all__ = ["SECRET_NAME", "Redactor", "is_secret_name"]

SECRET_NAME = re.compile(r"(?:\A|_)(?:token|secret|password|passwd|api_?key|private_?key)(?:_|\Z)")
"""A secret's name, once its words are in lower case and joined by `_`."""

_PLAIN_WORD = re.compile(r"[a-z]+")
_PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}")
_NOT_IN_MASK = re.compile(r"[^ -~\xa1-\U0010ffff]|[‹›]")
_LOOKS_ESCAPED = re.compile(r"[%\\&]")
_SHORTEST_STRONG = 3
_SHORTEST_NAMED = 8
_LONGEST_MASK_NAME = 60
_MOST_FLEETING = 64
_FLEETING_MASK = "‹signature›"


class Redactor:
    """The secrets of a run, and how they are taken out of any text. Safe to use from several threads."""

    def __init__(self, *, unsafe_show: bool = False) -> None:
        """With `unsafe_show`, secrets are known but left where they are."""
        self.unsafe_show = unsafe_show
        self._lock = threading.Lock()
        self._strong: dict[str, str] = {}  # each secret and its mask
        self._encoded: dict[str, str] = {}  # texts of which only the base64 is a secret
        self._weak: dict[tuple[str, str], str] = {}  # each (name of the field, value) and its mask
        self._fleeting: deque[str] = deque(maxlen=_MOST_FLEETING)
        self._fleeting_search: Search | None = None
        self._numbered = 0
        self._known: _Known | None = None

    def add(self, value: str, name: str | None = None) -> None:
        """Make `value` a secret, shown as `‹name›`, or by its number where it has none.

        One or two characters are masked only in their own field, an empty value and a mere `{{placeholder}}` never.
        """
        if not value or _PLACEHOLDER.fullmatch(value):
            return
        if len(value) < _SHORTEST_STRONG:
            if name:
                self.add_weak(value, name)
            return
        with self._lock:
            self._note(value, name)

    def add_weak(self, value: str, name: str) -> None:
        """Mask `value` only where it is the value of the field `name`, such as `"name": "value"` or `name=value`."""
        if not value or not name or _PLACEHOLDER.fullmatch(value):
            return
        with self._lock:
            if (name, value) not in self._weak:
                self._weak[name, value] = _mask(name)
                self._known = None

    def add_named(self, name: str, value: str) -> None:
        """Make `value` a secret if `name` says so; a short or plain lower-case word only in its own field."""
        if not is_secret_name(name):
            return
        if len(value) < _SHORTEST_NAMED or _PLAIN_WORD.fullmatch(value):
            self.add_weak(value, name)
        else:
            self.add(value, name)

    def add_basic(self, user: str, password: str) -> None:
        """Make `password` a secret, and the credentials of Basic authentication (RFC 7617) that it is part of."""
        if password:
            self.add(password, "password" if len(password) < _SHORTEST_STRONG else None)
        with self._lock:
            if user + password and f"{user}:{password}" not in self._encoded:
                mask = self._strong.get(password) or self._strong.get(user) or self._next_mask()
                self._encoded[f"{user}:{password}"] = mask
                self._known = None

    def add_fleeting(self, value: str) -> None:
        """Make `value`, of which each request has a new one, a secret for the time of the next requests.

        A run has any number of them: the last ones are enough, as a server repeats what it was just sent.
        """
        with self._lock:
            if value and value not in self._fleeting:
                self._fleeting.append(value)
                self._fleeting_search = None

    def text(self, text: str) -> str:
        """Return `text` with every secret masked; the same object where it holds none."""
        spans = self._shown_spans(text)
        return replaced(text, spans) if spans else text

    def data(self, data: bytes) -> bytes:
        """Return `data` with every secret masked, read as UTF-8, else Latin-1; the same object if it holds none."""
        encoding = "utf-8"
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            encoding = "latin-1"
            text = data.decode(encoding)
        spans = self._shown_spans(text)
        if not spans:
            return data
        kept = [part.encode(encoding) for part in between(text, spans)]
        masks = [*(span.mask.encode() for span in spans), b""]
        return b"".join(part for pair in zip(kept, masks, strict=True) for part in pair)

    def rewritten(self, text: str, write: Callable[[str], str]) -> str:
        """Return `text` with what `write` makes of each secret in its place, instead of a mask."""
        spans = self._spans(text)
        return replaced(text, [Span(start, end, write(text[start:end])) for start, end, _ in spans])

    def carries_secret(self, text: str) -> bool:
        """Return whether `text` holds a secret in any form."""
        return bool(self._spans(text))

    def text_with_marks(self, text: str, marks: Sequence[int]) -> tuple[str, list[int]]:
        """Return the masked text and where the offsets `marks` are in it: within a secret, where its mask begins."""
        spans = self._shown_spans(text)
        return (replaced(text, spans), [moved(mark, spans) for mark in marks]) if spans else (text, list(marks))

    def _note(self, value: str, name: str | None) -> None:
        known = self._strong.get(value)
        if known is None or (name and known.startswith("‹secret ")):
            self._strong[value] = _mask(name) if name else self._next_mask()
            self._known = None

    def _next_mask(self) -> str:
        self._numbered += 1
        return f"‹secret {self._numbered}›"

    def _shown_spans(self, text: str) -> list[Span]:
        return [] if self.unsafe_show else self._spans(text)

    def _spans(self, text: str) -> list[Span]:
        known = self._known
        if known is None:
            with self._lock:
                known = self._known = _Known(self._strong, self._encoded, self._weak)
        fleeting = self._fleeting_search
        if fleeting is None and self._fleeting:
            with self._lock:
                fleeting = self._fleeting_search = _search_for(self._fleeting)
        return known.spans(text, fleeting)


class _Known:
    """What is searched for, made of the secrets known at one time."""

    def __init__(self, strong: dict[str, str], encoded: dict[str, str], weak: dict[tuple[str, str], str]) -> None:
        masks: dict[Needle, str] = {}
        for text in sorted(encoded, key=_longest_first):
            masks.update((needle, encoded[text]) for needle in needles_around(text))
        for value in sorted(strong, key=_longest_first):
            for needle in needles_of(value):
                masks.setdefault(needle, strong[value])
        shown = {*strong.values(), *encoded.values(), *weak.values()}
        # A mask that stands there already is found too, and has none itself: nothing within it is masked again.
        self._search = Search(masks | dict.fromkeys(map(Needle, shown), "")) if masks else None
        self._fields = Fields(weak) if weak else None
        self._each = any(_LOOKS_ESCAPED.search(value) for value in (*strong, *encoded))

    def spans(self, text: str, fleeting: Search | None) -> list[Span]:
        """Return what is to be masked in `text`, in order and apart from each other."""
        searches = [one for one in (self._search, self._fields, fleeting) if one is not None]
        if not searches or not text:
            return []
        found: list[Span] = []
        masks: list[Span] = []
        for layer in layers(text, each=self._each):
            hits, already = _apart(span for search in searches for span in search.spans(layer.text))
            masks += _outside(layer, already)
            found += _outside(layer, merged(_not_within(already, hits)))
        return merged(_not_within(masks, found)) if found else []


def is_secret_name(name: str) -> bool:
    """Return whether `name` says that its value is a secret, in snake, kebab or camel case: `authToken`, `API Key`."""
    return SECRET_NAME.search("_".join(word.lower() for word in words_of(name))) is not None


def _mask(name: str) -> str:
    return f"‹{_NOT_IN_MASK.sub('', name)[:_LONGEST_MASK_NAME]}›"


def _longest_first(value: str) -> tuple[int, str]:
    return (-len(value), value)


def _search_for(values: Iterable[str]) -> Search:
    """Return the search for signatures; cheap, as it is made anew for each request."""
    return Search({Needle(form): _FLEETING_MASK for value in values for form in plain_forms(value)})


def _apart(spans: Iterable[Span]) -> tuple[list[Span], list[Span]]:
    """Return the secrets, and the masks that stand there already."""
    hits: list[Span] = []
    already: list[Span] = []
    for span in spans:
        (hits if span.mask else already).append(span)
    return hits, already


def _not_within(masks: list[Span], hits: list[Span]) -> list[Span]:
    if not masks:
        return hits
    masks = sorted(masks)
    starts = [mask.start for mask in masks]

    def within(span: Span) -> bool:
        last = bisect_right(starts, span.start) - 1
        return last >= 0 and span.end <= masks[last].end

    return [span for span in hits if not within(span)]


def _outside(layer: Layer, spans: list[Span]) -> list[Span]:
    return [Span(*layer.origin(start, end), mask) for start, end, mask in spans]
