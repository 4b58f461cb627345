"""What do the scripts of one item do before it is sent and after it was answered?"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from harness.checks.assertion import Assertion
from harness.collection.model import Event, Item
from harness.errors import Problem, ScriptError, TimedOut
from harness.record.item import ConsoleMessage, Visualization, script_ran
from harness.record.status import Status
from harness.request.prepared import PreparedRequest
from harness.runner.outcome import Outcome
from harness.runner.scripts.context import response_object, with_changes
from harness.runner.scripts.cookies import cookies_after, cookies_for
from harness.runner.scripts.packages import packages_of
from harness.runner.scripts.seen import request_written, sent_request
from harness.runner.scripts.services import ItemServices
from harness.script.execute import NO_JUMP, ScriptResult, changed_members, run_script, script_title
from harness.script.host import ScriptHost
from harness.transport.exchange import Exchange
from harness.variables.render import Renderer, RenderOptions

__all__ = ["ItemScripts"]


@dataclass(slots=True)
class ItemScripts:
    """The scripts of one item in one iteration: what they have said so far, and what the item has become by them."""

    item: Item
    host: ScriptHost
    services: ItemServices
    iteration: int
    iterations: int
    jumped: Callable[[Any, str], None]
    """Told of the request that a script wants next, and which script does."""
    assertions: list[Assertion] = field(default_factory=list)
    console: list[ConsoleMessage] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    ran: list[str] = field(default_factory=list)
    skipped: tuple[Status, str] | None = None
    """How the item ends because a script has skipped it."""
    visualization: Visualization | None = None
    accepts_status: bool = False

    def before(self) -> None:
        """Run the prerequest scripts in order; the first that fails ends it.

        Raises `ScriptError` for an error that a script did not catch, `InvalidRequest` for a request that is none, and
        `TimedOut` when the time of the run is over.
        """
        for event in self._events("prerequest"):
            members = {"request": request_written(self.item), "cookies": self._cookies_before()}
            result = self._run(event, members)
            changed = changed_members(result.outcome)
            if changed:
                self.item = with_changes(self.item, changed)
            if result.outcome.skipped:
                self.skipped = (Status.SKIPPED, f"skipped by {script_title(event)} (pm.execution.skipRequest)")
                return
            if result.problems:
                if not self.services.options.send_after_script_error:
                    raise ScriptError.of([replace(problem, hint=_SEND_HINT) for problem in result.problems])
                self._fail(event, result.problems)

    def after(self, request: PreparedRequest, exchange: Exchange) -> None:
        """Run the test scripts in order; what one of them fails at is an assertion that did not hold.

        Raises `TimedOut` when the time of the run is over.
        """
        events = self._events("test")
        if not events:
            return
        members = {
            "request": sent_request(self.item, request, exchange, self._filled),
            "response": response_object(exchange),
            "cookies": cookies_after(self.services.shared.cookies, exchange),
        }
        for event in events:
            self._fail(event, self._run(event, members).problems)

    def tell(self, outcome: Outcome) -> None:
        """Add what the scripts have said to what is known of the item."""
        notes = [note for exchange in self.exchanges for note in exchange.addressed_notes]
        outcome.notes = (*outcome.notes, *dict.fromkeys(notes))
        outcome.console, outcome.scripts = tuple(self.console), tuple(self.ran)
        outcome.sub_exchanges, outcome.visualization = tuple(self.exchanges), self.visualization

    def _cookies_before(self) -> list[Mapping[str, Any]]:
        """Return the cookies that would go with the request as it stands now."""
        jar = self.services.shared.cookies
        return cookies_for(jar, self.services.url(self.item)) if len(jar) else []

    def _filled(self, value: Any) -> Any:
        """Return a JSON value with what stands in its texts filled in, as far as it has a value."""
        scope = self.services.layers.scope.near(self.item.variables)
        dynamic = self.services.shared.dynamic.at(self.iteration, f"{self.item.node_id} shown to scripts")
        renderer = Renderer(scope, dynamic, RenderOptions(send_unresolved=True))
        try:
            return renderer.texts_in(value, self.item.request.location)
        except RecursionError as error:
            raise ScriptError(_TOO_DEEP, location=self.item.request.location) from error

    def _events(self, listen: str) -> list[Event]:
        return [event for event in self.item.scripts() if event.listen == listen]

    def _run(self, event: Event, members: Mapping[str, Any]) -> ScriptResult:
        try:
            context = f"{{{self.services.layers.context()},{json.dumps(members)[1:]}"
        except RecursionError as error:
            raise ScriptError(_TOO_DEEP, location=self.item.request.location) from error
        limit, left = self.services.options.script_timeout_s, self.services.shared.remaining()
        limit = min((time for time in (limit, left) if time is not None), default=None)
        result = run_script(self.host, event, context, self._options(event), self.services, limit)
        self._take(event, result)
        if result.problems and limit is not None and limit == left and self.services.shared.overdue:
            told = f"the time of the whole run was over while the {event.listen} script ran (--timeout)"
            raise TimedOut(told, location=event.text or event.location)
        return result

    def _take(self, event: Event, result: ScriptResult) -> None:
        title = script_title(event)
        self.ran.append(title)
        self.services.layers.take(result.outcome.layers)
        self.assertions.extend(result.assertions)
        self.console.extend(ConsoleMessage(level, text, title) for level, text in result.console)
        self.accepts_status |= result.accepts_status
        if result.next_request is not NO_JUMP:
            self.jumped(result.next_request, title)
        drawn = result.outcome.returned.get("visualizer")
        if isinstance(drawn, dict):
            self.visualization = Visualization(
                str(drawn.get("template")), json.dumps(drawn.get("data"), ensure_ascii=False)
            )

    def _fail(self, event: Event, problems: tuple[Problem, ...]) -> None:
        for problem in problems:
            name = script_ran(event.listen, event.owner)
            actual = problem.summary.partition(" failed: ")[2]
            self.assertions.append(Assertion(name, False, "script", "", actual, problem.location))

    def _options(self, event: Event) -> dict[str, Any]:
        item = self.item
        return {
            "cursor": {"iteration": self.iteration, "cycles": self.iterations},
            "legacy": {
                "_itemId": item.id or item.node_id,
                "_itemName": item.name,
                "_itemPath": [self.services.collection, *item.folders, item.name],
                "_eventItemName": event.owner,
            },
            "resolvedPackages": packages_of(event.script, self.services.options.packages),
        }


_TOO_DEEP = "the request is nested too deeply to be shown to a script"
_SEND_HINT = "`--send-after-script-error` sends the request all the same, as Newman does"
