"""`Fields`: short secrets, found only as the value of their field, such as `"pin": "12"`, `pin=12` or `Pin: 12`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from harness.redaction.spans import Span

__all__ = ["Fields", "words_of"]

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_A-Za-z]+")
_QUOTE = r"""[\\"']{0,4}"""
_PAIR = rf",\s{{0,40}}{_QUOTE}value{_QUOTE}\s{{0,40}}:"  # `"key": "pin", "value": "12"`
_PART = r"\r?\n\r?\n"  # `name="pin"` and a blank line, in a multipart form
_TO_VALUE = rf"{_QUOTE}\s{{0,40}}(?:[:=>]|{_PAIR}|{_PART})\s{{0,40}}{_QUOTE}"


def words_of(name: str) -> list[str]:
    """Return the words of a name in snake, kebab or camel case."""
    return _WORD.findall(name)


class Fields:
    """Short secrets, which are ones only beside their name."""

    def __init__(self, masks: Mapping[tuple[str, str], str]) -> None:
        """Take the mask of each (name, value)."""
        by_key: dict[str, dict[str, str]] = {}
        for (name, value), mask in masks.items():
            by_key.setdefault(_key(name), {})[value] = mask
        self._values = tuple({value for _, value in masks})
        self._fields = [(_field(key, values), values) for key, values in by_key.items()]
        firsts = "".join({_first_letters(name): None for name, _ in masks})
        names = "|".join(sorted({f"(?<=[{_first_letters(name)}])(?i:{_rest(name)})" for name, _ in masks}))
        # A set of characters comes first: that is what `re` looks for fast.
        self._names = re.compile(rf"[{firsts}](?<![^\W_](?s:.))(?={names})")

    def spans(self, text: str) -> Iterable[Span]:
        """Return where these values stand in their fields."""
        for value in self._values:
            if value in text:  # looked for first: so much faster that most texts need nothing else
                return self._spans(text)
        return ()

    def _spans(self, text: str) -> Iterator[Span]:
        for name in self._names.finditer(text):
            for field, masks in self._fields:
                if (match := field.match(text, name.start())) is not None:
                    yield Span(*match.span(1), masks[match[1]])


def _words(name: str) -> list[str]:
    return words_of(name) or [name]


def _first_letters(name: str) -> str:
    first = _words(name)[0][0]
    return re.escape(first.lower() + first.upper())


def _rest(name: str) -> str:
    """Return the pattern of a name from its second character on, its words joined in any way."""
    first, *more = _words(name)
    return r"[-_ .]?".join(map(re.escape, [first[1:], *more]))


def _key(name: str) -> str:
    return f"[{_first_letters(name)}](?i:{_rest(name)})"


def _field(key: str, values: Mapping[str, str]) -> re.Pattern[str]:
    alternatives = "|".join(map(re.escape, sorted(values, key=lambda value: (-len(value), value))))
    return re.compile(rf"{key}{_TO_VALUE}({alternatives})(?![^\W_])")
