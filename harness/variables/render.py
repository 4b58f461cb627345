"""What does a text read once its placeholders are filled in?

Faults are gathered, not raised one by one: a request with three unknown names tells of all three.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.location import Location
from harness.variables.dynamic import NAMES, Occurrences
from harness.variables.faults import Fault, FaultList, Span
from harness.variables.samples import fill_json_text, find_samples, sample_text, sample_type
from harness.variables.scope import Value, VariableScope
from harness.variables.template import ANGLE, DOUBLE, JSON_TOKEN, NAMED_STRING, fill, names_in, single_name

__all__ = ["RenderOptions", "Renderer"]

_MAX_DEPTH = 19  # Postman's own limit (postman-collection's substitutor)
_BUDGET = 50_000_000
"""How many characters the variables of one item may come to, those within others counted again."""
_COST = 250
_UNSAFE = re.compile(r"[^\w.-]+")  # in the place of a whole host or path segment
"""What each value costs besides its length, so that variables that double each other come to an end, too."""


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """How placeholders that have no value are met."""

    literal: frozenset[str] = frozenset()
    """Names that stay as they are written."""
    send_unresolved: bool = False
    """Postman's way: what has no value goes out as it is written."""
    fill_samples: bool = False
    """Whether `<integer>` and its like get a made-up value of that type."""
    for_mock: bool = False
    """Whether only the mock is asked, which minds nothing: what must not be empty, or has no value, is its own name."""
    may_lack: frozenset[str] = frozenset()
    """Names that scripts give and take away; where they have no value, they stay as they are written."""
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
        self._budget = _BUDGET

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What cannot be filled in; only what has no end when unresolved placeholders are to be sent as they are."""
        faults = self._faults.faults
        return tuple(fault for fault in faults if fault.endless or not self._options.send_unresolved)

    def text(self, text: str, location: Location, *, strict: bool = False, null: str = "") -> str:
        """Return `text`, which stands at `location`, with every `{{name}}` and `<<name>>` filled in.

        `strict` is for paths and credentials, where a `<<name>>` without a value is a fault and not just a word. `null`
        stands for a value that is null: in a body its word, as in Postman, and elsewhere nothing.
        """
        if "<<" not in text:
            return self.braces(text, location, null=null)
        parts: list[str] = []
        last = 0
        for match in ANGLE.finditer(text):
            start, end = match.span()
            parts.append(self.braces(text[last:start], location.within(last, start), null=null))
            parts.append(self._or_literal(match[1], match[0], location.within(start, end), strict=strict))
            last = end
        return "".join((*parts, self.braces(text[last:], location.within(last, len(text)), null=null)))

    def braces(self, text: str, location: Location, *, null: str = "") -> str:
        """Return `text` with its `{{name}}` filled in and nothing else, as in XML and HTML."""
        if "{{" not in text:
            return text
        return fill(text, lambda name, span: self._expand(name, f"{{{{{name}}}}}", location, span, null=null))

    def value(self, text: str, location: Location, *, strict: bool = False) -> str:
        """Return a whole value: as `text`, and a whole `{name}`, `<name>` or `<integer>` is a placeholder too."""
        name = single_name(text)
        if name is not None and (sample_type(text) is None or self._is_known(name)):
            return self._or_literal(name, text, location, strict=strict)
        rendered = self.text(text, location, strict=strict)
        kind = sample_type(rendered)
        if kind is None:
            return rendered
        if self._options.fill_samples:
            return sample_text(kind)
        self._faults.sample(rendered, location)
        return rendered

    def texts_in(self, value: Any, location: Location) -> Any:
        """Return a JSON value with the `{{name}}` of each text in it filled in; keys stay as they are."""
        if isinstance(value, str):
            return self.braces(value, location, null="null")
        if isinstance(value, dict):
            filled = {}
            for key, each in value.items():  # by no comprehension, which would double the depth of the stack
                filled[key] = self.texts_in(each, location.child(key))
            return filled
        if isinstance(value, list):
            elements = []
            for index, each in enumerate(value):
                elements.append(self.texts_in(each, location.child(index)))
            return elements
        return value

    def json_text(self, text: str, location: Location) -> str:
        """Return a JSON text filled in: as `text`, and string values that are a `{name}` or `<name>` as a whole."""
        if NAMED_STRING.search(text) is None:
            return self.text(text, location, null="null")
        parts: list[str] = []
        last = 0
        for match in JSON_TOKEN.finditer(text):
            filled = self._json_string(match, location)
            if filled is not None:
                start, end = match.span("string")
                parts += self.text(text[last:start], location.within(last, start), null="null"), filled
                last = end
        return "".join((*parts, self.text(text[last:], location.within(last, len(text)), null="null")))

    def structure(self, text: str, location: Location) -> str:
        """Return the JSON of an object or array with what its strings and keys name filled in, and escaped.

        `location` is that of the whole: what stands in a text of its own has no place there.
        """

        def filled(token: re.Match[str]) -> str:
            whole = self._json_string(token, location)
            if whole is not None or token["string"] is None:
                return whole or token[0]
            written = json.loads(token["string"])
            value = fill(written, lambda name, _: self._expand(name, f"{{{{{name}}}}}", location, None, null="null"))
            return json.dumps(value, ensure_ascii=False) + (token["key"] or "")

        return JSON_TOKEN.sub(filled, text)

    def samples(self, text: str, written: str, location: Location) -> str:
        """Return a JSON text with its `<integer>` and the like made values, or each of them a fault.

        `written` is what stands at `location`, before anything was filled in.
        """
        if self._options.fill_samples:
            return fill_json_text(text)
        for start, end, _ in find_samples(text):
            sample = text[start:end]
            at = written.find(sample)
            self._faults.sample(sample.strip('"'), location.within(at, at + len(sample)) if at >= 0 else location)
        return text

    def must_hold(self, rendered: str, template: str, location: Location, part: str) -> str:
        """Return `rendered`, noting a fault when it is empty although the file names a variable for it."""
        if rendered and self._options.may_lack:
            return DOUBLE.sub(lambda found: _UNSAFE.sub("-", found[1]), rendered)
        if not rendered and template:
            name = next(iter(names_in(template)), template)
            if self._options.for_mock:
                self.notes.append(f"`{name}` is empty, and {part} must not be: the mock is asked with the name itself")
                return _UNSAFE.sub("-", name)
            self._faults.empty(name, part, location, (0, len(template)))
        return rendered

    def _expand(
        self, name: str, written: str, location: Location, span: Span, stack: tuple[str, ...] = (), null: str = ""
    ) -> str:
        """Return the value of a placeholder; `stack` are the variables whose values led to it.

        Within these it is the outermost placeholder that is shown, as only that one stands in the file.
        """
        if name in self._options.literal:
            return written
        if self._budget < 0:
            return ""
        found = self.scope.find(name)
        if found is not None and found.fault is None:
            if found.final or "{{" not in found.text:
                return self._spend(null if found.value is None else found.text, location)
            place = location if stack or span is None else location.within(*span)
            return self._spend(self._nested(name, found, place, stack, null), place)
        if found is None and name.startswith("$") and name[1:] in NAMES:
            return self._dynamic.value(name[1:])
        if name in self._options.may_lack and found is None:
            self.notes.append(f"`{name}` has no value any more, or not yet, and is sent as it is")
            return written
        self._faults.unresolved(name, location, None if stack else span, stack)
        return written

    def _nested(self, name: str, found: Value, location: Location, stack: tuple[str, ...], null: str) -> str:
        deeper = (*stack, name)
        if name in stack or len(deeper) > _MAX_DEPTH:
            self._faults.circle(deeper, found.location or location)
            return f"{{{{{name}}}}}"
        return fill(
            found.text, lambda inner, span: self._expand(inner, f"{{{{{inner}}}}}", location, span, deeper, null)
        )

    def _spend(self, value: str, location: Location) -> str:
        """Return the value, or nothing once the variables of the item have grown beyond all measure."""
        self._budget -= len(value) + _COST
        if self._budget >= 0:
            return value
        self._faults.endless(location)
        return ""

    def _is_known(self, name: str) -> bool:
        return name in self._options.literal or self.scope.find(name) is not None

    def _or_literal(self, name: str, written: str, location: Location, *, strict: bool) -> str:
        """Return the value of a single-braced name; without one, a fault where that is dangerous, else a note."""
        if name in self._options.literal:
            return written
        if (strict and not self._options.for_mock) or self.scope.find(name) is not None:
            return self._expand(name, written, location, None)
        self.notes.append(f"`{written}` has no value and is sent as it is")
        return written

    def _json_string(self, token: re.Match[str], location: Location) -> str | None:
        """Return the JSON string that stands for a token of JSON, or None for what is left as it is."""
        written = (token["string"] or "")[1:-1]
        name = single_name(written)
        if name is None or token["key"] or (sample_type(written) is not None and not self._is_known(name)):
            return None
        return json.dumps(self._or_literal(name, written, location, strict=False), ensure_ascii=False)
