"""What does one script of a collection come to: assertions, changes, a jump, errors with their place?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.checks.assertion import Assertion
from harness.collection.model import Event
from harness.errors import Problem, ScriptError
from harness.location import Location
from harness.script.console import console_text
from harness.script.host import PROLOGUE, ScriptCall, ScriptHost, Services
from harness.script.outcome import Fault, Outcome
from harness.script.place import line_of_error, place_of_line, place_of_syntax_error

__all__ = ["NO_JUMP", "ScriptResult", "changed_members", "run_script", "script_title"]

NO_JUMP = object()
"""What `next_request` is where a script says nothing of it; None ends the iteration."""
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class ScriptResult:
    """One script of the collection and what came of it."""

    event: Event
    outcome: Outcome
    assertions: tuple[Assertion, ...]
    problems: tuple[Problem, ...]
    """The errors it did not catch, each with its place in the file."""
    console: tuple[tuple[str, str], ...]
    """Level and text."""
    accepts_status: bool
    """Whether an assertion that passed has looked at the status of the answer."""

    @property
    def next_request(self) -> Any:
        """The name or id that the script gave to setNextRequest."""
        name = self.outcome.returned.get("nextRequest", NO_JUMP)
        return str(name) if isinstance(name, int | float) and not isinstance(name, bool) else name


def script_title(event: Event) -> str:
    """Return how a script is called: by its owner and when it runs."""
    return f"{event.owner} › {event.listen}"


def run_script(
    host: ScriptHost,
    event: Event,
    context: str,
    options: Mapping[str, Any],
    services: Services,
    timeout_s: float | None = None,
) -> ScriptResult:
    """Run one script and return what came of it.

    Raises `ScriptError` when no script can run at all, or the engine has crashed; it points at the script.
    """
    try:
        outcome = host.execute(ScriptCall(event.listen, event.script, context, options, timeout_s), services)
    except ScriptError as error:
        place = error.location or event.text or event.location
        raise type(error)(error.summary, location=place, hint=error.hint) from error
    return ScriptResult(
        event,
        outcome,
        tuple(_assertion(each, event, outcome) for each in outcome.assertions),
        tuple(_problem(host, fault, event, outcome) for fault in outcome.faults),
        tuple((level, console_text(text)) for level, text in outcome.console),
        any(each.get("statusRead") and each["passed"] and not each["skipped"] for each in outcome.assertions),
    )


def _assertion(told: Mapping[str, Any], event: Event, outcome: Outcome) -> Assertion:
    passed, error = bool(told.get("passed")), told.get("error")
    name = str(told.get("name"))
    if passed or told.get("skipped"):
        return Assertion(name, True, "script", skipped=bool(told.get("skipped")))
    details: Mapping[str, Any] = error if isinstance(error, Mapping) else {"message": error}
    kind = details.get("name")
    message = str(details.get("message") if details.get("message") is not None else "what was thrown has no message")
    told_as = message if kind in (None, "AssertionError", "Error") else f"{kind}: {message}"
    place = _place(str(details.get("stack") or ""), event, outcome) or event.location
    return Assertion(name, False, "script", "", told_as[:_LONGEST], place)


def _problem(host: ScriptHost, fault: Fault, event: Event, outcome: Outcome) -> Problem:
    place = _place(fault.stack, event, outcome) or (_unreadable(host, event) if fault.name == "SyntaxError" else None)
    summary = f"the {event.listen} script of “{event.owner}” failed: {str(fault)[:_LONGEST]}"
    return Problem(summary, place or event.text or event.location)


def _place(stack: str, event: Event, outcome: Outcome) -> Location | None:
    lines = event.script.count("\n") + 1
    found = line_of_error(stack, len(PROLOGUE), lines) if stack else None
    if found is None:
        return None
    line, column = found
    return place_of_line(event, line, outcome.column(line, column))


def _unreadable(host: ScriptHost, event: Event) -> Location | None:
    """Return where the script cannot be read, which the sandbox does not tell; None when it can."""
    error = host.syntax_error(event.script)
    return None if error is None else place_of_syntax_error(event, *error[1:])


def changed_members(outcome: Outcome) -> dict[str, Any] | None:
    """Return the members of the request that a prerequest script has changed, or None for none.

    Those that Postman sends on (postman-runtime, item.command.js): not the name, for one. A body or auth that a script
    has taken away is still sent there; a body of null is none.
    """
    if outcome.request is None:
        return None
    new = {"header": [], **json.loads(outcome.request)}
    old = {"header": [], **(json.loads(outcome.request_before) if outcome.request_before else {})}
    members = [name for name in ("url", "method", "header", "body") if name in new] + ["auth"] * bool(new.get("auth"))
    return {name: new[name] for name in members if name not in old or new[name] != old[name]}
