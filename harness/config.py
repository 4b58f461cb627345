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

from harness.checks.rule import MATCH_MODES, PROVOKE, Match, Rule
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
        "provoke": "a string",
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
class _TomlFile:
    """One configuration file. TOML readers tell no positions, so the places of keys are looked up in its text."""

    source: Source
    table: Mapping[str, Any]

    @classmethod
    def read(cls, path: Path) -> _TomlFile:
        """Read a file. Raises `InvalidConfig` with line and column when it is not TOML."""
        source = read_source(path, InvalidConfig)
        try:
            return cls(source, tomllib.loads(source.text))
        except tomllib.TOMLDecodeError as error:
            reason = re.sub(r" \(at .*\)$", "", str(error))
            place = Location(source, offset=_offset_of(error, source.text))
            raise InvalidConfig(f"not TOML: {reason[:1].lower()}{reason[1:]}", location=place) from error
        except (RecursionError, ValueError) as error:  # ValueError: a number of thousands of digits
            raise InvalidConfig("not TOML that can be read", location=Location(source, offset=0)) from error

    def place(self, *path: str | int) -> Location:
        """Return where the key or table at `path` stands; else the nearest table around it."""
        lengths = range(len(path), 0, -1)
        offsets = (offset for length in lengths if (offset := self._offset(path[:length])) is not None)
        return Location(self.source, offset=next(offsets, 0))

    def _offset(self, path: tuple[str | int, ...]) -> int | None:
        for split in range(len(path) - 1, -1, -1):
            key = re.compile(rf"^[ \t]*({_written(path[split:])})[ \t]*=", re.MULTILINE)
            extent = self._extent(path[:split])
            if extent is not None and (match := key.search(self.source.text, *extent)):
                return match.start(1)
        header = self._header(path)
        return header.start(1) if header else None

    def _extent(self, table: tuple[str | int, ...]) -> tuple[int, int] | None:
        """Return where the lines of a table begin and end, or None when it has no header."""
        header = self._header(table)
        if table and header is None:
            return None
        start = header.end() if header else 0
        following = re.compile(r"^[ \t]*\[", re.MULTILINE).search(self.source.text, start)
        return start, following.start() if following else len(self.source.text)

    def _header(self, table: tuple[str | int, ...]) -> re.Match[str] | None:
        """Return the header of a table, `(…, "rules", 2)` being the third `[[….rules]]`."""
        if not table:
            return None
        index = table[-1] if isinstance(table[-1], int) else None
        pattern = rf"\[[ \t]*{_written(table if index is None else table[:-1])}[ \t]*\]"
        if index is not None:
            pattern = rf"\[{pattern}\]"
        headers = re.finditer(rf"^[ \t]*({pattern})", self.source.text, re.MULTILINE)
        return next(islice(headers, index or 0, None), None)


def _written(names: Sequence[str | int]) -> str:
    """Return a pattern for a dotted key, each name bare or quoted."""
    return r"[ \t]*\.[ \t]*".join(rf"""(?:{name}|"{name}"|'{name}')""" for name in map(re.escape, map(str, names)))


def _offset_of(error: tomllib.TOMLDecodeError, text: str) -> int:
    where = re.search(r"at line (\d+), column (\d+)", str(error))
    if where is None:
        return len(text)
    lines = text.split("\n")[: int(where[1]) - 1]
    return sum(len(line) + 1 for line in lines) + int(where[2]) - 1


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
                provoke=rule.get("provoke"),
            )

    def _wrong(self, kind: str, table: object, path: tuple[str | int, ...]) -> Iterator[Problem]:
        if not isinstance(table, Mapping):
            shown = "a rule" if kind == "rule" else f"`{'.'.join(map(str, path))}`"
            yield Problem(f"{shown} is a table, not {_type_name(table)}", self.file.place(*path))
            return
        for key, value in table.items():
            for summary, hint in _faults(_KEYS[kind], key, value):
                yield Problem(summary, self.file.place(*path, key), hint)


def _faults(known: Mapping[str, str], key: str, value: Any) -> Iterator[tuple[str, str | None]]:
    """Yield what is wrong with one key and its value, and what to do about it."""
    if key not in known:
        yield f"unknown key `{key}`", did_you_mean(key, known) or f"known are {', '.join(known)}"
    elif not _is(known[key], value):
        yield f"`{key}` is {known[key]}, not {_type_name(value)}", None
    elif key == "match" and value not in MATCH_MODES:
        yield f"unknown match mode `{value}`", did_you_mean(value, MATCH_MODES) or f"known are {', '.join(MATCH_MODES)}"
    elif key == "provoke" and value not in PROVOKE:
        yield f"an example is provoked {' or '.join(PROVOKE)}, not `{value}`", did_you_mean(value, PROVOKE)
    elif key == "hosts":
        for host in value:
            if "/" in host or not tightest_hosts([(host,)]):
                yield f"`{host}` is no host", "such as api.example.com, *.example.com or localhost:8080"


def _is(kind: str, value: object) -> bool:
    match kind:
        case "true or false":
            return isinstance(value, bool)
        case "a string":
            return isinstance(value, str)
        case "a whole number":
            return isinstance(value, int) and not isinstance(value, bool)
        case "a table":
            return isinstance(value, Mapping)
        case "a list of tables":  # what is in it is looked at rule by rule
            return isinstance(value, list)
    if isinstance(value, str):
        return kind != _STRINGS
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)


def _type_name(value: object) -> str:
    if isinstance(value, list):
        return "a list" if all(isinstance(entry, str) for entry in value) else "a list of something else"
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, float):
        return "a decimal number"
    return type_name(value) if isinstance(value, str | int) else "a date or time"


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
