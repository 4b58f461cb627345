"""What do the items of one collection share while their scripts run?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from harness.collection.model import Item
from harness.errors import InvalidRequest, did_you_mean
from harness.record.status import Status
from harness.runner.credentials import add_value
from harness.runner.options import Plan, RunOptions
from harness.runner.outcome import Outcome
from harness.runner.scripts.item_scripts import ItemScripts
from harness.runner.scripts.services import ItemServices, SentByScripts
from harness.runner.shared import Shared
from harness.script.execute import NO_JUMP
from harness.script.layers import Layers
from harness.transport.client import Transport
from harness.variables.scope import Value, VariableScope

__all__ = ["RunsItems", "Scripting"]


class RunsItems(Protocol):
    """What runs one item."""

    @property
    def allowed(self) -> frozenset[str]:
        """Node ids that are sent although the environment is protected."""

    def run(self, outcome: Outcome) -> None:
        """Run the item of an outcome, and fill in what became of it."""


@dataclass(slots=True)
class Scripting:
    """One collection, and what its scripts share with those of the whole run."""

    plan: Plan
    options: RunOptions
    shared: Shared
    transport: Transport
    scope: VariableScope
    jump: tuple[Any, str] | None = None
    """What the last item said of the next one, and which of its scripts did."""
    _depth: int = 0
    _layers: Layers | None = None

    def of(self, outcome: Outcome, runner: RunsItems) -> ItemScripts | None:
        """Return the scripts of one item, about to run; None when it has none."""
        if self._depth == 0:
            self.jump = None
        item = outcome.item
        if not item.scripts():
            return None
        self.shared.script_host.enter(self)
        if self._layers is None:
            self._layers = Layers(self.scope, self._set)
        services = ItemServices(
            item=item,
            iteration=outcome.iteration,
            depth=self._depth,
            options=self.options,
            shared=self.shared,
            transport=self.transport,
            guard=self.plan.settings.guard,
            layers=self._layers,
            nested=lambda name, depth, variables: self._nested(name, depth, variables, outcome, runner, scripts),
            told=lambda exchange: scripts.exchanges.append(exchange),
            allowed=item.node_id in runner.allowed,
            collection=outcome.collection,
        )
        scripts = ItemScripts(
            item, self.shared.script_host, services, outcome.iteration, outcome.iterations, self._jumped
        )
        return scripts

    def find(self, name: Any) -> Item | None:
        """Return the item of an id or name; of several of one name the last, as in Postman."""
        items = list(self.plan.collection.walk())
        by_id = next((item for item in items if item.id == name and name is not None), None)
        return by_id or next((item for item in reversed(items) if item.name == name), None)

    def _jumped(self, name: Any, script: str) -> None:
        if self._depth == 0:
            self.jump = None if name is NO_JUMP else (name, script)

    def _set(self, name: str, value: Value) -> None:
        add_value(self.shared.redactor, name, value, frozenset(self.options.secrets))

    def _nested(
        self,
        name: str,
        depth: int,
        variables: Mapping[str, Any],
        around: Outcome,
        runner: RunsItems,
        outer: ItemScripts,
    ) -> SentByScripts | None:
        item = self.find(name)
        if item is None:
            names = [each.name for each in self.plan.collection.walk()]
            near = did_you_mean(name, names) or ""
            raise InvalidRequest(f"the collection has no request `{name}` to run; {near}".rstrip("; "))
        for key, value in variables.items():
            self.scope.assign("local", key, value)
        before, self._depth = self._depth, depth
        try:
            inner = Outcome(item, around.collection, around.iteration, around.iterations, around.repeat)
            runner.run(inner)
        finally:
            self._depth = before
        outer.assertions.extend(inner.assertions)
        outer.console.extend(inner.console)
        if inner.exchange is None:
            if inner.status == Status.SKIPPED:
                return None
            told = inner.error.summary if inner.error is not None else inner.reason
            raise InvalidRequest(f"the request `{name}` was not sent: {told}")
        outer.exchanges.append(inner.exchange)
        return SentByScripts(inner.exchange)
