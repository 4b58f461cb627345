"""`harness examples`: what do the saved examples of collections cover?"""

from __future__ import annotations

import json
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from harness.cli.options import call_options
from harness.collection.find import find_collections
from harness.collection.load import load_collection
from harness.collection.selection import select
from harness.diff.stored import results_of
from harness.examples.coverage import Coverage, coverage, last_runs
from harness.library import plan_for
from harness.options.table import CallOptions
from harness.reporters.screen import crop, pad, visible, width
from harness.runner.options import RunOptions

__all__ = ["command"]

FORMAT_VERSION = 1
_HEAD = ("request", "examples", "saved", "schema", "last run")
_LEAST = 24


@click.command("examples", short_help="Show what the saved examples cover.")
@click.argument("collections", nargs=-1, required=True, metavar="FILE|FOLDER|GLOB…")
@click.option("--report", metavar="FILE", help="Also show what came of each request in a run: a JSON or NDJSON report.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@call_options("examples")
def command(collections: Sequence[str], report: str | None, as_json: bool, call: CallOptions) -> None:
    """Show for each request which examples are saved, since when, whether a schema is bound, and how the last run went.

    Requests without an example of a 2xx answer are listed: nothing says what their success looks like.
    """
    runs = last_runs(results_of(Path(report))) if report else {}
    loaded = [load_collection(file) for file in find_collections(collections)]
    chosen = select(loaded, call.include, call.exclude)
    found = []
    for collection, items in zip(loaded, chosen, strict=True):
        plan = plan_for(collection, RunOptions(), profile=call.profile)
        rows = list(coverage(collection, items, plan.settings.rules, runs))
        found.append((collection.name, collection.location.file, rows))
    if report and not any(row.last for _, _, rows in found for row in rows):
        click.echo(f"note: none of the requests is in {report}", err=True)
    if as_json:
        click.echo(json.dumps(_document(found), indent=2))
        return
    for name, _, rows in found:
        click.echo("\n".join(_table(name, rows, with_run=bool(report))))


Found = Sequence[tuple[str, str, Sequence[Coverage]]]


def _table(name: str, rows: Sequence[Coverage], *, with_run: bool) -> Iterator[str]:
    """Yield the table of one collection, and the requests without a success."""
    yield visible(name)
    yield ""
    cells = [_HEAD, *(_cells(row) for row in rows)]
    cells = [each if with_run else each[:-1] for each in cells]
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    if sys.stdout.isatty():
        rest = sum(widths[1:]) + 2 * len(widths[1:])
        widths[0] = min(widths[0], max(_LEAST, shutil.get_terminal_size().columns - rest - 1))
    for first, *others in cells:
        shown = [crop(first, 0, len(first), widths[0]).text, *others]
        yield "  ".join(pad(cell, columns) for cell, columns in zip(shown, widths, strict=True)).rstrip()
    without = [row for row in rows if not row.shows_success]
    yield ""
    count = f"{len(rows)} request{'' if len(rows) == 1 else 's'}"
    yield f"{count}, {len(rows) - len(without)} with an example of a 2xx answer"
    if without:
        yield ""
        yield "without one:"
        yield from (f"  {visible(row.item.node_id)}" for row in without)
    yield ""


def _cells(row: Coverage) -> tuple[str, ...]:
    counts = Counter("no code" if example.status is None else str(example.status) for example in row.examples)
    examples = ", ".join(f"{status} ×{count}" if count > 1 else status for status, count in sorted(counts.items()))
    saved = row.saved.isoformat() if row.saved is not None else ""
    return visible(row.item.node_id), examples or "none", saved, "yes" if row.schema else "", _last(row)


def _last(row: Coverage) -> str:
    if row.last is None:
        return "not in it"
    counts = sorted(row.last.differences.items())
    found = [f"{count} {'notes' if severity == 'note' and count > 1 else severity}" for severity, count in counts]
    return ", ".join([row.last.status.replace("_", " "), *found])


def _document(found: Found) -> Mapping[str, Any]:
    return {
        "format": "harness-examples",
        "format_version": FORMAT_VERSION,
        "collections": [
            {"name": name, "file": file, "requests": [_record(row) for row in rows]} for name, file, rows in found
        ],
    }


def _record(row: Coverage) -> Mapping[str, Any]:
    last = row.last
    return {
        "node_id": row.item.node_id,
        "method": row.item.request.method,
        "shows_success": row.shows_success,
        "schema": row.schema,
        "examples": [
            {
                "name": each.name,
                "status": each.status,
                "saved": each.saved.isoformat() if each.saved is not None else None,
                "schema": each.schema,
            }
            for each in row.examples
        ],
        "last_run": None if last is None else {"status": last.status.value, "differences": dict(last.differences)},
    }
