"""What is wrong with a placeholder, where does it stand, and what would mend it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.errors import Problem, did_you_mean
from harness.location import Location
from harness.variables.dynamic import NAMES
from harness.variables.scope import VariableScope

__all__ = ["Fault", "FaultList"]

Span = tuple[int, int] | None
_MOST = 100  # of one item: nobody reads more, and each costs a search for near names
_LONGEST_NAME = 200  # that near names are looked for


@dataclass(frozen=True, slots=True)
class Fault:
    """One placeholder that cannot be filled in. `name` is None where no variable is missing, as with a circle."""

    problem: Problem
    name: str | None = None
    endless: bool = False
    """Whether the text grows beyond all measure, so that there is nothing to send."""


class FaultList:
    """The faults of one item, each told once, in the order they were met."""

    def __init__(self, scope: VariableScope, setters: Mapping[str, str]) -> None:
        self.faults: list[Fault] = []
        self._scope = scope
        self._setters = setters

    def unresolved(self, name: str, location: Location, span: Span = None, inside: tuple[str, ...] = ()) -> None:
        """Note that `name` has no value in any layer; `inside` are the variables whose values led to it."""
        found = self._scope.find(name)
        why = f": {found.fault}" if found is not None and found.fault else ""
        via = f" (in the value of {' → '.join(f'`{outer}`' for outer in inside)})" if inside else ""
        self._add(
            f"unresolved variable `{name}`{via}{why}",
            _within(location, span),
            name=name,
            searched=f"searched: {self._scope.searched()}",
        )

    def empty(self, name: str, part: str, location: Location, span: Span = None) -> None:
        """Note that `name` is empty where `part` of the request must hold something."""
        summary = f"unresolved variable `{name}`: it is empty, and {part} must not be"
        self._add(summary, _within(location, span), name=name)

    def sample(self, text: str, location: Location) -> None:
        """Note that a `<string>` or its like was not filled in."""
        hint = "put a value there, or let `--fill-samples` make one up"
        self._add(f"`{text}` is a sample that was not filled in", location, hint)

    def circle(self, names: tuple[str, ...], location: Location) -> None:
        """Note that variables lead back to themselves, or so deep that they may as well."""
        self._add(f"the variables never end: {' → '.join(names)}", location, "one of them must hold a plain value")

    def endless(self, location: Location) -> None:
        """Note that a text grows beyond all measure."""
        if not any(fault.endless for fault in self.faults):
            problem = Problem("the variables of this text make it endlessly long", location)
            self.faults.append(Fault(problem, endless=True))

    def _add(
        self,
        summary: str,
        location: Location,
        hint: str | None = None,
        name: str | None = None,
        searched: str | None = None,
    ) -> None:
        if len(self.faults) >= _MOST or any(fault.problem.summary == summary for fault in self.faults):
            return
        hint = hint if name is None else self._hint(name)
        self.faults.append(Fault(Problem(summary, location, hint, searched=searched), name))

    def _hint(self, name: str) -> str | None:
        if name.startswith("$env."):
            return "`$env` is read in environment and globals files and flags only: give it a name there"
        if name.startswith("$"):
            near = did_you_mean(name, [f"${known}" for known in NAMES])
            return near or f"Postman has no dynamic variable `{name}`"
        setter = self._setters.get(name)
        near = did_you_mean(name, self._scope.names() - {name}) if len(name) <= _LONGEST_NAME else None
        file = self._scope.environment_file
        found = self._scope.find(name)
        if found is not None and found.fault:
            return "export it, or put it into .env" if " has no " in found.fault else None
        way = f"set it in {file} or pass `--env-var {name}=…`" if file else f"pass `--env-var {name}=…`"
        if setter:
            return f"the script of {setter} sets it, and has not run; {way}"
        return f"{near} {way[0].upper()}{way[1:]}" if near else way


def _within(location: Location, span: Span) -> Location:
    return location if span is None else location.within(*span)
