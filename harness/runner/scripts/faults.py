"""What is wrong with the scripts of some items, as far as can be told without running them?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from harness.collection.model import Event, Item
from harness.errors import Problem
from harness.runner.scripts.packages import packages_of
from harness.script.execute import script_title
from harness.script.mini_racer import MiniRacerEngine, syntax_error
from harness.script.place import place_of_syntax_error

__all__ = ["faults_of_scripts"]


def faults_of_scripts(items: Iterable[Item], packages: Path | None) -> Iterator[Problem]:
    """Yield the scripts that cannot be read and the packages that are not there; each script is told of once."""
    events = list(dict.fromkeys(event for item in items for event in item.scripts()))
    if not events:  # then there is no need for an engine
        return
    with closing(MiniRacerEngine()) as engine:
        for event in events:
            yield from _unreadable(engine, event)
            for name, package in packages_of(event.script, packages).items():
                if "error" in package:
                    summary = f"{script_title(event)} requires the package `{name}`: {package['error']}"
                    yield Problem(summary, event.text or event.location)


def _unreadable(engine: MiniRacerEngine, event: Event) -> Iterator[Problem]:
    error = syntax_error(engine, event.script)
    if error is not None:
        words, line, column = error
        yield Problem(f"{script_title(event)} cannot be read: {words}", place_of_syntax_error(event, line, column))
