"""What does `harness run --update-examples` write, and when?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from harness.cli.inputs import Command, add_options
from harness.examples.record import MODES
from harness.examples.update import Updating
from harness.record.ledger import INTERRUPTED, RunResult
from harness.record.status import Status
from harness.redaction.redactor import Redactor
from harness.runner.options import Plan, RunOptions
from harness.runner.run import Run

__all__ = ["update_examples", "update_options", "updating_for"]

_FLAG = "--update-examples"


def update_options(command: Command) -> Command:
    """Add the option that writes answers back."""
    return add_options(
        command,
        click.option(
            _FLAG, type=click.Choice(MODES),
            help="Write answers that differ from their example in its place: all of them (also without a value), those "
            "accepted in a review, or only where a request has none (missing).",
        ),
    )  # fmt: skip


def updating_for(values: Mapping[str, Any], options: RunOptions, plans: Sequence[Plan]) -> Updating | None:
    """Return what takes note of the answers, if it was asked for. Raises `UsageError` where it cannot be done."""
    if values["update_examples"] is None:
        return None
    updating = Updating(values["update_examples"], options, _FLAG)
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
