"""Which characters of a text give a secret away, and what stands there instead?

Secrets are known by value. Each is looked for in every form in which a request, a response or a report writes it:
plain, JSON-escaped, percent- and form-encoded (also only in part), HTML-escaped, shell-quoted, and as base64 of itself
or of a text around it. All forms of all secrets are one compiled pattern, so that the time is linear in the text.
"""

from __future__ import annotations

import base64
import html
import json
import re
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple
from urllib.parse import quote

__all__ = ["SECRET_NAME", "Redactor", "is_secret_name"]

SECRET_NAME = re.compile(r"(?:\A|_)(?:token|secret|password|passwd|api_?key|private_?key)(?:_|\Z)")
"""A secret's name, once its words are in lower case and joined by `_`."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_A-Za-z]+")
_PLAIN_WORD = re.compile(r"[a-z]+")
_PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}")
_NOT_IN_MASK = re.compile(r"[^ -~\xa1-\U0010ffff]|[‹›]")
_SHORTEST_STRONG = 3
_SHORTEST_NAMED = 8
_SHORTEST_INNER_BASE64 = 6
_LONGEST_MASK_NAME = 60
_MOST_FLEETING = 64
_FLEETING_MASK = "‹signature›"

_JSON_SHORT = {"\b": "b", "\t": "t", "\n": "n", "\f": "f", "\r": "r"}
_HTML = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}
_BASE64_SIGNS = {"+": r"(?:\+|-|%2[Bb])", "/": r"(?:/|_|\\/|%2[Ff])"}
_BASE64_PADDING = r"(?:=|%3[Dd]){0,2}"


class _Form(NamedTuple):
    """One way to write a text: its first character, plainly, and a pattern for all that follows it."""

    first: str
    rest: str


class _Span(NamedTuple):
    start: int
    end: int
    mask: str


@dataclass(frozen=True, slots=True)
class _Patterns:
    """What was compiled of the secrets known at one time. Group n of a pattern belongs to entry n - 1 of its masks."""

    strong: re.Pattern[str]
    strong_masks: tuple[str | None, ...]
    """None stands for a text that is a mask already."""
    weak: re.Pattern[str] | None
    weak_masks: tuple[str, ...]

    def spans(self, text: str) -> list[_Span]:
        """Return what is to be masked in `text`, in order and apart from each other."""
        found = list(self._strong_spans(text))
        if self.weak is not None:
            found += [
                _Span(*match.span(match.lastindex or 0), self.weak_masks[(match.lastindex or 1) - 1])
                for match in self.weak.finditer(text)
            ]
        return _merged(found)

    def _strong_spans(self, text: str) -> Iterator[_Span]:
        position = 0
        while (match := self.strong.search(text, position)) is not None:
            mask = self.strong_masks[(match.lastindex or 1) - 1]
            if mask is None:
                position = match.end()
            else:
                # The next secret may begin within this one: what overlaps is masked as a whole.
                position = match.start() + 1
                yield _Span(match.start(), match.end(), mask)


class Redactor:
    """The secrets of a run, and how they are taken out of any text. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._strong: dict[str, str] = {}  # each secret and its mask
        self._encoded: dict[str, str] = {}  # texts of which only the base64 is a secret
        self._weak: dict[tuple[str, str], str] = {}  # each (name of the field, value) and its mask
        self._fleeting: deque[str] = deque(maxlen=_MOST_FLEETING)
        self._fleeting_pattern: re.Pattern[str] | None = None
        self._numbered = 0
        self._patterns: _Patterns | None = None

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
                self._patterns = None

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
            if f"{user}:{password}" not in self._encoded:
                mask = self._strong.get(password) or self._strong.get(user) or self._next_mask()
                self._encoded[f"{user}:{password}"] = mask
                self._patterns = None

    def add_fleeting(self, value: str) -> None:
        """Make `value`, of which each request has a new one, a secret for the time of the next requests.

        A run has any number of them: the last ones are enough, as a server repeats what it was just sent.
        """
        with self._lock:
            if value and value not in self._fleeting:
                self._fleeting.append(value)
                self._fleeting_pattern = None

    def text(self, text: str) -> str:
        """Return `text` with every secret masked; the same object where it holds none."""
        spans = self._spans(text)
        return _replaced(text, spans) if spans else text

    def data(self, data: bytes) -> bytes:
        """Return `data` with every secret masked, read as UTF-8, else Latin-1; the same object if it holds none."""
        encoding = "utf-8"
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            encoding = "latin-1"
            text = data.decode(encoding)
        spans = self._spans(text)
        if not spans:
            return data
        kept = [part.encode(encoding) for part in _between(text, spans)]
        masks = [*(span.mask.encode() for span in spans), b""]
        return b"".join(part for pair in zip(kept, masks, strict=True) for part in pair)

    def rewritten(self, text: str, write: Callable[[str], str]) -> str:
        """Return `text` with what `write` makes of each secret in its place, instead of a mask."""
        spans = self._spans(text)
        return _replaced(text, [_Span(start, end, write(text[start:end])) for start, end, _ in spans])

    def carries_secret(self, text: str) -> bool:
        """Return whether `text` holds a secret in any form."""
        return bool(self._spans(text))

    def text_with_marks(self, text: str, marks: Sequence[int]) -> tuple[str, list[int]]:
        """Return the masked text and where the offsets `marks` are in it: within a secret, where its mask begins."""
        spans = self._spans(text)
        return (_replaced(text, spans), [_moved(mark, spans) for mark in marks]) if spans else (text, list(marks))

    def _note(self, value: str, name: str | None) -> None:
        known = self._strong.get(value)
        if known is None or (name and known.startswith("‹secret ")):
            self._strong[value] = _mask(name) if name else self._next_mask()
            self._patterns = None

    def _next_mask(self) -> str:
        self._numbered += 1
        return f"‹secret {self._numbered}›"

    def _spans(self, text: str) -> list[_Span]:
        patterns = self._patterns
        if patterns is None:
            with self._lock:
                patterns = self._patterns = _compiled(self._strong, self._encoded, self._weak)
        spans = patterns.spans(text)
        if not self._fleeting:
            return spans
        fleeting = self._fleeting_pattern
        if fleeting is None:
            with self._lock:
                fleeting = self._fleeting_pattern = _fleeting_forms(self._fleeting)
        found = [_Span(*match.span(), _FLEETING_MASK) for match in fleeting.finditer(text)]
        return _merged([*spans, *found]) if found else spans


def is_secret_name(name: str) -> bool:
    """Return whether `name` says that its value is a secret, in snake, kebab or camel case: `authToken`, `API Key`."""
    return SECRET_NAME.search(_snake(name)) is not None


def _snake(name: str) -> str:
    return "_".join(word.lower() for word in _WORD.findall(name))


def _mask(name: str) -> str:
    return f"‹{_NOT_IN_MASK.sub('', name)[:_LONGEST_MASK_NAME]}›"


def _merged(found: list[_Span]) -> list[_Span]:
    """Join the spans that overlap; the longer one gives the mask."""
    merged: list[_Span] = []
    for span in sorted(found):
        if merged and span.start < merged[-1].end:
            last = merged.pop()
            mask = max(last, span, key=lambda one: one.end - one.start).mask
            span = _Span(last.start, max(last.end, span.end), mask)
        merged.append(span)
    return merged


def _between(text: str, spans: list[_Span]) -> list[str]:
    starts = [0, *(span.end for span in spans)]
    ends = [*(span.start for span in spans), len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def _replaced(text: str, spans: list[_Span]) -> str:
    masks = [*(span.mask for span in spans), ""]
    return "".join(part for pair in zip(_between(text, spans), masks, strict=True) for part in pair)


def _moved(mark: int, spans: list[_Span]) -> int:
    shift = 0
    for start, end, mask in spans:
        if mark < end:
            return min(mark, start) + shift
        shift += len(mask) - (end - start)
    return mark + shift


def _compiled(strong: dict[str, str], encoded: dict[str, str], weak: dict[tuple[str, str], str]) -> _Patterns:
    """Compile one pattern of all forms: masks first, then longest first, gathered by their first character."""
    masks = sorted({*strong.values(), *encoded.values(), *weak.values()})
    entries: list[tuple[_Form, str | None]] = [(_literal(mask), None) for mask in masks]
    for text in sorted(encoded, key=_longest_first):
        entries += [(form, encoded[text]) for form in _whole_base64(text)]
    for value in sorted(strong, key=_longest_first):
        entries += [(form, strong[value]) for form in _forms(value)]
    entries.sort(key=lambda entry: entry[0].first)  # stable: what comes first still comes first
    by_first = groupby(entries, key=lambda entry: entry[0].first)
    groups = [_group(first, [form.rest for form, _ in group]) for first, group in by_first]
    weak_fields = [f"(?:{_field(name, value)})" for name, value in weak]
    return _Patterns(
        strong=re.compile("|".join(groups) or r"(?!)"),
        strong_masks=tuple(mask for _, mask in entries),
        weak=re.compile("|".join(weak_fields)) if weak_fields else None,
        weak_masks=tuple(weak.values()),
    )


def _fleeting_forms(values: Iterable[str]) -> re.Pattern[str]:
    """Compile the forms in which an answer or a report repeats a signature; cheap, as it is done for each request."""
    forms = set()
    for value in values:
        percent = quote(value, safe="")
        forms |= {value, percent, re.sub("%..", lambda match: match[0].lower(), percent), html.escape(value)}
        forms |= {json.dumps(value)[1:-1], json.dumps(value)[1:-1].replace("/", r"\/")}
    return re.compile("|".join(map(re.escape, sorted(forms, key=_longest_first))))


def _longest_first(value: str) -> tuple[int, str]:
    return (-len(value), value)


def _group(first: str, rests: list[str]) -> str:
    # The empty group at the end of each branch tells by its number which branch it was.
    return re.escape(first) + "(?:" + "|".join(f"{rest}()" for rest in rests) + ")"


def _literal(text: str) -> _Form:
    return _Form(text[0], re.escape(text[1:]))


def _forms(value: str) -> Iterator[_Form]:
    """Yield every form of a secret."""
    # Escaped before plain: the plain text may be the beginning of an escaped one.
    rest = "".join(_any_of(_written(character)) for character in value[1:])
    for form in _written(value[0]):
        if form.first != value[0] or form.rest or rest != re.escape(value[1:]):
            yield _Form(form.first, form.rest + rest)
    yield _literal(value)
    raw = value.encode("utf-8", "surrogatepass")
    if not value.isascii():
        yield _literal(raw.decode("latin-1"))  # in a body that is not UTF-8 as a whole
    else:
        yield _literal("\0".join(value))  # UTF-16, whichever end comes first
    yield from _inner_base64(raw)


def _written(character: str) -> list[_Form]:
    """Return the ways to write one character, the longest ones first and itself last."""
    plain = _Form(character, "")
    if character.isascii() and character.isalnum():
        return [plain]
    forms = [_Form("%", _percent(character.encode("utf-8", "surrogatepass")))]
    if not character.isascii() and ord(character) < 0x100:
        forms.append(_Form("%", _percent(character.encode("latin-1"))))
    forms.append(_Form("\\", _json_escape(character)))
    forms.append(_Form("&", _html_escape(character)))
    if character in _JSON_SHORT:
        forms.append(_Form("\\", r"\\{0,2}" + _JSON_SHORT[character]))
    elif character in "\\\"/'":
        forms.append(_Form("\\", r"\\{0,2}" + re.escape(character)))
    if character == "'":
        forms += [_Form("'", "\"'\"'"), _Form("'", r"\\''")]  # as shlex.quote and as curl's authors write it
    elif character == " ":
        forms.append(_Form("+", ""))
    return [*forms, plain]


def _any_of(forms: Sequence[_Form]) -> str:
    if len(forms) == 1:
        return re.escape(forms[0].first) + forms[0].rest
    # Atomic: no text makes the search try one way of writing after the other for the same character.
    return "(?>" + "|".join(re.escape(form.first) + form.rest for form in forms) + ")"


def _hex(digits: str) -> str:
    return "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in digits)


def _percent(raw: bytes) -> str:
    """Return the pattern of `raw` percent-encoded, once or twice, without the first `%`."""
    return "%".join(f"(?:25)?{_hex(f'{byte:02x}')}" for byte in raw)


def _json_escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return r"\\".join(r"\\?u" + _hex(units[start : start + 4]) for start in range(0, len(units), 4))


def _html_escape(character: str) -> str:
    number = ord(character)
    name = f"{_HTML[character]}|" if character in _HTML else ""
    return f"(?:{name}#0{{0,4}}{number}|#[xX]0{{0,4}}{_hex(f'{number:x}')});"


def _whole_base64(text: str) -> Iterator[_Form]:
    for raw in _encodings(text):
        yield from _inner_base64(raw)


def _encodings(text: str) -> Iterable[bytes]:
    encodings = {text.encode("utf-8", "surrogatepass"): None}
    if all(ord(character) < 0x100 for character in text):
        encodings[text.encode("latin-1")] = None
    return encodings


def _inner_base64(raw: bytes) -> Iterator[_Form]:
    """Yield the characters that the base64 of all texts around `raw` share, for each way to fall in threes."""
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + raw).decode("ascii").rstrip("=")
        skipped = (0, 2, 3)[before]
        stable, cut_bits = divmod((before + len(raw)) * 8, 6)
        core = encoded[skipped:stable]
        if before == 0 or len(core) >= _SHORTEST_INNER_BASE64:
            rest = "".join(_BASE64_SIGNS.get(character, character) for character in core[1:])
            rest += ("[A-Za-z0-9+/_-]?" if cut_bits else "") + _BASE64_PADDING
            firsts = {"+": "+-", "/": "/_"}.get(core[0], core[0])
            yield from (_Form(first, rest) for first in firsts)


def _field(name: str, value: str) -> str:
    """Return the pattern of a field with that value; its one group is the value."""
    words = _WORD.findall(name)
    key = r"[-_ .]?".join(re.escape(word) for word in words) if words else re.escape(name)
    written = "".join(_any_of(_written(character)) for character in value)
    quote = r"""[\\"']{0,4}"""
    to_value = rf"{quote}\s{{0,40}}(?:[:=]|,\s{{0,40}}{quote}value{quote}\s{{0,40}}:)\s{{0,40}}{quote}"
    return rf"(?<![^\W_])(?i:{key}){to_value}({re.escape(value)}|{written})(?![^\W_])"
