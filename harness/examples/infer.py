"""Which schemas do the examples of a collection stand for, and which rules bind them to its requests?

Files of the user are not written over: a schema file that says something else stays unless told otherwise, and rules
are added behind those that are there.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from glob import escape
from pathlib import Path
from typing import Any

from harness.checks.body.contract import json_of
from harness.checks.rule import Rule
from harness.checks.schema.infer import inferred_schema
from harness.collection.document import read_source
from harness.collection.find import collection_stem
from harness.collection.model import Collection, Example, Item
from harness.collection.selection import matches
from harness.collection.write import save
from harness.errors import InvalidCollection, InvalidConfig, ReportError, UsageError
from harness.location import Location

__all__ = ["AddedRules", "Inferred", "added_rules", "infer", "write_schemas"]

_UNSAFE = re.compile(r"[^a-z0-9]+")
_LONGEST_NAME = 80
_MAX_DEPTH = 100  # a schema is read with some ten calls for each level of it


@dataclass(frozen=True, slots=True)
class Inferred:
    """The schema of a request's answers of one status."""

    item: Item
    status: int | None
    file: Path
    schema: dict[str, Any]
    examples: int
    """From how many it was inferred."""
    select: str | None
    """What names the request alone in a rule; None where it is not bound by one."""
    unbound: str | None = None
    """Why it is not."""

    @property
    def text(self) -> str:
        """The file's text."""
        return json.dumps(self.schema, indent=2, ensure_ascii=False) + "\n"


def infer(collection: Collection, items: Iterable[Item], folder: Path) -> Iterator[Inferred]:
    """Yield a schema for each request and status that has JSON examples.

    Raises `InvalidCollection` for an example nested so deeply that no schema of it could be read.
    """
    everything = list(collection.walk())
    taken: set[str] = set()
    for item in items:
        by_status: dict[int | None, list[Any]] = {}
        for example in item.examples:
            body = json_of(example)
            if body is not None:
                _refuse_deep(example, body.value)
                by_status.setdefault(example.code, []).append(body.value)
        shows_success = any(example.code is not None and example.code < 400 for example in item.examples)
        for status, values in by_status.items():
            select, unbound = _selector(item, everything), None
            if select is None:
                unbound = "no name is its alone"
            elif status is not None and status >= 400 and not shows_success:
                # With a rule for it, the error would pass for what is wanted.
                select, unbound = None, f"{status} is an error, and no example shows a success"
            elif status is None and any(example.code is not None for example in item.examples):
                select, unbound = None, "these examples name no status, and others of the request do"
            name = _file_name(item, status, taken)
            schema = inferred_schema(values, f"{item.node_id}, {'any status' if status is None else status}")
            yield Inferred(item, status, folder / name, schema, len(values), select, unbound)


def _refuse_deep(example: Example, value: Any) -> None:
    pending = [(value, 1)]
    while pending:
        found, depth = pending.pop()
        if isinstance(found, dict | list):
            if depth > _MAX_DEPTH:
                summary = f"this example is nested more than {_MAX_DEPTH} deep: no schema is inferred from it"
                place = example.location.child("body")
                raise InvalidCollection(summary, location=place, hint="leave the request out with `--exclude`")
            pending += ((each, depth + 1) for each in (found.values() if isinstance(found, dict) else found))


def _selector(item: Item, everything: list[Item]) -> str | None:
    """Return what names the item and no other in a rule."""
    for name in (item.node_id, escape(item.node_id), item.id):
        if name and [each for each in everything if matches(each, name)] == [item]:
            return name
    return None


def _file_name(item: Item, status: int | None, taken: set[str]) -> str:
    base = _UNSAFE.sub("-", item.node_id.lower()).strip("-")[-_LONGEST_NAME:].strip("-") or "request"
    ending = "" if status is None else f".{status}"
    name, count = f"{base}{ending}.json", 2
    while name in taken:
        name, count = f"{base}-{count}{ending}.json", count + 1
    taken.add(name)
    return name


def write_schemas(found: Iterable[Inferred], *, overwrite: bool) -> Iterator[tuple[Inferred, str]]:
    """Write each schema file and yield what became of it: written, unchanged, or kept as it says something else."""
    for each in found:
        data = each.text.encode("utf-8", "backslashreplace")
        if _says(each.file, data):
            yield each, "unchanged"
        elif os.path.lexists(each.file) and not overwrite:
            yield each, "kept"
        else:
            try:
                each.file.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise ReportError(f"cannot write {each.file}: {error.strerror or error}") from error
            save(each.file, data)
            yield each, "written"


def _says(file: Path, data: bytes) -> bool:
    try:
        return file.read_bytes() == data
    except (OSError, ValueError):  # what cannot be read, cannot be written either, and that is told
        return False


@dataclass(frozen=True, slots=True)
class AddedRules:
    """The file with the rules of a collection, and what it says with those that were added."""

    file: Path
    data: bytes
    count: int

    def save(self) -> None:
        """Write the file where there is anything new. Raises `ReportError`."""
        if self.count:
            save(self.file, self.data)


def added_rules(collection: Collection, found: Iterable[Inferred], rules: Iterable[Rule]) -> AddedRules:
    """Return a rule for each schema that none of `rules` binds already, behind what the file says. Writes nothing.

    Raises `InvalidConfig` for a file that nothing can be added to, `UsageError` for schemas outside of its folder.
    """
    path = Path(collection.location.file)
    path = path.with_name(f"{collection_stem(path)}.harness.toml")
    root = path.resolve().parent
    known = {(rule.schema.resolve(), rule.status) for rule in rules if rule.schema is not None}
    wanted = [each for each in found if each.select and (each.file.resolve(), each.status) not in known]
    entries = []
    for each in wanted:
        if not each.file.resolve().is_relative_to(root):
            hint = f"choose a folder below {path.parent}"
            raise UsageError(f"a rule cannot name a schema outside of its folder: {each.file}", hint=hint)
        entries.append(_entry(each, each.file.resolve().relative_to(root).as_posix()))
    source = read_source(path, InvalidConfig) if os.path.lexists(path) else None
    before = "" if source is None else source.text.rstrip() + "\n\n"
    text = before + "\n".join(entries)
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = None if source is None else Location(source, offset=0)
        hint = "write `rules` as `[[rules]]` tables"
        raise InvalidConfig("no rules can be added behind what this file says", location=place, hint=hint) from error
    return AddedRules(path, text.encode("utf-8") if source is None else source.encoded(text), len(entries))


def _entry(each: Inferred, schema: str) -> str:
    lines = ["[[rules]]", f"select = {_toml(each.select or '')}"]
    if each.status is not None:
        lines.append(f"status = {each.status}")
    return "\n".join([*lines, f"schema = {_toml(schema)}", ""])


def _toml(text: str) -> str:
    """Return a text as a basic string of TOML, whose escapes are those of JSON."""
    return json.dumps(text, ensure_ascii=True).replace("\x7f", "\\u007f")
