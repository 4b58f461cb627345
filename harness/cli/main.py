"""What does `harness …` on a command line do, and with which exit code does it end?"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

import click

from harness.cli.call import Call

if TYPE_CHECKING:
    from harness.redaction.redactor import Redactor

__all__ = ["main"]

_COMMANDS = {
    "run": "Replay collections and judge the answers.",
    "check": "Load and resolve collections without sending anything.",
    "mock": "Serve a collection's saved examples.",
    "examples": "Show what the saved examples cover.",
    "schema": "Infer schemas from examples, and hold examples to them.",
    "diff": "Compare two runs, or two environments.",
    "code": "Print a program that sends an item's request.",
    "report": "Make reports of a run that was written down.",
}
_MODULES = {"code": "snippet"}
"""Where a command's module has another name: Python has a module `code` of its own."""
_USAGE = 4
_OUR_BUG = 3
_INTERRUPTED = 130
_VALUE = re.compile(r'"value"\s*:\s*"((?:[^"\\\n]|\\.)+)')


class _Commands(click.Group):
    """Loads a command's module when it is called: `--version` and `--help` pay for none."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = import_module(f"harness.cli.commands.{_MODULES.get(cmd_name, cmd_name)}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


def _print_version(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"harness {version('postman-harness')}")
        ctx.exit()


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-v",
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="Show the version.",
)
def _cli() -> None:
    """Replay Postman collections and judge the live answers against their saved examples and schemas."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run and exit: 0 fine, 1 failed, 2 error, 3 our bug, 4 call or file wrong, 5 nothing judged, 130 interrupted."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        # A report must not end in a traceback because a console cannot show an arrow.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    call = Call()
    try:
        code = _cli.main(arguments, prog_name="harness", standalone_mode=False, obj=call)
    except click.ClickException as error:
        error.show()
        code = _USAGE
    except (click.Abort, KeyboardInterrupt):
        code = _INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone, as with `| head`; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = _OUR_BUG
    except Exception as error:
        code = _explain(error, call, debug="--debug" in arguments)
    sys.exit(code if isinstance(code, int) else 0)


def _explain(error: Exception, call: Call, *, debug: bool) -> int:
    """Print an error that ended the program and return its exit code."""
    from harness.errors import HarnessError

    redactor = _redactor(error, call)
    if debug:
        import traceback

        click.echo(redactor.text(traceback.format_exc()), err=True)
    if isinstance(error, HarnessError):
        from harness.record.recorder import Recorder
        from harness.reporters.explain import Explainer
        from harness.reporters.screen import harmless

        click.echo(harmless(Explainer().problems(Recorder(redactor).problems(error.problems))), err=True)
        return error.exit_code
    said = redactor.text(f"{type(error).__name__}: {error}")
    click.echo(f"error: this is a bug in harness: {said}", err=True)
    click.echo("\nhint: `--debug` shows the traceback; please report it together with the collection", err=True)
    return _OUR_BUG


def _redactor(error: Exception, call: Call) -> Redactor:
    """Return what masks the secrets of the call, and every value of a broken environment file.

    Which of those are secrets cannot be told any more.
    """
    from harness.errors import InvalidEnvironment
    from harness.redaction.redactor import Redactor

    redactor = call.redactor or Redactor()
    if isinstance(error, InvalidEnvironment):
        for source in {problem.location.source.text for problem in error.problems if problem.location is not None}:
            for written in _VALUE.findall(source):
                redactor.add(written)
    return redactor
