"""`harness run`: replay collections and judge the answers."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

import click

from harness.cli.call import redactor_of_call
from harness.cli.exports import Exports
from harness.cli.inputs import load_all, read_call
from harness.cli.newman import NewmanCommand, notes_of, settings_of
from harness.cli.options import call_options
from harness.cli.reports import OfReporters, reporter_options, reporters
from harness.cli.updates import update_examples, updating_for
from harness.library import mocked, plan_for
from harness.options.confidential import add_call_secrets
from harness.options.resolve import flags
from harness.options.table import CallOptions
from harness.reporters.explain import Explainer
from harness.reporters.tee import Tee
from harness.runner.credentials import add_scope_secrets
from harness.runner.part import scope_for
from harness.runner.run import Run

if TYPE_CHECKING:
    from harness.record.ledger import RunResult

__all__ = ["command"]


@click.command("run", cls=NewmanCommand, short_help="Replay collections and judge the answers.")
@click.argument("collections", nargs=-1, required=True, metavar="FILE|FOLDER|GLOB|URL…")
@call_options("run")
@reporter_options
def command(collections: Sequence[str], call: CallOptions, of_reporters: OfReporters) -> None:
    """Replay collections and judge the answers against their saved examples and schemas."""
    context = click.get_current_context()
    for note in notes_of(context):
        click.echo(f"note: {note}", err=True)
    remote, options = read_call(call)
    redactor = redactor_of_call(unsafe_show=options.unsafe_show_secrets)
    add_call_secrets(redactor, options, remote.api_key)
    loaded = load_all(collections, remote)
    plans = [plan_for(one, options, flags=flags(call), profile=call.profile) for one in loaded]
    exports = Exports.of(call, options, plans)
    updating = updating_for(call, options, plans)
    for plan in plans:
        add_scope_secrets(redactor, scope_for(plan, options), options.secrets)
    stem = redactor.text(plans[0].collection.name) if len(plans) == 1 else "harness"
    explainer = Explainer(updating=updating is not None)
    told = list(reporters(call, of_reporters, stem, explainer, settings_of(context)))
    with mocked(plans, options) as ready:
        run = Run(ready, options, [Tee(told)], redactor, None if updating is None else updating.recorder)
        result = _execute(run)
    exports.write(run, options, plans)
    if updating is not None:
        update_examples(updating, run, result, len(plans), redactor)
    sys.exit(result.exit_code)


def _execute(run: Run) -> RunResult:
    with _ctrl_c(run):
        return run.execute()


@contextmanager
def _ctrl_c(run: Run) -> Iterator[None]:
    """Let Ctrl-C (and a CI's SIGTERM) end the request under way; the reports are finished all the same."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        run.stop("interrupted", interrupted=True)
        if run.asking:
            raise KeyboardInterrupt

    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
