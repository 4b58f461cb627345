"""What does the configuration say about a collection?

Two files speak: `<collection name>.harness.toml` beside the collection, and `[tool.harness]` of the nearest
pyproject.toml. A flag wins over `[environments.X]`, that over the top level of the collection's file, that over
`[tool.harness]`. Protection only ever gets tighter from one to the next. What is not used now must be right, too.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from harness.checks.rule import MATCH_MODES, Match, Rule
from harness.collection.document import read_source
from harness.collection.find import collection_stem
from harness.collection.reader import type_name
from harness.errors import InvalidConfig, Problem, did_you_mean
from harness.location import Location
from harness.runner.options import CollectionSettings
from harness.source import Source
from harness.transport.guard import Guard, tightest_hosts
from harness.variables.environment import Environment

__all__ = ["settings_for"]

_STRINGS = "a list of strings"
_ENVIRONMENT = {"protected": "true or false", "hosts": _STRINGS, "match": "a string", "literal": _STRINGS}
_TOP = {**_ENVIRONMENT, "rules": "a list of tables"}
_KEYS: Mapping[str, Mapping[str, str]] = {
    "file": {**_TOP, "environments": "a table"},
    "tool": {**_TOP, "profiles": "a table"},
    "profile": _TOP,
    "environment": _ENVIRONMENT,
    "rule": {
        "select": "a string or a list of strings",
        "status": "a whole number",
        "schema": "a string",
        "match": "a string",
        "expect_status": "a whole number",
        "literal": _STRINGS,
    },
}


def settings_for(
    collection_file: Path, environment: Environment | None, *, match: Match | None = None, profile: str | None = None
) -> CollectionSettings:
    """Return what both files say about the collection under this environment; `match` is the flag.

    Raises `InvalidConfig` with every wrong key and value.
    """
    layers = [*_tool_layers(collection_file.parent, profile), *_file_layers(collection_file, environment)]
    problems = [problem for layer in layers for problem in layer.problems()]
    if problems:
        raise InvalidConfig.of(problems)
    used = [layer for layer in layers if layer.used]
    modes = [layer.table["match"] for layer in used if "match" in layer.table]
    return CollectionSettings(
        match=match or (modes[-1] if modes else "shape"),
        rules=tuple(rule for layer in used for rule in layer.rules()),
        guard=Guard(
            protected=any(layer.table.get("protected", False) for layer in used),
            hosts=tightest_hosts(tuple(layer.table["hosts"]) for layer in used if "hosts" in layer.table),
        ),
        literal=frozenset(name for layer in used for name in layer.table.get("literal", ())),
    )


@dataclass(frozen=True, slots=True)
class _Layer:
    """One table of one configuration file, and whether it counts under the environment and profile of the call."""

    kind: str
    file: _TomlFile
    path: tuple[str, ...]
    table: Any
    used: bool = True

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong with the table."""
        yield from self._wrong(self.kind, self.table, self.path)
        rules = self.table.get("rules") if isinstance(self.table, Mapping) else None
        for index, rule in enumerate(rules if isinstance(rules, list) else ()):
            yield from self._wrong("rule", rule, (*self.path, "rules", index))

    def rules(self) -> Iterator[Rule]:
        """Yield the rules of the table; `schema` is relative to the file."""
        folder = Path(self.file.source.name).parent
        for index, rule in enumerate(self.table.get("rules", ())):
            select = rule.get("select", "*")
            yield Rule(
                select=(select,) if isinstance(select, str) else tuple(select),
                location=self.file.place(*self.path, "rules", index, "schema" if "schema" in rule else "select"),
                status=rule.get("status"),
                schema=folder / rule["schema"] if "schema" in rule else None,
                match=rule.get("match"),
                expect_status=rule.get("expect_status"),
                literal=frozenset(rule.get("literal", ())),
            )

    def _wrong(self, kind: str, table: object, path: tuple[str | int, ...]) -> Iterator[Problem]:
        if not isinstance(table, Mapping):
            shown = "a rule" if kind == "rule" else f"`{'.'.join(map(str, path))}`"
            yield Problem(f"{shown} is a table, not {_type_name(table)}", self.file.place(*path))
            return
        for key, value in table.items():
            for summary, hint in _faults(_KEYS[kind], key, value):
                yield Problem(summary, self.file.place(*path, key), hint)


def _file_layers(collection_file: Path, environment: Environment | None) -> Iterator[_Layer]:
    path = collection_file.with_name(f"{collection_stem(collection_file)}.harness.toml")
    if not os.path.lexists(path):
        return
    file = _TomlFile.read(path)
    yield _Layer("file", file, (), file.table)
    # In either case, as a slip must not take the protection off: `live` stands for `Live` as well.
    active = {name.casefold() for name in environment.names} if environment else set()
    for name, table in _tables(file.table, "environments").items():
        yield _Layer("environment", file, ("environments", name), table, used=name.casefold() in active)


def _tool_layers(folder: Path, profile: str | None) -> Iterator[_Layer]:
    parents = (folder.resolve(), *folder.resolve().parents)
    path = next((path for parent in parents if (path := parent / "pyproject.toml").is_file()), None)
    profiles: Mapping[str, Any] = {}
    if path is not None:
        file = _TomlFile.read(path)
        table = _tables(file.table, "tool").get("harness", {})
        profiles = _tables(table, "profiles")
        yield _Layer("tool", file, ("tool", "harness"), table)
        for name, inner in profiles.items():
            yield _Layer("profile", file, ("tool", "harness", "profiles", name), inner, used=name == profile)
    if profile is not None and profile not in profiles:
        hint = did_you_mean(profile, profiles) or f"write [tool.harness.profiles.{profile}] into pyproject.toml"
        raise InvalidConfig(f"no profile is called `{profile}`", hint=hint)


def _tables(table: object, key: str) -> Mapping[str, Any]:
    """Return the tables below `key`; none when it is missing or, which is a problem of its own, no table."""
    inner = table.get(key) if isinstance(table, Mapping) else None
    return inner if isinstance(inner, Mapping) else {}
