"""`harness schema`: which schemas do the saved examples stand for, and do they keep to those they have?"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from harness.checks.schema.remote import RemoteRefs
from harness.cli.inputs import Command, add_options
from harness.collection.find import collection_stem, find_collections
from harness.collection.load import load_collection
from harness.collection.model import Collection, Item
from harness.collection.selection import select
from harness.errors import Problem
from harness.examples.conform import Conformity, conformity
from harness.examples.infer import added_rules, infer, write_schemas
from harness.library import plan_for
from harness.record.recorder import Recorder
from harness.redaction.redactor import Redactor
from harness.reporters.explain import Explainer
from harness.runner.options import CollectionSettings, Flags, RunOptions

__all__ = ["command"]

FORMAT_VERSION = 1
_NOTHING_JUDGED = 5


@click.group("schema", short_help="Infer schemas from examples, and hold examples to them.")
def command() -> None:
    """Infer JSON Schemas from the saved examples, and hold the examples to the schemas they have."""


def _selecting(wrapped: Command) -> Command:
    return add_options(
        wrapped,
        click.option(
            "-i", "--folder", "include", metavar="NAME", multiple=True, help="Only this folder or request. Repeatable."
        ),
        click.option("--exclude", metavar="NAME", multiple=True, help="Leave out a folder or request. Repeatable."),
        click.option("--profile", metavar="NAME", help="Use [tool.harness.profiles.NAME] of pyproject.toml."),
        click.option("--debug", is_flag=True, help="Show the traceback of a bug in harness."),
    )


def _loaded(
    names: Sequence[str], values: Mapping[str, Any], flags: Flags | None = None
) -> list[tuple[Collection, tuple[Item, ...], CollectionSettings]]:
    loaded = [load_collection(file) for file in find_collections(names)]
    chosen = select(loaded, values["include"], values["exclude"])
    plans = [plan_for(each, RunOptions(), flags=flags, profile=values["profile"]) for each in loaded]
    return [(one, items, plan.settings) for one, items, plan in zip(loaded, chosen, plans, strict=True)]


@command.command("infer", short_help="Write a schema for each request and status.")
@click.argument("collections", nargs=-1, required=True, metavar="FILE|FOLDER|GLOB…")
@click.option("-o", "--output", metavar="DIR", help="Where schemas are written (default: schemas/NAME beside it).")
@click.option("--overwrite", is_flag=True, help="Replace schema files that say something else.")
@_selecting
def _infer(collections: Sequence[str], **values: Any) -> None:
    """Write a JSON Schema (2020-12) for each request and status, merged from all examples, and rules that bind them.

    Nothing of yours is written over: schema files that say something else are kept, rules are added behind yours.
    """
    inferred = 0
    for collection, items, settings in _loaded(collections, values):
        path = Path(collection.location.file)
        folder = Path(values["output"]) if values["output"] else path.parent / "schemas" / collection_stem(path)
        found = list(infer(collection, items, folder))
        inferred += len(found)
        # Made first: where no rules can be added, nothing is written at all.
        rules = added_rules(collection, found, settings.rules)
        became = Counter[str]()
        for each, what in write_schemas(found, overwrite=values["overwrite"]):
            became[what] += 1
            if what == "kept":
                click.echo(f"kept: {each.file} says something else (--overwrite replaces it)")
            if each.unbound is not None:
                click.echo(f"not bound by a rule: {each.file}: {each.unbound}")
        rules.save()
        added = f"{rules.count} rule{'' if rules.count == 1 else 's'} added to {rules.file}"
        counts = ", ".join(f"{count} {what}" for what, count in became.items()) or "no JSON example"
        click.echo(f"{collection.name}: schemas: {counts}; {added}")
    sys.exit(0 if inferred else _NOTHING_JUDGED)


@command.command("check", short_help="Hold the saved examples to their own schemas.")
@click.argument("collections", nargs=-1, required=True, metavar="FILE|FOLDER|GLOB…")
@click.option("--openapi", metavar="FILE", help="Hold them to this OpenAPI 3 document as well.")
@click.option(
    "--allow-remote-refs",
    "hosts",
    metavar="HOST",
    multiple=True,
    help="Fetch schemas that others refer to from this host. Repeatable.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@_selecting
def _check(collections: Sequence[str], **values: Any) -> None:
    """Hold the saved examples to the schemas of rules, of format v3 and of an OpenAPI document. Sends nothing.

    Exits 0 when all keep to them, 1 when one does not, 4 when a file is wrong, 5 when no schema is for any example.
    """
    flags = Flags(openapi=Path(values["openapi"]) if values["openapi"] else None)
    remote = RemoteRefs(values["hosts"]) if values["hosts"] else None
    found = [
        (collection, list(conformity(items, settings, remote)))
        for collection, items, settings in _loaded(collections, values, flags)
    ]
    if values["as_json"]:
        click.echo(json.dumps(_document(found), indent=2))
    else:
        _print(found)
    rows = [row for _, rows in found for row in rows]
    sys.exit(_NOTHING_JUDGED if not rows else 1 if any(row.violations for row in rows) else 0)


Found = Sequence[tuple[Collection, Sequence[Conformity]]]


def _print(found: Found) -> None:
    explainer, recorder = Explainer(), Recorder(Redactor())
    for collection, rows in found:
        for row in rows:
            for each in row.violations:
                summary = f"“{row.example.name}” of {row.item.node_id}: {each.path}: {each.kind}"
                hint = f"expected {each.expected}, actual {each.actual}; schema {row.schema}"
                click.echo(explainer.problem(recorder.problem(Problem(summary, each.location, hint))) + "\n")
        examples = {row.example for row in rows}
        broken = {row.example for row in rows if row.violations}
        if rows:
            click.echo(f"{collection.name}: {len(broken)} of {len(examples)} examples with a schema break it")
        else:
            click.echo(f"{collection.name}: no example has a schema (`harness schema infer` writes some)")


def _document(found: Found) -> Mapping[str, Any]:
    return {
        "format": "harness-schema-check",
        "format_version": FORMAT_VERSION,
        "collections": [
            {"name": each.name, "file": each.location.file, "checked": [_record(row) for row in rows]}
            for each, rows in found
        ],
    }


def _record(row: Conformity) -> Mapping[str, Any]:
    return {
        "node_id": row.item.node_id,
        "example": row.example.name,
        "status": row.example.code,
        "schema": row.schema,
        "violations": list(map(_violation, row.violations)),
    }


def _violation(each: Any) -> Mapping[str, Any]:
    place = each.location
    position = None if place is None else place.position
    return {
        "kind": each.kind,
        "path": each.path,
        "pointer": each.pointer,
        "expected": each.expected,
        "actual": each.actual,
        "file": None if place is None else place.file,
        "line": None if position is None else position.line,
        "column": None if position is None else position.column,
    }
