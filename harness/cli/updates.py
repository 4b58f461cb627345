"""What does `harness run --update-examples` write, when, and what does it say of it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from harness.collection.formats.yaml_text import YamlSource
from harness.errors import UsageError
from harness.examples.accept import accept
from harness.examples.record import Recorder
from harness.runner.options import Plan, RunOptions
from harness.runner.result import INTERRUPTED, RunResult, Status
from harness.runner.run import Run
from harness.variables.redact import Redactor

__all__ = ["recorder_for", "update_examples"]


def recorder_for(plans: Sequence[Plan], options: RunOptions) -> Recorder:
    """Return what takes note of the answers. Raises `UsageError` where they cannot be written back."""
    if options.mock:
        raise UsageError("--update-examples with --mock would save the examples' own answers")
    for plan in plans:
        if any(isinstance(source, YamlSource) for source in plan.collection.sources):
            raise UsageError(f"--update-examples does not write collections of format v3: {plan.collection.name}")
        if not all(Path(source.name).is_file() for source in plan.collection.sources):
            raise UsageError(f"--update-examples writes files only, and this is none: {plan.collection.location.file}")
    return Recorder()


def update_examples(recorder: Recorder, run: Run, result: RunResult, plans: Sequence[Plan], redactor: Redactor) -> None:
    """Write the answers back and say so; nothing at all when the run was interrupted or something was not asked.

    Raises `ReportError` when a file cannot be written.
    """
    if result.totals[Status.ERROR] or result.exit_code == INTERRUPTED:
        why = "the run was interrupted" if result.exit_code == INTERRUPTED else "the run had errors"
        click.echo(f"no example was written: {why}", err=True)
        return
    done = accept(recorder.candidates, redactor, _names(run, plans))
    for item, why in (*recorder.refused, *done.refused):
        click.echo(redactor.text(f"not written: {item.node_id}: {why}"), err=True)
    for item in done.written:
        click.echo(redactor.text(f"written: {item.node_id}"), err=True)
    count = len(done.written)
    click.echo(f"{count} example{'' if count == 1 else 's'} written", err=True)


def _names(run: Run, plans: Sequence[Plan]) -> Mapping[str, str]:
    """Return the names of the variables by their value, as they are at the end of the run."""
    names: dict[str, str] = {}
    for index in range(len(plans)):
        for layer in ("environment", "collection", "globals"):
            values = run.variables(layer, index)
            names |= {value.text: name for name, value in values.items() if value.text not in names}
    return names
