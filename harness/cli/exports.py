"""`Exports`: what a run leaves behind beside its reports: variables, collection and cookies as they are at its end."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.collection.model import Collection
from harness.errors import UsageError
from harness.moment import iso_utc
from harness.options.table import CallOptions
from harness.reporters import is_folder
from harness.reporters.spool import open_spool, publish
from harness.runner.options import Plan, RunOptions
from harness.runner.run import Run
from harness.transport.cookies.tough_cookie import dump_cookies
from harness.variables.environment import Environment
from harness.variables.export import environment_document, with_variables
from harness.variables.scope import Value

__all__ = ["Exports"]

_NOT_IN_FILE_NAME = re.compile(r"[^\w.() -]+")
_LONGEST_FILE_NAME = 100
_SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"


@dataclass(frozen=True, slots=True)
class Exports:
    """Where the state of a run goes when it has ended."""

    environment: Path | None = None
    globals: Path | None = None
    cookie_jar: Path | None = None
    collections: tuple[Path, ...] = ()
    """One for each collection of the run, or none."""

    @classmethod
    def of(cls, call: CallOptions, options: RunOptions, plans: Sequence[Plan]) -> Exports:
        """Return the files that the call names. Raises `ReportError` for one that cannot be written, `UsageError`."""
        exports = cls(
            _file(call.export_environment, _name(options.environment), ".postman_environment.json"),
            _file(call.export_globals, _name(options.globals), ".postman_globals.json"),
            _file(call.export_cookie_jar, "cookies", ".cookie_jar.json"),
            tuple(_collection_files(call.export_collection, plans)),
        )
        for path in exports._paths():
            open_spool(path).close()
        return exports

    def write(self, run: Run, options: RunOptions, plans: Sequence[Plan]) -> None:
        """Write them all. Raises `ReportError`."""
        moment = iso_utc(time.time())
        layers = {"environment": run.variables("environment"), "globals": run.variables("globals")}
        secrets = [*_given(options), *(value for values in layers.values() for value in values.values())]
        if self.environment is not None:
            document = environment_document(layers["environment"], options.environment, "environment", secrets, moment)
            publish(self.environment, [_json(document)], private=True)
        if self.globals is not None:
            document = environment_document(layers["globals"], options.globals, "globals", secrets, moment)
            publish(self.globals, [_json(document)], private=True)
        if self.cookie_jar is not None and options.cookie_jar is not None:
            publish(self.cookie_jar, [dump_cookies(options.cookie_jar)], private=True)
        for index, path in enumerate(self.collections):
            document = _collection_document(plans[index].collection, run.variables("collection", index), secrets)
            publish(path, [_json(document)])

    def _paths(self) -> Iterator[Path]:
        yield from filter(None, (self.environment, self.globals, self.cookie_jar, *self.collections))


def _given(options: RunOptions) -> Iterator[Value]:
    """Yield the values the call came with: what a script has copied from them may not be told by them any more."""
    for given in (options.environment, options.globals):
        yield from given.values.values() if given is not None else ()
    for flags in (options.env_vars, options.global_vars):
        yield from (value for value in flags.values() if isinstance(value, Value))


def _collection_document(
    collection: Collection, values: Mapping[str, Value], secrets: Sequence[Value]
) -> dict[str, Any]:
    document = dict(collection.raw)
    info = document.get("info")
    if isinstance(info, dict):  # a collection of format v1 or v3 is written as what it was read as
        document["info"] = {"schema": _SCHEMA, **info}
    old = document.get("variable")
    if values or isinstance(old, list):
        document["variable"] = with_variables(old if isinstance(old, list) else [], values, secrets)
    return document


def _name(file: Environment | None) -> str:
    return file.name if file is not None else "harness"


def _collection_files(path: str | None, plans: Sequence[Plan]) -> Iterator[Path]:
    if path is None:
        return
    if len(plans) > 1 and not is_folder(path):
        raise UsageError(
            f"--export-collection names one file for {len(plans)} collections: {path}",
            hint=f"`--export-collection {path}/` is a folder",
        )
    names: dict[str, int] = {}
    for plan in plans:
        name = plan.collection.name
        names[name] = names.get(name, 0) + 1
        more = f" {names[name]}" if names[name] > 1 else ""
        file = _file(path, name + more, ".postman_collection.json")
        assert file is not None
        yield file


def _file(path: str | None, name: str, ending: str) -> Path | None:
    """Return the file that a path means: in a folder one with its usual name."""
    if not path:
        return None
    if not is_folder(path):
        return Path(path)
    stem = _NOT_IN_FILE_NAME.sub("_", name)[:_LONGEST_FILE_NAME].strip(". ")
    return Path(path) / f"{stem or 'harness'}{ending}"


def _json(document: Mapping[str, Any]) -> str:
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    try:
        text.encode()
    except UnicodeEncodeError:  # half a surrogate pair, which JSON can only hold as an escape
        return json.dumps(document, indent=2) + "\n"
    return text
