"""Which variables does an environment or globals file give, and which do the flags?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.collection.document import YAML_ENDINGS, read_document
from harness.collection.formats.shape import object_of
from harness.collection.formats.v3_request import pairs
from harness.collection.formats.yaml_text import YamlSource
from harness.collection.reader import Node, type_name
from harness.collection.typed import typed
from harness.errors import InvalidEnvironment, Problem, UsageError
from harness.location import Location
from harness.source import Source
from harness.variables.process_env import fill_env, process_environment
from harness.variables.scope import Value

__all__ = ["Environment", "flag_values", "load_environment"]


@dataclass(frozen=True, slots=True)
class Environment:
    """An environment or globals file."""

    name: str
    values: Mapping[str, Value]
    file: str
    problems: tuple[Problem, ...] = field(default=())
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The document as it was read."""

    @property
    def names(self) -> frozenset[str]:
        """The names it goes by in the configuration: its own, and its file's without the endings."""
        stem = Path(self.file).name
        for ending in (".json", *YAML_ENDINGS):
            stem = stem.removesuffix(ending)
        for ending in (".postman_environment", ".postman_globals", ".environment", ".globals"):
            stem = stem.removesuffix(ending)
        return frozenset((self.name, stem))


def load_environment(path: Path | str | Source, env: Mapping[str, str] | None = None) -> Environment:
    """Read an environment or globals file: `{"name", "values": [{key, value, enabled, type}]}`, or a bare list.

    Of JSON, or of YAML as format v3 has it (`*.environment.yaml`, `*.globals.yaml`), where `values` may be a map.

    `{{$env.NAME}}` in values is filled in from `env`, by default the process environment and `.env`.
    Raises `InvalidEnvironment`, naming every fault.
    """
    env = process_environment() if env is None else env
    source, document, problems = read_document(path, InvalidEnvironment)
    root = Node(document, Location(source), problems)
    inner = root.get("environment") or root.get("globals")
    if inner is not None and inner.is_object:
        root = inner
    if isinstance(document, list):
        root = object_of(root, {"values": root})
    found = root.value.get("values") if root.is_object else None
    if not isinstance(found, list) and not (isinstance(found, dict) and isinstance(source, YamlSource)):
        raise InvalidEnvironment(
            "not a Postman environment or globals file",
            location=root.location,
            hint=_advice(root),
        )
    values: dict[str, Value] = {}
    for key, value in _values(root, env):
        if key in values:
            Node(key, value.location or root.location, problems).warn(f"`{key}` is set twice: the last value counts")
        values[key] = value
    faults = [problem for problem in problems if problem.severity == "error"]
    if faults:
        raise InvalidEnvironment.of(faults)
    return Environment(root.text("name") or _stem(source.name), values, source.name, tuple(problems), root.value)


def _stem(path: str) -> str:
    return Path(path).name.partition(".")[0]


def _advice(root: Node) -> str:
    if root.is_object and ("item" in root.value or "info" in root.value):
        return "this is a collection: name it without `-e` or `-g`"
    found = "" if root.is_object else f"; this is {type_name(root.value)}"
    return f'it holds {{"name": …, "values": [{{"key": …, "value": …}}]}}{found}'


def _values(root: Node, env: Mapping[str, str]) -> Iterator[tuple[str, Value]]:
    found = pairs(root, "values")
    for entry in object_of(root, {"values": found}).objects("values"):
        key = entry.text("key", "id")
        if key is None:
            entry.fault("a variable without a `key`")
            continue
        if entry.flag("disabled"):
            continue
        kind = entry.text("type")
        value = typed(entry.value.get("value"), kind)
        yield key, fill_env(value, env, entry.location.child("value"), secret=kind == "secret")


def flag_values(pairs: Sequence[str], flag: str, env: Mapping[str, str]) -> dict[str, Value]:
    """Return the variables of repeated `NAME=VALUE` flags; `NAME=env:OTHER` takes OTHER from the process environment.

    Raises `UsageError` for a pair without `=` and for an environment variable that is not set.
    """
    values = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals or not name:
            raise UsageError(f"{flag} takes NAME=VALUE, not `{name}`", hint=f"such as {flag} base_url=http://localhost")
        if text.startswith("env:"):
            variable = text.removeprefix("env:")
            if variable not in env:
                raise UsageError(
                    f"{flag} {name}: the process environment has no `{variable}`",
                    hint=f"export {variable}=… or put it into .env",
                )
            outside = env[variable]
            values[name] = Value(outside, secret=True, final=True, parts=(outside,), written=f"{{{{$env.{variable}}}}}")
        else:
            values[name] = fill_env(text, env, None)
            if values[name].fault:
                raise UsageError(f"{flag} {name}: {values[name].fault}")
    return values
