"""What does an item's request look like as code: filled in where there are values, with placeholders where not?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from harness.collection.model import Item
from harness.errors import UnresolvedVariable
from harness.redaction.redactor import Redactor
from harness.request.prepared import PreparedRequest
from harness.request.url_parts import url_parts
from harness.runner.build import Builder
from harness.runner.credentials import add_value
from harness.runner.options import Plan, RunOptions
from harness.runner.part import scope_for
from harness.runner.shared import Shared
from harness.snippets.languages import code
from harness.snippets.snippet import STAND_IN, STANDS_IN, Snippet, of_prepared
from harness.variables.dynamic import DynamicValues
from harness.variables.scope import Value, VariableScope, values_of

__all__ = ["ItemCode"]

_MAX_ROUNDS = 50  # each finds the names that the values of the last one led to
_ODD_IN_NAMES = re.compile(r"[^\w.:-]")


class ItemCode:
    """The code of the items of one collection."""

    def __init__(self, plan: Plan, options: RunOptions, *, with_secrets: bool = False) -> None:
        self._scope = scope_for(plan, options)
        self._scope.layers["data"] = dict(options.row(0))
        self._builder = Builder(plan, options, self._scope, Shared(DynamicValues(options.seed), Redactor()), {})
        self._names: list[str] = []
        self._wanted = frozenset(options.secrets)
        self._with_secrets = with_secrets

    def write(self, item: Item, language: str, templates: Path | None = None) -> str:
        """Return the code of an item. Raises `RunError` for a request that cannot be made, else `UsageError`."""
        return self._with_placeholders(code(language, self.snippet(item), templates))

    def snippet(self, item: Item) -> Snippet:
        """Return the item's request, with stand-ins for what has no value."""
        if not self._with_secrets:
            self._hold_open(_secret_names(self._scope, item, self._wanted))
        request = self._rehearsed(item)
        snippet = of_prepared(item.name, request, tuple(self._notes(item, request)))
        return _without_assumed_scheme(snippet, item, self._names)

    def _rehearsed(self, item: Item) -> PreparedRequest:
        for _ in range(_MAX_ROUNDS):
            request, faults = self._builder.rehearse(item, 0)
            if request is not None:
                return request
            names = [fault.name for fault in faults if fault.name is not None]
            if not names:
                if faults:
                    raise UnresolvedVariable.of([fault.problem for fault in faults])
                break
            self._hold_open(names)
        # What is wrong with it is told by who makes it in earnest.
        return self._builder.build(item, 0)

    def _hold_open(self, names: Iterable[str]) -> None:
        for name in names:
            if name not in self._names:
                self._names.append(name)
            number = self._names.index(name)
            self._scope.layers["local"][name] = Value(STAND_IN.format(number), final=True)

    def _notes(self, item: Item, request: PreparedRequest) -> Iterable[str]:
        yield from request.notes
        if any(event.listen == "prerequest" for event in item.scripts()):
            yield "a prerequest script may change this request; it is not run here"
        scheme = item.auth.type if item.auth is not None else ""
        if request.answer is not None and scheme:
            yield f"the auth `{scheme}` answers a challenge of the server, which this code does not"
        elif request.fleeting:
            yield f"the auth `{scheme}` signed this request for this moment: sign it anew each time"
        elif scheme == "oauth2" and request.header("authorization") is None:
            yield "the auth `oauth2` asks for a token first, which this code does not"

    def _with_placeholders(self, text: str) -> str:
        def placeholder(match: re.Match[str]) -> str:
            number = int(match[1])
            if number >= len(self._names):
                return match[0]
            # It stands within the quotes of any language, or within none: only what is safe there stays in it.
            return f"{{{{{_ODD_IN_NAMES.sub('_', self._names[number])}}}}}"

        return STANDS_IN.sub(placeholder, text)


def _secret_names(scope: VariableScope, item: Item, wanted: frozenset[str]) -> list[str]:
    """Return the names of the variables whose values are never shown."""
    values = [*scope.items(), *values_of(item.variables).items()]
    found = []
    for name, value in values:
        redactor = Redactor()
        add_value(redactor, name, value, wanted)
        if value.text and redactor.text(value.text) != value.text:
            found.append(name)
    return found


def _without_assumed_scheme(snippet: Snippet, item: Item, names: list[str]) -> Snippet:
    """Return the snippet without the `http://` that is put before a URL which begins with a placeholder."""
    front = url_parts(item.request.url).front.text.strip()
    for number, name in enumerate(names):
        assumed = f"http://{STAND_IN.format(number)}"
        if front.startswith(f"{{{{{name}}}}}") and snippet.url.startswith(assumed):
            curl = snippet.curl.replace(assumed, assumed.removeprefix("http://"), 1)
            return replace(snippet, url=snippet.url.removeprefix("http://"), curl=curl)
    return snippet
