"""`harness report`: make reports of a run that was written down earlier."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import click

from harness.cli.newman import NewmanCommand, notes_of, settings_of
from harness.cli.options import call_options
from harness.cli.reports import OfReporters, reporter_options, reporters
from harness.errors import UsageError
from harness.options.table import CallOptions
from harness.record.events import RunStarted
from harness.record.reader import read_events
from harness.reporters.explain import Explainer
from harness.reporters.tee import Tee

__all__ = ["command"]


@click.command("report", cls=NewmanCommand, short_help="Make reports of a run that was written down.")
@click.argument("file", metavar="FILE.ndjson", type=click.Path(path_type=Path))
@call_options("report")
@reporter_options
def command(file: Path, call: CallOptions, of_reporters: OfReporters) -> None:
    """Make reports of a run that was written down by `harness run -r ndjson`.

    Nothing is sent. It ends with 0 when the reports are written, whatever the verdict of the run.
    """
    context = click.get_current_context()
    for note in notes_of(context):
        click.echo(f"note: {note}", err=True)
    if "ndjson" in (call.reporters or "").split(","):
        raise UsageError("`-r ndjson` is what is read here", hint=f"copy {file}, or choose another report: -r html")
    events = read_events(file)
    started = next(events)
    assert isinstance(started, RunStarted)
    stem = started.collections[0] if len(started.collections) == 1 else "harness"
    told = Tee(reporters(call, of_reporters, stem, Explainer(), settings_of(context)))
    for event in chain([started], events):
        told.handle(event)
