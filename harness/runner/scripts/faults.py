"""What is wrong with the scripts of some items, as far as can be told without running them?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Literal

from harness.collection.model import Event, Item
from harness.errors import Problem, ScriptError
from harness.location import Location
from harness.runner.scripts.packages import packages_of, required
from harness.script.engine import Engine, EngineError
from harness.script.engine_process import EngineProcess
from harness.script.execute import script_title
from harness.script.host import ScriptHost
from harness.script.place import place_of_line, place_of_syntax_error
from harness.script.reading import Mention, Needs, ScriptReader, not_there
from harness.script.syntax import syntax_error

__all__ = ["faults_of_scripts"]

_KINDS = ("prerequest", "test")
Missing = tuple[dict[tuple[str, ...], str | None], frozenset[str]]


def faults_of_scripts(items: Iterable[Item], packages: Path | None) -> Iterator[Problem]:
    """Yield the scripts that cannot be read, and the members of pm, modules and packages that are not there.

    Each script is told of once, in the order of the file.
    """
    events = list(dict.fromkeys(event for item in items for event in item.scripts()))
    if not events:  # then there is no need for an engine
        return
    needs: dict[Event, Needs] = {}
    missing: dict[str, Missing] = {}
    unreadable: dict[Event, list[Problem]] = {event: [] for event in events}
    try:
        with closing(EngineProcess()) as engine:
            unreadable = {event: list(_unreadable(engine, event)) for event in events}
            needs = _needs(engine, [event for event in events if not unreadable[event]])
        missing = _missing(needs)
    except EngineError as error:
        yield Problem(f"the scripts cannot be read: {error}")
    except ScriptError as error:  # nothing that runs scripts is there
        yield error.problem
        needs, missing = {}, {}
    for event in events:
        yield from unreadable[event]
        if event in needs and event.listen in missing:
            yield from _nowhere(event, needs[event], missing)
        yield from _packages(event, needs.get(event), packages)


def _needs(engine: Engine, events: Iterable[Event]) -> dict[Event, Needs]:
    reader = ScriptReader(engine)
    return {event: reader.needs_of(event.script) for event in events}


def _missing(needs: Mapping[Event, Needs]) -> dict[str, Missing]:
    """Return by kind of script what the sandbox does not have; what any script sets or asks for first is excused."""
    excused = {names for need in needs.values() for names in need.excused}
    with closing(ScriptHost()) as host:
        members = {mention.names for need in needs.values() for mention in need.members}
        members = {names for names in members if not any(names[:end] in excused for end in range(1, len(names) + 1))}
        modules = {mention.names[0] for need in needs.values() for mention in need.modules}
        if not members and not modules:
            return dict.fromkeys(_KINDS, ({}, frozenset()))
        return {listen: not_there(host, listen, members, modules) for listen in _KINDS}


def _nowhere(event: Event, needs: Needs, missing: Mapping[str, Missing]) -> Iterator[Problem]:
    members, modules = missing[event.listen]
    # What stands in a function may be there when a script of the other kind calls it.
    everywhere = set.intersection(*(set(names) for names, _ in missing.values()))
    for mention in dict.fromkeys(needs.members):
        if mention.names in (everywhere if mention.inner else members):
            name, kind = f"pm.{'.'.join(mention.names)}", event.listen
            words = f"{script_title(event)} uses `{name}`, which a {kind} script does not have"
            severity: Literal["error", "warning"] = "warning" if mention.read else "error"
            yield Problem(words, _of_mention(event, mention), hint=members[mention.names], severity=severity)
    for mention in needs.modules:
        if mention.names[0] in modules:
            words = f"{script_title(event)} requires the module `{mention.names[0]}`, which the sandbox does not have"
            yield Problem(words, _of_mention(event, mention))


def _packages(event: Event, needs: Needs | None, folder: Path | None) -> Iterator[Problem]:
    mentions = () if needs is None else needs.packages
    places = {mention.names[0]: _of_mention(event, mention) for mention in reversed(mentions)}
    # A name that was found in the text and not in the code stands in a comment.
    comments = set() if needs is None else {*required(event.script)} - {*places}
    for name, package in packages_of(event.script, folder).items():
        if "error" in package and name not in comments:
            summary = f"{script_title(event)} requires the package `{name}`: {package['error']}"
            yield Problem(summary, places.get(name) or event.text or event.location)


def _of_mention(event: Event, mention: Mention) -> Location:
    return place_of_line(event, mention.line, mention.column, mention.length)


def _unreadable(engine: Engine, event: Event) -> Iterator[Problem]:
    error = syntax_error(engine, event.script)
    if error is not None:
        words, line, column = error
        yield Problem(f"{script_title(event)} cannot be read: {words}", place_of_syntax_error(event, line, column))
