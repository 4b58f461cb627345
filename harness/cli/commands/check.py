"""`harness check`: what is wrong with collections, before anything is sent?"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from harness.cli.inputs import locate, read_call
from harness.cli.options import call_options
from harness.collection.load import load_collection
from harness.collection.replay import with_examples
from harness.collection.selection import select
from harness.errors import HarnessError, Problem
from harness.library import plan_for
from harness.options.table import CallOptions
from harness.record.recorder import Recorder
from harness.redaction.redactor import Redactor
from harness.reporters.explain import Explainer
from harness.runner.check import problems_of
from harness.runner.options import RunOptions
from harness.source import Source

__all__ = ["command"]


@click.command("check", short_help="Load and resolve collections without sending anything.")
@click.argument("collections", nargs=-1, required=True, metavar="FILE|FOLDER|GLOB…")
@click.option("--list", "list_items", is_flag=True, help="Print the node path of every selected request.")
@call_options("check")
def command(collections: Sequence[str], list_items: bool, call: CallOptions) -> None:
    """Load and resolve collections and print every problem, without sending anything.

    Exits 0 when all is clean, 4 when there are problems; warnings alone are clean.
    """
    remote, options = read_call(call)
    faults = 0
    for file in locate(collections, remote):
        if list_items:
            _list(file, options)
        else:
            faults += _check(file, options, call.profile)
    sys.exit(4 if faults else 0)


def _list(file: Path | Source, options: RunOptions) -> None:
    collection = load_collection(file)
    if options.replay == "examples":
        collection = with_examples(collection)
    for item in select([collection], options.include, options.exclude)[0]:
        click.echo(item.node_id)


def _check(file: Path | Source, options: RunOptions, profile: str | None) -> int:
    """Print the problems of one file and return how many are more than warnings."""
    redactor = Redactor()
    explainer, recorder = Explainer(), Recorder(redactor)
    counts = {"error": 0, "warning": 0}
    for problem in _problems(file, options, profile, redactor):
        counts[problem.severity] += 1
        click.echo(explainer.problem(recorder.problem(problem)) + "\n")
    click.echo(f"{file.name if isinstance(file, Source) else file}: {_verdict(counts)}")
    return counts["error"]


def _problems(file: Path | Source, options: RunOptions, profile: str | None, redactor: Redactor) -> Iterator[Problem]:
    try:
        collection = load_collection(file)
        yield from problems_of(plan_for(collection, options, profile=profile), options, redactor)
    except HarnessError as error:
        yield from error.problems


def _verdict(counts: dict[str, int]) -> str:
    words = [f"{count} {word}{'s' if count > 1 else ''}" for word, count in counts.items() if count]
    return ", ".join(words).replace("error", "problem") or "no problems"
