"""What does a text read once its placeholders are filled in?

Faults are gathered, not raised one by one: a request with three unknown names tells of all three.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.location import Location
from harness.variables.dynamic import NAMES, Occurrences
from harness.variables.faults import Fault, FaultList, Span
from harness.variables.samples import fill_json_text, find_samples, sample_text, sample_type
from harness.variables.scope import Value, VariableScope
from harness.variables.template import ANGLE, DOUBLE, JSON_STRING, names_in, single_name

__all__ = ["RenderOptions", "Renderer"]

_MAX_ROUNDS = 19  # Postman's own limit (postman-collection's substitutor)
_MAX_LENGTH = 50_000_000  # a variable that doubles itself at each round must not fill the memory
_KEY_FOLLOWS = re.compile(r"\s*:")


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """How placeholders that have no value are met."""

    literal: frozenset[str] = frozenset()
    """Names that stay as they are written."""
    send_unresolved: bool = False
    """Postman's way: what has no value goes out as it is written."""
    fill_samples: bool = False
    """Whether `<integer>` and its like get a made-up value of that type."""
    setters: Mapping[str, str] = field(default_factory=dict)
    """Which script sets a name."""


class Renderer:
    """Fills in the placeholders of one item in one iteration, and keeps what went wrong and what is worth a note."""

    def __init__(self, scope: VariableScope, dynamic: Occurrences, options: RenderOptions) -> None:
        self.scope = scope
        self.notes: list[str] = []
        self._dynamic = dynamic
        self._options = options
        self._faults = FaultList(scope, options.setters)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What cannot be filled in; nothing when unresolved placeholders are to be sent as they are."""
        return () if self._options.send_unresolved else tuple(self._faults.faults)

    def text(self, text: str, location: Location, *, strict: bool = False) -> str:
        """Return `text`, which stands at `location`, with every `{{name}}` and `<<name>>` filled in.

        `strict` is for paths and credentials, where a `<<name>>` without a value is a fault and not just a word.
        """
        text = self.braces(text, location)
        if "<<" not in text:
            return text
        return ANGLE.sub(lambda match: self._or_literal(match[1], match[0], location, strict=strict), text)

    def braces(self, text: str, location: Location) -> str:
        """Return `text` with its `{{name}}` filled in and nothing else, as in XML and HTML."""
        return self._fill(text, location, ())

    def value(self, text: str, location: Location, *, strict: bool = False) -> str:
        """Return a whole value: as `text`, and a whole `{name}`, `<name>` or `<integer>` is a placeholder too."""
        rendered = self.text(text, location, strict=strict)
        name = single_name(rendered)
        if name is None or name in self._options.literal:
            return rendered
        kind = sample_type(rendered)
        if kind is None or self.scope.find(name) is not None:
            return self._or_literal(name, rendered, location, strict=strict)
        if self._options.fill_samples:
            return sample_text(kind)
        self._faults.sample(rendered, location)
        return rendered

    def json_strings(self, text: str, written: str, location: Location) -> str:
        """Return a JSON text with the string values that are a `{name}`, `<name>` or `<integer>` filled in.

        `written` is what stands at `location`, before anything was filled in.
        """
        if "<" not in text and "{" not in text:
            return text
        text = JSON_STRING.sub(lambda match: self._json_string(match, location), text)
        if self._options.fill_samples:
            return fill_json_text(text)
        for start, end, _ in find_samples(text):
            sample = text[start:end]
            at = written.find(sample)
            self._faults.sample(sample.strip('"'), location.within(at, at + len(sample)) if at >= 0 else location)
        return text

    def must_hold(self, rendered: str, template: str, location: Location, part: str) -> str:
        """Return `rendered`, noting a fault when it is empty although the file names a variable for it."""
        if not rendered and template:
            name = next(iter(names_in(template)), template)
            self._faults.empty(name, part, location, (0, len(template)))
        return rendered

    def unresolved(self, name: str, location: Location, span: Span = None) -> None:
        """Note that `name` has no value anywhere."""
        self._faults.unresolved(name, location, span)

    def _fill(self, text: str, location: Location, stack: tuple[str, ...]) -> str:
        """Fill in `{{…}}` from the inside out until nothing changes."""
        for round_number in range(_MAX_ROUNDS):
            if "{{" not in text:
                break
            # Only offsets of the text as written can be shown in the file.
            exact = round_number == 0 and not stack
            kept, filled, last = [], [], 0
            for match in DOUBLE.finditer(text):
                kept.append(text[last : match.start()])
                filled.append(self._expand(match[1], match[0], location, match.span() if exact else None, stack))
                last = match.end()
            kept.append(text[last:])
            if sum(map(len, filled)) > _MAX_LENGTH:
                self._faults.endless(location)
                return ""
            text = kept[0] + "".join(value + rest for value, rest in zip(filled, kept[1:], strict=True))
            # Values are filled in already; another round is for names that are made of names: `{{a{{b}}}}`.
            if not filled or not any("{{" in part for part in kept):
                break
        return text

    def _expand(self, name: str, written: str, location: Location, span: Span, stack: tuple[str, ...] = ()) -> str:
        if name in self._options.literal:
            return written
        found = self.scope.find(name)
        if found is not None and found.fault is None:
            return self._nested(name, found, location if span is None else location.within(*span), stack)
        if found is None and name.startswith("$") and name[1:] in NAMES:
            return self._dynamic.value(name[1:])
        self._faults.unresolved(name, location, span, stack)
        return written

    def _nested(self, name: str, found: Value, location: Location, stack: tuple[str, ...]) -> str:
        text = found.text
        if found.final or "{{" not in text:
            return text
        if name in stack or len(stack) >= _MAX_ROUNDS:
            self._faults.circle((*stack, name), found.location or location)
            return ""
        return self._fill(text, location, (*stack, name))

    def _or_literal(self, name: str, written: str, location: Location, *, strict: bool) -> str:
        """Return the value of a single-braced name; without one, a fault where that is dangerous, else a note."""
        if name in self._options.literal:
            return written
        if self.scope.find(name) is not None or strict:
            return self._expand(name, written, location, None)
        self.notes.append(f"`{written}` has no value and is sent as it is")
        return written

    def _json_string(self, match: re.Match[str], location: Location) -> str:
        written = match[0]
        name = single_name(written[1:-1])
        if name is None or _KEY_FOLLOWS.match(match.string, match.end()):
            return written
        if sample_type(written[1:-1]) is not None and self.scope.find(name) is None:
            return written
        filled = self._or_literal(name, written[1:-1], location, strict=False)
        return json.dumps(filled, ensure_ascii=False) if filled != written[1:-1] else written
