"""`harness run`: replay collections and judge the answers."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from harness.checks.rule import MATCH_MODES
from harness.cli.inputs import load_all, run_options, selection_options, variable_options
from harness.errors import UsageError
from harness.library import mocked, plan_for
from harness.reporters import ReporterOptions, make_reporter
from harness.reporters.explain import Explainer
from harness.runner.events import Reporter
from harness.runner.options import Plan, RunOptions
from harness.runner.run import Run
from harness.variables.redact import Redactor

if TYPE_CHECKING:
    from harness.runner.result import RunResult

__all__ = ["command"]


@click.command("run", short_help="Replay collections and judge the answers.")
@click.argument("collections", nargs=-1, required=True, metavar="FILE|FOLDER|GLOB…")
@variable_options
@selection_options
@click.option("--mock", is_flag=True, help="Send everything to a server that answers with the saved examples.")
@click.option(
    "--match", type=click.Choice(MATCH_MODES), help="How answers are compared with examples (default: shape)."
)
@click.option(
    "-r", "--reporters", default="cli", metavar="NAMES", help="Comma list of cli, junit, json (default: cli)."
)
@click.option("--reporter-junit-export", metavar="FILE", help="Where the JUnit report goes.")
@click.option("--reporter-json-export", metavar="FILE", help="Where the JSON report goes.")
@click.option("--bail", is_flag=True, help="Stop at the first failure.")
@click.option("--max-failures", type=click.IntRange(min=1), metavar="N", help="Stop after N failures.")
@click.option("-x", "--suppress-exit-code", is_flag=True, help="Exit 0 even when requests failed (1) or erred (2).")
@click.option("--strict", is_flag=True, help="Unchecked and withheld requests fail the run.")
@click.option("--delay-request", type=click.IntRange(min=0), default=0, metavar="MS", help="Pause between requests.")
@click.option(
    "--timeout-request",
    type=click.IntRange(min=0),
    default=120_000,
    show_default=True,
    metavar="MS",
    help="Limit for one whole request, redirects and body included; 0 is none.",
)
@click.option(
    "--max-body-bytes",
    type=click.IntRange(min=1),
    default=100 * 1024 * 1024,
    show_default=True,
    metavar="N",
    help="Largest body of an answer that is read.",
)
@click.option("-k", "--insecure", is_flag=True, help="Do not verify TLS certificates.")
@click.option("--allow", metavar="NAME", multiple=True, help="Send this item although the environment is protected.")
@click.option("--secret", "secrets", metavar="NAME", multiple=True, help="Mask this variable's value. Repeatable.")
@click.option(
    "--unresolved", type=click.Choice(["error", "send"]), default="error", show_default=True,
    help="What happens to a placeholder without a value; Postman sends it.",
)  # fmt: skip
def command(collections: Sequence[str], **values: Any) -> None:
    """Replay collections and judge the answers against their saved examples and schemas."""
    options = _options(values)
    loaded = load_all(collections)
    plans = [plan_for(one, options, match=values["match"], profile=values["profile"]) for one in loaded]
    redactor = Redactor()
    reporters = _reporters(values, plans, redactor)
    with mocked(plans, options) as ready:
        result = _execute(Run(ready, options, reporters, redactor))
    sys.exit(result.exit_code)


def _options(values: dict[str, Any]) -> RunOptions:
    timeout_ms = values["timeout_request"]
    return run_options(
        values,
        mock=values["mock"],
        bail=values["bail"],
        max_failures=values["max_failures"],
        suppress_exit_code=values["suppress_exit_code"],
        strict=values["strict"],
        delay_ms=values["delay_request"],
        timeout_s=timeout_ms / 1000 if timeout_ms else None,
        max_body_bytes=values["max_body_bytes"],
        verify=not values["insecure"],
        allow=values["allow"],
        secrets=values["secrets"],
        unresolved=values["unresolved"],
    )


def _reporters(values: dict[str, Any], plans: Sequence[Plan], redactor: Redactor) -> list[Reporter]:
    names = [name.strip() for name in values["reporters"].split(",") if name.strip()]
    if not names:
        raise UsageError("--reporters names none", hint="such as -r cli,junit")
    stem = plans[0].collection.name if len(plans) == 1 else "harness"
    explainer = Explainer(redactor)
    exports = {name: values.get(f"reporter_{name}_export") for name in names}
    return [
        make_reporter(name, ReporterOptions(Path(export) if export else None, stem), explainer)
        for name, export in exports.items()
    ]


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
