"""`Redactor`: the secrets of a run, and a text or bytes with a mask in the place of each.

Secrets are known by value. A text is searched as it is and as it reads with its escapes undone (`layers`); what cannot
be undone, such as base64, is searched for itself (`needles`). All needles are one automaton, so that the time is linear
in the text whatever the number of secrets.
"""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from harness.redaction.fields import Fields, words_of
from harness.redaction.known import Known, needles
from harness.redaction.needles import Needle, plain_forms
from harness.redaction.search import Search
from harness.redaction.spans import Span, between, moved, replaced

__all__ = ["SECRET_NAME", "Redactor", "is_secret_name"]

SECRET_NAME = re.compile(r"(?:\A|_)(?:token|secret|password|passwd|api_?key|private_?key)(?:_|\Z)")
"""A secret's name, once its words are in lower case and joined by `_`."""
_ABOUT_A_SECRET = re.compile(
    r"(?:token|secret|password|passwd|key)_(?:type|name|to|to_header|length|ttl|expires|expiry|expires_in|expires_at)\Z"
    r"|token_(?:url|uri|endpoint|(?:request_)?params)\Z|\A(?:is|has|show|auto|disable)_"
)
"""The name of what is said of a secret, and is none: `tokenType`, `addTokenTo`, `accessTokenUrl`, `isSecretBase64`."""

Key = TypeVar("Key")

_PLAIN_WORD = re.compile(r"[a-z]+")
_PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}")
_NOT_IN_MASK = re.compile(r"[^ -~\xa1-\U0010ffff]|[‹›]")
_SHORTEST_STRONG = 3
_NO_VALUES = frozenset({"undefined", "null", "NaN", "None", "none", "true", "false", "[object Object]"})
"""What a program writes for a value that it does not have; such a credential is a fault, and no secret."""
_SHORTEST_NAMED = 8
_LONGEST_MASK_NAME = 60
_MOST_FLEETING = 64
_MOST_PASSING = 4000
_MOST_PASSING_WEAK = 200
_FLEETING_MASK = "‹signature›"
_SPREAD = 12
"""So many characters may stand for one of a secret: two escapes of JSON, UTF-8 percent-encoded, JSON within JSON."""
_LEAST_REACH = 1024
"""A field's name, the blanks behind it and what follows a short value are never as long."""


class Redactor:
    """The secrets of a run, and how they are taken out of any text. Safe to use from several threads."""

    def __init__(self, *, unsafe_show: bool = False) -> None:
        """With `unsafe_show`, secrets are known but left where they are."""
        self.unsafe_show = unsafe_show
        self._lock = threading.Lock()
        self._strong: dict[str, str] = {}  # each secret and its mask
        self._weak: dict[tuple[str, str], str] = {}  # each (name of the field, value) and its mask
        self._fleeting: deque[str] = deque(maxlen=_MOST_FLEETING)
        self._fleeting_search: Search | None = None
        self._numbered = 0
        self._longest = 0
        self._known = Known()
        self._unsearched: set[str] = set()  # those of the strong ones that came since
        self._stale = False  # what is searched for no more fits, and is to be made from the beginning
        self._fields_stale = False
        self._settled = False
        self._passing: deque[str] = deque()  # those of the strong ones that came later, in order
        self._passing_weak: deque[tuple[str, str]] = deque()

    def settle(self) -> None:
        """Keep what is known now to the end; of what comes later, such as tokens obtained, only the last thousands."""
        with self._lock:
            self._settled = True
            self._passing.clear()
            self._passing_weak.clear()

    def add(self, value: str, name: str | None = None) -> None:
        """Make `value` a secret, shown as `‹name›`, or by its number where it has none.

        One or two characters, and words such as `undefined`, are masked only in their own field, an empty value and a
        mere `{{placeholder}}` never.
        """
        if not value or _PLACEHOLDER.fullmatch(value):
            return
        if len(value) < _SHORTEST_STRONG or value in _NO_VALUES:
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
                self._longest = max(self._longest, len(name) + len(value))
                self._fields_stale = True
                self._forget_some(self._passing_weak, (name, value), self._weak, _MOST_PASSING_WEAK)

    def add_named(self, name: str, value: str) -> None:
        """Make `value` a secret if `name` says so; a short or plain lower-case word only in its own field."""
        if not is_secret_name(name):
            return
        if len(value) < _SHORTEST_NAMED or _PLAIN_WORD.fullmatch(value):
            self.add_weak(value, name)
        else:
            self.add(value, name)

    def add_fleeting(self, value: str) -> None:
        """Make `value`, of which each request has a new one, a secret for the time of the next requests.

        A run has any number of them: the last ones are enough, as a server repeats what it was just sent.
        """
        with self._lock:
            if value and value not in self._fleeting:
                self._fleeting.append(value)
                self._longest = max(self._longest, len(value))
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
        return replaced(text, [Span(start, end, write(text[start:end])) for start, end, *_ in spans])

    def carries_secret(self, text: str) -> bool:
        """Return whether `text` holds a secret in any form."""
        return bool(self._spans(text))

    def part(self, text: str, start: int, end: int, marks: Sequence[int] = ()) -> tuple[str, list[int]]:
        """Return characters `start` to `end` of `text` masked, and where the offsets `marks` are in them.

        As if the whole text had been masked and cut afterwards: so much around the part is searched that a secret which
        lies across its edge is found whole. A mark within a secret comes to where its mask begins.
        """
        first, last = max(0, start - self.reach), min(len(text), end + self.reach)
        around = text[first:last]
        spans = self._shown_spans(around)
        begin, *places, stop = (moved(mark - first, spans) for mark in (start, *marks, end))
        shown = replaced(around, spans) if spans else around
        return shown[begin:stop], [place - begin for place in places]

    def cut(self, text: str, limit: int) -> str:
        """Return at most `limit` characters of `text` masked, `…` for those that follow."""
        return self.text(text) if len(text) <= limit else self.part(text, 0, limit)[0] + "…"

    @property
    def reach(self) -> int:
        """How many characters the longest secret may take in a text."""
        return max(_LEAST_REACH, _SPREAD * self._longest)

    def _note(self, value: str, name: str | None) -> None:
        known = self._strong.get(value)
        if known is None:
            self._strong[value] = _mask(name) if name else self._next_mask()
            self._unsearched.add(value)
            self._longest = max(self._longest, len(value))
            self._forget_some(self._passing, value, self._strong, _MOST_PASSING)
        elif name and known.startswith("‹secret "):
            self._strong[value] = _mask(name)
            self._stale = True

    def _forget_some(self, passing: deque[Key], key: Key, among: dict[Key, str], most: int) -> None:
        """Remember one that came later; of too many, forget the older half."""
        if not self._settled:
            return
        passing.append(key)
        if len(passing) > most:
            for _ in range(most // 2):
                del among[passing.popleft()]
            self._stale = True

    def _next_mask(self) -> str:
        self._numbered += 1
        return f"‹secret {self._numbered}›"

    def _shown_spans(self, text: str) -> list[Span]:
        return [] if self.unsafe_show else self._spans(text)

    def _spans(self, text: str) -> list[Span]:
        if self._unsearched or self._stale or self._fields_stale:
            with self._lock:
                self._renew()
        fleeting = self._fleeting_search
        if fleeting is None and self._fleeting:
            with self._lock:
                fleeting = self._fleeting_search = _search_for(self._fleeting)
        return self._known.spans(text, fleeting)

    def _renew(self) -> None:
        """Make what is searched for fit what is known."""
        known, new = self._known, self._unsearched
        if self._stale:
            known, new = Known(), set(self._strong)
        strong = {value: self._strong[value] for value in new if value in self._strong}
        shown = {*strong.values(), *self._weak.values()}
        fields = Fields(self._weak) if self._weak else None
        self._known = known.joined(needles(strong, shown) if new else {}, fields)
        self._unsearched, self._stale, self._fields_stale = set(), False, False


def is_secret_name(name: str) -> bool:
    """Return whether `name` says that its value is a secret, in snake, kebab or camel case: `authToken`, `API Key`."""
    joined = "_".join(word.lower() for word in words_of(name))
    return SECRET_NAME.search(joined) is not None and _ABOUT_A_SECRET.search(joined) is None


def _mask(name: str) -> str:
    return f"‹{_NOT_IN_MASK.sub('', name)[:_LONGEST_MASK_NAME]}›"


def _search_for(values: Iterable[str]) -> Search:
    """Return the search for signatures; cheap, as it is made anew for each request."""
    return Search({Needle(form): _FLEETING_MASK for value in values for form in plain_forms(value)})
