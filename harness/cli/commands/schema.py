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
from harness.cli.options import call_options
from harness.collection.find import collection_stem, find_collections
from harness.collection.load import load_collection
from harness.collection.model import Collection, Item
from harness.collection.selection import select
from harness.errors import Problem
from harness.examples.conform import Conformity, conformity
from harness.examples.infer import added_rules, infer, write_schemas
from harness.library import plan_for
from harness.options.resolve import flags
from harness.options.table import CallOptions
from harness.record.recorder import Recorder
from harness.redaction.redactor import Redactor
from harness.reporters.explain import Explainer
from harness.runner.options import CollectionSettings, RunOptions

__all__ = ["command"]

FORMAT_VERSION = 1
_NOTHING_JUDGED = 5


@click.group("schema", short_help="Infer schemas from examples, and hold examples to them.")
def command() -> None:
    """Infer JSON Schemas from the saved examples, and hold the examples to the schemas they have."""


def _loaded(names: Sequence[str], call: CallOptions) -> list[tuple[Collection, tuple[Item, ...], CollectionSettings]]:
    loaded = [load_collection(file) for file in find_collections(names)]
    chosen = select(loaded, call.include, call.exclude)
    plans = [plan_for(each, RunOptions(), flags=flags(call), profile=call.profile) for each in loaded]
    return [(one, items, plan.settings) for one, items, plan in zip(loaded, chosen, plans, strict=True)]


@command.command("infer", short_help="Write a schema for each request and status.")
@click.argument("collections", nargs=-1, required=True, metavar="FILE|FOLDER|GLOB…")
@click.option("-o", "--output", metavar="DIR", help="Where schemas are written (default: schemas/NAME beside it).")
@click.option("--overwrite", is_flag=True, help="Replace schema files that say something else.")
@call_options("schema infer")
def _infer(collections: Sequence[str], output: str | None, overwrite: bool, call: CallOptions) -> None:
    """Write a JSON Schema (2020-12) for each request and status, merged from all examples, and rules that bind them.

    Nothing of yours is written over: schema files that say something else are kept, rules are added behind yours.
    """
    inferred = 0
    for collection, items, settings in _loaded(collections, call):
        path = Path(collection.location.file)
        folder = Path(output) if output else path.parent / "schemas" / collection_stem(path)
        found = list(infer(collection, items, folder))
        inferred += len(found)
        # Made first: where no rules can be added, nothing is written at all.
        rules = added_rules(collection, found, settings.rules)
        became = Counter[str]()
        for each, what in write_schemas(found, overwrite=overwrite):
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
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@call_options("schema check")
def _check(collections: Sequence[str], as_json: bool, call: CallOptions) -> None:
    """Hold the saved examples to the schemas of rules, of format v3 and of an OpenAPI document. Sends nothing.

    Exits 0 when all keep to them, 1 when one does not, 4 when a file is wrong, 5 when no schema is for any example.
    """
    remote = RemoteRefs(call.remote_refs) if call.remote_refs else None
    found = [
        (collection, list(conformity(items, settings, remote)))
        for collection, items, settings in _loaded(collections, call)
    ]
    if as_json:
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
