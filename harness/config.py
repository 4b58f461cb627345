"""What does the configuration say about a collection?

Two files speak: `<collection name>.harness.toml` beside the collection, and `[tool.harness]` of the nearest
pyproject.toml. A flag wins over `[environments.X]`, that over the top level of the collection's file, that over
`[tool.harness]`. Protection only ever gets tighter from one to the next.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.checks.rule import MATCH_MODES, Match, Rule
from harness.collection.document import read_source
from harness.collection.reader import type_name
from harness.errors import InvalidConfig, Problem, did_you_mean
from harness.location import Location
from harness.runner.options import CollectionSettings
from harness.source import Source
from harness.transport.guard import Guard, tightest_hosts
from harness.variables.environment import Environment

__all__ = ["settings_for"]

_PROTECTION = {"protected": bool, "hosts": list}
_TOP = {**_PROTECTION, "match": str, "literal": list, "rules": list}
_KEYS: Mapping[str, Mapping[str, type]] = {
    "file": {**_TOP, "environments": dict},
    "tool": {**_TOP, "profiles": dict},
    "profile": _TOP,
    "environment": {**_PROTECTION, "match": str, "literal": list},
    "rule": {
        "select": object,
        "status": int,
        "schema": str,
        "match": str,
        "expect_status": int,
        "literal": list,
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
    modes = [layer.table["match"] for layer in layers if "match" in layer.table]
    hosts = [tuple(layer.table["hosts"]) for layer in layers if "hosts" in layer.table]
    return CollectionSettings(
        match=match or (modes[-1] if modes else "shape"),
        rules=tuple(rule for layer in layers for rule in layer.rules()),
        guard=Guard(
            protected=any(layer.table.get("protected", False) for layer in layers),
            hosts=tightest_hosts(hosts),
        ),
        literal=frozenset(name for layer in layers for name in layer.table.get("literal", ())),
    )


@dataclass(frozen=True, slots=True)
class _Layer:
    """One table of one configuration file."""

    kind: str
    table: Mapping[str, Any]
    source: Source
    path: tuple[str, ...] = ()

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong with the table."""
        yield from self._wrong(self.kind, self.table, self.path)
        for index, rule in enumerate(self._rule_tables()):
            yield from self._wrong("rule", rule, (*self.path, "rules"), index)
            if not isinstance(rule.get("select", ""), str | list):
                yield Problem("`select` is a node path or a list of them", self._place("select", index))

    def rules(self) -> Iterator[Rule]:
        """Yield the rules of the table; `schema` is relative to the file."""
        folder = Path(self.source.name).parent
        for index, rule in enumerate(self._rule_tables()):
            select = rule.get("select", "*")
            yield Rule(
                select=(select,) if isinstance(select, str) else tuple(select),
                location=self._place("schema" if "schema" in rule else "select", index),
                status=rule.get("status"),
                schema=folder / rule["schema"] if "schema" in rule else None,
                match=rule.get("match"),
                expect_status=rule.get("expect_status"),
                literal=frozenset(rule.get("literal", ())),
            )

    def _rule_tables(self) -> list[Mapping[str, Any]]:
        rules = self.table.get("rules", [])
        return [rule for rule in rules if isinstance(rule, Mapping)] if isinstance(rules, list) else []

    def _wrong(
        self, kind: str, table: Mapping[str, Any], path: tuple[str, ...], index: int | None = None
    ) -> Iterator[Problem]:
        known = _KEYS[kind]
        for key, value in table.items():
            place = self._place(key, index)
            if key not in known:
                yield Problem(
                    f"unknown key `{key}`", place, did_you_mean(key, known) or f"known are {', '.join(known)}"
                )
            elif not _fits(value, known[key]):
                yield Problem(f"`{key}` is {_WORDS[known[key]]}, not {type_name(value)}", place)
            elif key == "match" and value not in MATCH_MODES:
                hint = did_you_mean(str(value), MATCH_MODES) or f"known are {', '.join(MATCH_MODES)}"
                yield Problem(f"unknown match mode `{value}`", place, hint)
            elif known[key] is list and key != "rules" and not all(isinstance(entry, str) for entry in value):
                yield Problem(f"`{key}` is a list of strings", place)

    def _place(self, key: str, rule: int | None = None) -> Location:
        """Return where a key stands; TOML readers tell no positions, so its line is looked for in its table."""
        start = _table_start(self.source.text, self.path)
        if rule is not None:
            headers = list(re.finditer(r"^[ \t]*\[\[[^\]\n]*rules\]\]", self.source.text[start:], re.MULTILINE))
            start += headers[rule].end() if rule < len(headers) else 0
        match = re.compile(rf'^[ \t]*"?{re.escape(key)}"?[ \t]*=', re.MULTILINE).search(self.source.text, start)
        offset = start if match is None else match.end() - len(match[0].lstrip())
        return Location(self.source, offset=offset)


_WORDS = {bool: "true or false", list: "a list", str: "a string", int: "a number", dict: "a table", object: "anything"}


def _fits(value: object, kind: type) -> bool:
    if kind is int and isinstance(value, bool):
        return False
    return isinstance(value, kind)


def _table_start(text: str, path: tuple[str, ...]) -> int:
    if not path:
        return 0
    names = r"\.".join(rf'["\']?{re.escape(name)}["\']?' for name in path)
    match = re.search(rf"^[ \t]*\[[ \t]*{names}[ \t]*\]", text, re.MULTILINE)
    return match.end() if match else 0


def _file_layers(collection_file: Path, environment: Environment | None) -> Iterator[_Layer]:
    stem = collection_file.name.removesuffix(".json").removesuffix(".postman_collection")
    path = collection_file.with_name(f"{stem}.harness.toml")
    if not path.is_file():
        return
    source, table = _read(path)
    top = {key: value for key, value in table.items() if key != "environments"}
    yield _Layer("file", top, source)
    environments = table.get("environments", {})
    if not isinstance(environments, Mapping):
        raise InvalidConfig("`environments` is a table", location=Location(source, offset=0))
    for name, inner in environments.items():
        if not isinstance(inner, Mapping):
            hint = f"write [environments.{name}] on a line of its own"
            raise InvalidConfig(f"`environments.{name}` is a table", location=Location(source, offset=0), hint=hint)
        if environment is not None and name in environment.names:
            yield _Layer("environment", inner, source, ("environments", name))
        else:  # also what is not used now must be right
            _raise_any(_Layer("environment", inner, source, ("environments", name)))


def _raise_any(layer: _Layer) -> None:
    problems = list(layer.problems())
    if problems:
        raise InvalidConfig.of(problems)


def _tool_layers(folder: Path, profile: str | None) -> Iterator[_Layer]:
    path = next((path for parent in _upwards(folder) if (path := parent / "pyproject.toml").is_file()), None)
    table: Mapping[str, Any] = {}
    if path is not None:
        source, document = _read(path)
        table = document.get("tool", {}).get("harness", {})
        if table:
            yield _Layer(
                "tool", {key: value for key, value in table.items() if key != "profiles"}, source, ("tool", "harness")
            )
    if profile is None:
        return
    profiles = table.get("profiles", {})
    if path is None or profile not in profiles:
        raise InvalidConfig(
            f"no profile is called `{profile}`",
            hint=did_you_mean(profile, profiles) or f"write [tool.harness.profiles.{profile}] into pyproject.toml",
        )
    yield _Layer("profile", profiles[profile], source, ("tool", "harness", "profiles", profile))


def _upwards(folder: Path) -> Sequence[Path]:
    resolved = folder.resolve()
    return (resolved, *resolved.parents)


def _read(path: Path) -> tuple[Source, Mapping[str, Any]]:
    source = read_source(path, InvalidConfig)
    try:
        return source, tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"at line (\d+), column (\d+)", str(error))
        offset = len(source.text)
        if where is not None:
            lines = source.text.split("\n")[: int(where[1]) - 1]
            offset = sum(len(line) + 1 for line in lines) + int(where[2]) - 1
        reason = re.sub(r" \(at .*\)$", "", str(error))
        raise InvalidConfig(
            f"not TOML: {reason[:1].lower()}{reason[1:]}", location=Location(source, offset=offset)
        ) from error
