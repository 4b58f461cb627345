"""`harness run`: replay collections and judge the answers."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from harness.checks.assertion import FAIL_ON
from harness.checks.chosen import chosen_checks
from harness.checks.rule import MATCH_MODES
from harness.cli.call import redactor_of_call
from harness.cli.exports import Exports, export_options
from harness.cli.inputs import (
    load_all,
    remote_for,
    run_options,
    secret_options,
    selection_options,
    variable_options,
)
from harness.cli.network import add_call_secrets, limit_options, limits, network, network_options
from harness.cli.newman import NewmanCommand, notes_of, settings_of
from harness.cli.remote import Remote
from harness.cli.reports import report_options, reporters
from harness.cli.updates import update_examples, update_options, updating_for
from harness.library import mocked, plan_for
from harness.reporters.explain import Explainer
from harness.reporters.tee import Tee
from harness.runner.credentials import add_scope_secrets
from harness.runner.options import Flags, RunOptions
from harness.runner.part import scope_for
from harness.runner.run import Run
from harness.variables.process_env import process_environment

if TYPE_CHECKING:
    from harness.record.ledger import RunResult

__all__ = ["command"]


def _path(name: str | None) -> Path | None:
    return Path(name) if name else None


def _bail(_ctx: click.Context, _param: click.Parameter, value: str | None) -> frozenset[str]:
    words = frozenset((value or "").split(",")) - {""}
    if unknown := words - {"folder", "failure"}:
        raise click.BadParameter(f"{', '.join(sorted(unknown))}: it takes folder, failure, or both with a comma")
    return words


@click.command("run", cls=NewmanCommand, short_help="Replay collections and judge the answers.")
@click.argument("collections", nargs=-1, required=True, metavar="FILE|FOLDER|GLOB|URL…")
@variable_options
@selection_options
@click.option("--mock", is_flag=True, help="Send everything to a server that answers with the saved examples.")
@click.option(
    "--fail-on", type=click.Choice(FAIL_ON), help="From which severity on a difference fails (default: breaking)."
)
@click.option(
    "--match", type=click.Choice(MATCH_MODES), help="How answers are compared with examples (default: shape)."
)
@click.option("--openapi", metavar="FILE", help="Hold answers to this OpenAPI 3 document as well.")
@click.option(
    "--checks", metavar="NAMES", help="What judges answers, by commas: status, body, schema, scripts (default: all)."
)
@report_options
@export_options
@click.option(
    "--bail",
    metavar="[folder,failure]",
    callback=_bail,
    help="Stop at the first failure; with `folder` at the first error. The value may be left out.",
)
@click.option("--max-failures", type=click.IntRange(min=1), metavar="N", help="Stop after N failures.")
@click.option("-x", "--suppress-exit-code", is_flag=True, help="Exit 0 even when requests failed (1) or erred (2).")
@click.option("--strict", is_flag=True, help="Unchecked and withheld requests fail the run.")
@limit_options
@network_options
@update_options
@click.option("--send-after-script-error", is_flag=True, help="Send a request whose prerequest script failed.")
@click.option("--max-jumps", type=click.IntRange(min=1), default=1000, metavar="N", help="Limit of setNextRequest.")
@click.option("--vault", is_flag=True, help="Let scripts read the secrets of the environment by `pm.vault`.")
@click.option("--packages", type=click.Path(file_okay=False, exists=True), metavar="FOLDER", help="For `pm.require`.")
@click.option("--allow", metavar="NAME", multiple=True, help="Send this item although the environment is protected.")
@secret_options
@click.option(
    "--unresolved", type=click.Choice(["error", "send"]), default="error", show_default=True,
    help="What happens to a placeholder without a value; Postman sends it.",
)  # fmt: skip
def command(collections: Sequence[str], **values: Any) -> None:
    """Replay collections and judge the answers against their saved examples and schemas."""
    for note in notes_of(click.get_current_context()):
        click.echo(f"note: {note}", err=True)
    remote, options = _options(values)
    redactor = redactor_of_call(unsafe_show=options.unsafe_show_secrets)
    add_call_secrets(redactor, options, remote.api_key)
    loaded = load_all(collections, remote)
    flags = Flags(match=values["match"], fail_on=values["fail_on"], openapi=_path(values["openapi"]))
    plans = [plan_for(one, options, flags=flags, profile=values["profile"]) for one in loaded]
    exports = Exports.of(values, options, plans)
    updating = updating_for(values, options, plans)
    for plan in plans:
        add_scope_secrets(redactor, scope_for(plan, options), options.secrets)
    stem = redactor.text(plans[0].collection.name) if len(plans) == 1 else "harness"
    explainer = Explainer(updating=updating is not None)
    told = list(reporters(values, stem, explainer, settings_of(click.get_current_context())))
    with mocked(plans, options) as ready:
        run = Run(ready, options, [Tee(told)], redactor, None if updating is None else updating.recorder)
        result = _execute(run)
    exports.write(run, options, plans)
    if updating is not None:
        update_examples(updating, run, result, len(plans), redactor)
    sys.exit(result.exit_code)


def _options(values: Mapping[str, Any]) -> tuple[Remote, RunOptions]:
    """Return what fetches the files of the call, and the choices of the run. Raises `HarnessError`."""
    env = process_environment(values["env_file"])
    connection = network(values, env)
    remote = remote_for(values, env, connection)
    return remote, run_options(
        values,
        remote,
        mock=values["mock"],
        bail="failure" in values["bail"],
        bail_on_error="folder" in values["bail"],
        max_failures=values["max_failures"],
        suppress_exit_code=values["suppress_exit_code"],
        strict=values["strict"],
        checks=chosen_checks(values["checks"], "--checks"),
        allow=values["allow"],
        send_after_script_error=values["send_after_script_error"],
        max_jumps=values["max_jumps"],
        vault=values["vault"],
        packages=Path(values["packages"]) if values["packages"] else None,
        unresolved=values["unresolved"],
        **limits(values),
        **connection,
    )


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
