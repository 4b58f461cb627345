"""What does the configuration say about a collection?

Two files speak: `<collection name>.harness.toml` beside the collection, and `[tool.harness]` of the nearest
pyproject.toml. A flag wins over `[environments.X]`, that over the top level of the collection's file, that over
`[tool.harness]`. Protection only ever gets tighter from one to the next. What is not used now must be right, too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.collection.find import collection_stem
from harness.config.rules import known_drifts, problems, rules
from harness.config.toml_file import TomlFile
from harness.errors import InvalidConfig, Problem, did_you_mean
from harness.location import Location
from harness.runner.options import CollectionSettings, Flags
from harness.transport.guard import Guard, tightest_hosts
from harness.variables.environment import Environment

__all__ = ["settings_for"]


def settings_for(
    collection_file: Path, environment: Environment | None, *, flags: Flags | None = None, profile: str | None = None
) -> CollectionSettings:
    """Return what both files say about the collection under this environment; `flags` win.

    Raises `InvalidConfig` with every wrong key and value.
    """
    layers = [*_tool_layers(collection_file.parent, profile), *_file_layers(collection_file, environment)]
    problems = [problem for layer in layers for problem in layer.problems()]
    if problems:
        raise InvalidConfig.of(problems)
    used = [layer for layer in layers if layer.used]
    flags = flags or Flags()
    openapi = next((layer for layer in reversed(used) if "openapi" in layer.table), None)
    return CollectionSettings(
        match=flags.match or _last(used, "match") or "shape",
        rules=tuple(rule for layer in used for rule in rules(layer.file, layer.path, layer.table)),
        known_drift=tuple(each for layer in used for each in known_drifts(layer.file, layer.path, layer.table)),
        fail_on=flags.fail_on or _last(used, "fail_on") or "breaking",
        guard=Guard(
            protected=any(layer.table.get("protected", False) for layer in used),
            hosts=tightest_hosts(tuple(layer.table["hosts"]) for layer in used if "hosts" in layer.table),
        ),
        openapi=flags.openapi or (None if openapi is None else openapi.beside("openapi")),
        openapi_location=None if flags.openapi or openapi is None else openapi.place("openapi"),
        literal=frozenset(name for layer in used for name in layer.table.get("literal", ())),
    )


def _last(layers: Sequence[_Layer], name: str) -> Any:
    """Return the value that wins over those of the more general layers."""
    return next((layer.table[name] for layer in reversed(layers) if name in layer.table), None)


@dataclass(frozen=True, slots=True)
class _Layer:
    """One table of one configuration file, and whether it counts under the environment and profile of the call."""

    kind: str
    file: TomlFile
    path: tuple[str, ...]
    table: Any
    used: bool = True

    def place(self, key: str) -> Location:
        """Return where a key stands."""
        return self.file.place(*self.path, key)

    def beside(self, key: str) -> Path:
        """Return the file that a key names, relative to the file it stands in."""
        return Path(self.file.source.name).parent / str(self.table[key])

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong with the table."""
        yield from problems(self.kind, self.file, self.path, self.table)
        for name, kind in (("rules", "rule"), ("known_drift", "known drift")):
            entries = self.table.get(name) if isinstance(self.table, Mapping) else None
            for index, entry in enumerate(entries if isinstance(entries, list) else ()):
                yield from problems(kind, self.file, (*self.path, name, index), entry)


def _file_layers(collection_file: Path, environment: Environment | None) -> Iterator[_Layer]:
    path = collection_file.with_name(f"{collection_stem(collection_file)}.harness.toml")
    if not os.path.lexists(path):
        return
    file = TomlFile.read(path)
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
        file = TomlFile.read(path)
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
