"""`harness diff`: do two runs, or two environments, answer alike?"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from secrets import token_hex

import click

from harness.checks.rule import Match
from harness.cli.call import redactor_of_call
from harness.cli.inputs import load_all, read_call
from harness.cli.options import call_options
from harness.cli.reports import OfReporters, reporter_options, reporters
from harness.collection.model import Collection
from harness.diff import live, stored
from harness.diff.pair import Comparison
from harness.diff.report import told
from harness.errors import UsageError
from harness.library import plan_for
from harness.options.confidential import add_call_secrets
from harness.options.table import CallOptions
from harness.record.item import ItemRecord
from harness.redaction.redactor import Redactor
from harness.reporters.explain import Explainer
from harness.reporters.tee import Tee
from harness.runner.options import Flags, Plan, RunOptions

__all__ = ["command"]

_MATCH = ("status", "shape", "subset", "exact")
_HINT = "two reports of runs, or a collection with `-e staging.json -e production.json`"


@click.command("diff", short_help="Compare two runs, or two environments.")
@click.argument("files", nargs=-1, required=True, metavar="RUN_A RUN_B | COLLECTION…")
@click.option(
    "-e",
    "--environment",
    "environments",
    metavar="FILE",
    multiple=True,
    help="Environment of a side: a file, URL or Postman id. Given twice.",
)
@click.option("--match", type=click.Choice(_MATCH), help="How the answers are compared (default: shape).")
@call_options("diff")
@reporter_options
def command(
    files: Sequence[str], environments: Sequence[str], match: Match | None, call: CallOptions, of_reporters: OfReporters
) -> None:  # fmt: skip
    """Compare what two runs answered, or send each request to two environments and compare the answers.

    Side A's answer takes the place of the saved example. RUN_A and RUN_B are reports, NDJSON or JSON. Only GET, HEAD
    and OPTIONS are sent unless --allow names the item. Exits 0 when all is alike, 1 when there are differences, 2 when
    something could not be asked, 5 when nothing was compared.
    """
    if len(environments) not in (0, 2):
        raise UsageError(f"two sides are compared, and -e names {len(environments)}", hint=_HINT)
    redactor = redactor_of_call(unsafe_show=call.unsafe_show_secrets)
    if environments:
        # Both sides are asked the same: what is made up for one is made up for the other.
        call = replace(call, seed=call.seed or token_hex(4))
        title, comparison, results = _live(files, environments, match, call, redactor)
    else:
        title, comparison, results = _stored(files, match, call)
    told_to = Tee(list(reporters(call, of_reporters, "diff", Explainer(), {})))
    title += f"{comparison.a} → {comparison.b}"
    sys.exit(told(results, title, [told_to], call.seed or 0, secrets_shown=redactor.unsafe_show).exit_code)


Compared = tuple[str, Comparison, Iterator[ItemRecord]]


def _stored(files: Sequence[str], match: Match | None, call: CallOptions) -> Compared:
    if len(files) != 2:
        raise UsageError(
            f"{len(files)} file{'s' if len(files) > 1 else ''} and no -e: what is to be compared?", hint=_HINT
        )
    comparison = Comparison(files[0], files[1], call.fail_on or "breaking", match or "shape")
    return "", comparison, stored.compared(Path(files[0]), Path(files[1]), comparison)


def _live(
    files: Sequence[str], environments: Sequence[str], match: Match | None, call: CallOptions, redactor: Redactor
) -> Compared:
    sides = []
    for environment in environments:
        remote, options = read_call(replace(call, environment=environment))
        add_call_secrets(redactor, options, remote.api_key)
        loaded = load_all(files, remote)
        sides.append(([_reading_only(one, options, match, call.profile) for one in loaded], options))
    title = ", ".join(plan.collection.name for plan in sides[0][0]) + ": "
    named = _names(environments, [options for _, options in sides])
    comparison = Comparison(*named, call.fail_on or "breaking", match or "shape")
    return title, comparison, live.compared(sides[0], sides[1], comparison, redactor)


def _reading_only(collection: Collection, options: RunOptions, match: Match | None, profile: str | None) -> Plan:
    """Return the plan of one side; nothing that may change something is sent twice unless it is allowed by name."""
    plan = plan_for(collection, options, flags=Flags(match=match), profile=profile)
    guard = replace(plan.settings.guard, protected=True)
    return replace(plan, settings=replace(plan.settings, guard=guard))


def _names(files: Sequence[str], options: Sequence[RunOptions]) -> tuple[str, str]:
    """Return what the sides are called: by their environments' names, or their files where these are the same."""
    named = [each.environment.name or file for each, file in zip(options, files, strict=True) if each.environment]
    a, b = named if len(named) == 2 and named[0] != named[1] else files
    return a, b
