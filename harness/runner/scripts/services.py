"""What does a run do for its scripts: send requests, keep cookies and secrets, run another item?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from harness.auth.means import Means, Send
from harness.auth.sign import sign
from harness.collection.model import Item
from harness.collection.parts import read_request
from harness.collection.reader import Node
from harness.errors import AuthError, GuardError, HarnessError, InvalidRequest, Problem, ScriptError
from harness.request.files import FileAccess
from harness.request.prepare import PrepareOptions, prepare, raise_faults
from harness.request.prepared import PreparedRequest, RequestUrl
from harness.request.url import render_url
from harness.runner.credentials import add_answer_secrets, add_request_secrets
from harness.runner.options import RunOptions
from harness.runner.scripts.context import response_object
from harness.runner.scripts.cookies import cookies_after, do
from harness.runner.scripts.uploads import WARNING, without_files
from harness.runner.shared import Shared
from harness.script.layers import Layers
from harness.transport.client import Transport
from harness.transport.exchange import Exchange
from harness.transport.guard import Guard
from harness.variables.render import Renderer, RenderOptions
from harness.variables.scope import VariableScope

__all__ = ["ItemServices", "Nested", "SentByScripts"]

_BEHAVIOR = {"disableBodyPruning": True}  # as in postman-runtime: a script may send a body with any method
_AT_A_MOCK = {**_BEHAVIOR, "followRedirects": False}  # a saved redirect is the answer, wherever it leads
_DEEPEST = 5

Nested = Callable[[str, int, Mapping[str, Any]], "SentByScripts | None"]
"""Runs the item of a name or id at a depth; None when it skipped itself."""


@dataclass(frozen=True, slots=True)
class SentByScripts:
    """The answer to a request that a script had sent."""

    exchange: Exchange


class _NoFiles(FileAccess):
    """Scripts may not read files, as in Postman."""

    def read(self, name: str, location: object) -> bytes:
        """Return nothing, for any file."""
        raise InvalidRequest("uploading files from scripts is not allowed")


@dataclass(slots=True)
class ItemServices:
    """The services of one item's scripts; the `Services` of `script/host.py`."""

    item: Item
    iteration: int
    depth: int
    options: RunOptions
    shared: Shared
    transport: Transport
    guard: Guard
    layers: Layers
    nested: Nested
    told: Callable[[Exchange], None]
    allowed: bool = False
    """Whether the item is sent although the environment is protected; so are then the requests of its scripts."""
    collection: str = ""
    """The collection's name."""

    def send(
        self, request: Mapping[str, Any], warn: Callable[[str], None]
    ) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]]:
        """Send a request of pm.sendRequest, none of its files, through the run's own transport, cookies and guard."""
        request, named_files = without_files(request)
        if named_files:
            warn(WARNING)
        prepared = self._prepared(request)
        refusal = None if self.allowed else self.guard.method_refusal(prepared.method)
        if refusal is not None:
            raise GuardError(refusal, location=self.item.location)
        add_request_secrets(self.shared.redactor, prepared)
        behavior = _AT_A_MOCK if self.options.mock else _BEHAVIOR
        exchange = self.transport.send(prepared, behavior, self.shared.cookies)
        add_answer_secrets(self.shared.redactor, exchange)
        self.told(exchange)
        return response_object(exchange, as_bytes=True), cookies_after(self.shared.cookies, exchange)

    def url(self, item: Item) -> RequestUrl | None:
        """Return where an item would be sent with the variables as they are now; None where that is no URL yet."""
        scope = self.layers.scope.near(item.variables) if item.variables else self.layers.scope
        dynamic = self.shared.dynamic.at(self.iteration, f"{item.node_id} pm.cookies")
        options = RenderOptions(send_unresolved=True, fill_samples=self.options.fill_samples or self.options.mock)
        encode = item.behavior.get("disableUrlEncoding") is not True
        try:
            return render_url(item.request.url, Renderer(scope, dynamic, options), encode=encode).url
        except HarnessError:
            return None

    def cookies(self, method: str, arguments: list[Any]) -> Any:
        """Do what a method of the cookie store does."""
        return do(self.shared.cookies, method, arguments)

    def vault(self, action: str, name: str, value: Any) -> Any:
        """Return a secret of the environment, where the call allows it; nothing is ever written."""
        if not self.options.vault:
            raise ScriptError("the vault is closed: --vault lets scripts read the secrets of the environment")
        if action != "get":
            raise ScriptError("the vault holds the secrets of the environment; scripts cannot change them")
        found = self.layers.scope.vault(name)
        return found.value if found is not None and found.fault is None else None

    def run_request(self, name: str, options: Mapping[str, Any], layers: Mapping[str, Any]) -> tuple[Any, Any]:
        """Run another item of the collection with its scripts."""
        if self.depth >= _DEEPEST:
            raise ScriptError(f"pm.execution.runRequest goes deeper than {_DEEPEST} requests")
        self.layers.give(layers)
        before = {layer: dict(values) for layer, values in self.layers.scope.layers.items()}
        variables = options.get("variables")
        answer = self.nested(name, self.depth + 1, variables if isinstance(variables, dict) else {})
        if answer is None:
            return None, {}
        return response_object(answer.exchange, as_bytes=True), _mutations(before, self.layers.scope)

    def _prepared(self, request: Mapping[str, Any]) -> PreparedRequest:
        problems: list[Problem] = []
        model = read_request(Node(dict(request), self.item.location, problems))
        errors = [problem for problem in problems if problem.severity == "error"]
        if errors:
            raise InvalidRequest.of(errors)
        dynamic = self.shared.dynamic.at(self.iteration, f"{self.item.node_id} pm.sendRequest")
        # A request of a script is taken as it is, but for dynamic variables: Postman fills in no others.
        renderer = Renderer(VariableScope(), dynamic, RenderOptions(send_unresolved=True))
        means = Means(
            now=self.shared.dynamic.now,
            random=dynamic.generator("auth"),
            tokens=self.shared.tokens,
            challenges=self.shared.challenges,
            send=self._send_for_auth(),
        )
        try:
            prepared = prepare(model, renderer, PrepareOptions(_NoFiles(), "postman-harness"), _BEHAVIOR)
            prepared = sign(prepared, model.auth, renderer, means)
        except (InvalidRequest, AuthError):
            raise_faults(renderer.faults)
            raise
        raise_faults(renderer.faults)
        return prepared

    def _send_for_auth(self) -> Send:
        def send(request: PreparedRequest) -> Any:
            add_request_secrets(self.shared.redactor, request)
            return self.transport.send(request, {"followRedirects": False}).response

        return send


def _mutations(before: Mapping[Any, Mapping[str, Any]], scope: VariableScope) -> dict[str, Any]:
    """Return what has changed in the layers as Postman's SDK writes mutations."""
    names = {"local": "_variables", "environment": "environment", "collection": "collectionVariables"}
    found = {}
    for layer, name in {**names, "globals": "globals"}.items():
        now, old = scope.layers[layer], before[layer]  # type: ignore[index]
        compacted: dict[str, Any] = {key: [key, value.value, {}] for key, value in now.items() if old.get(key) != value}
        compacted.update((key, [key]) for key in old if key not in now)
        if compacted:
            found[name] = [{"autoCompact": True, "stream": [], "compacted": compacted}]
    return found
