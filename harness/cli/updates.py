"""What `harness run --update-examples` writes, and when."""

from __future__ import annotations

from collections.abc import Sequence

import click

from harness.examples.update import Updating
from harness.options.table import CallOptions
from harness.record.ledger import INTERRUPTED, RunResult
from harness.record.status import Status
from harness.redaction.redactor import Redactor
from harness.runner.options import Plan, RunOptions
from harness.runner.run import Run

__all__ = ["update_examples", "updating_for"]

_FLAG = "--update-examples"


def updating_for(call: CallOptions, options: RunOptions, plans: Sequence[Plan]) -> Updating | None:
    """Return what takes note of the answers, if it was asked for. Raises `UsageError` where it cannot be done."""
    if call.update_examples is None:
        return None
    updating = Updating(call.update_examples, options, _FLAG)
    for plan in plans:
        updating.check(plan.collection)
    return updating


def update_examples(updating: Updating, run: Run, result: RunResult, collections: int, redactor: Redactor) -> None:
    """Write the answers back and say so; nothing when the run was interrupted or something could not be asked."""
    unless = None
    if result.exit_code == INTERRUPTED:
        unless = "the run was interrupted"
    elif result.totals[Status.ERROR]:
        unless = "the run had errors"
    for line in updating.finish(run, collections, redactor, unless):
        click.echo(line, err=True)
