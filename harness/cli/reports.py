"""The reports that a call asks for: which, where they go, and how much they say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click

from harness.cli.options import Command
from harness.errors import UsageError
from harness.options.table import CallOptions
from harness.record.events import Reporter
from harness.reporters import (
    ALIASES,
    CLI_SWITCHES,
    FILE_REPORTERS,
    SCREEN_REPORTERS,
    ReporterOptions,
    is_folder,
    make_reporter,
)
from harness.reporters.explain import Explainer

__all__ = ["OfReporters", "reporter_options", "reporters"]

_COLOURS = {"on": True, "off": False, "auto": None}
_SWITCH_HELP = {
    "silent": "Print nothing.",
    "show-timestamps": "Print the time before each item.",
    "no-summary": "Leave out the summary.",
    "no-failures": "Leave out the failures.",
    "no-assertions": "With --verbose, leave out the assertions.",
    "no-success-assertions": "With --verbose, show only assertions that failed.",
    "no-console": "Leave out what scripts print.",
    "no-banner": "Leave out the collection's name at the top.",
}


@dataclass(frozen=True, slots=True)
class OfReporters:
    """What a call says to single reporters."""

    exports: Mapping[str, str]
    """Where the report of a reporter goes, by its name."""
    switches: frozenset[str]
    """Those of the `cli` reporter, by Newman's names."""


def reporter_options(command: Command) -> Command:
    """Add the options of single reporters to a command, which gets them as its argument `of_reporters`.

    They are made of the list of reporters, and so no part of the table of options.
    """
    exports = {f"reporter_{name}_export": name for name in FILE_REPORTERS}
    switches = {f"reporter_cli_{switch.replace('-', '_')}": switch for switch in CLI_SWITCHES}

    @wraps(command)
    def called(**values: Any) -> None:
        given = {name: path for field, name in exports.items() if (path := values.pop(field)) is not None}
        switched = frozenset(switch for field, switch in switches.items() if values.pop(field))
        command(**values, of_reporters=OfReporters(given, switched))

    declared: Command = called
    for switch in reversed(CLI_SWITCHES):
        declared = click.option(f"--reporter-cli-{switch}", is_flag=True, help=_SWITCH_HELP[switch])(declared)
    for name in reversed(FILE_REPORTERS):
        help_text = f"Where the `{name}` report goes: a file or folder."
        declared = click.option(f"--reporter-{name}-export", metavar="PATH", help=help_text)(declared)
    return declared


def reporters(
    call: CallOptions,
    of_reporters: OfReporters,
    stem: str,
    explainer: Explainer,
    settings: Mapping[str, Mapping[str, str]],
) -> Iterator[Reporter]:
    """Yield the reporters of a run; `stem` names their files, `settings` are those of one reporter each.

    Raises `UsageError`, and `ReportError` for the files.
    """
    given = (each.strip() for each in (call.reporters or "cli").split(","))
    names = [ALIASES.get(name, name) for name in given if name]
    if not names:
        raise UsageError("--reporters names none", hint="such as -r cli,junit")
    for name in dict.fromkeys(names):
        if name == "cli" and (call.silent or "silent" in of_reporters.switches):
            continue
        own = settings.get(name, {})
        options = ReporterOptions(
            _shared_export(call, names) or of_reporters.exports.get(name) or own.get("export"),
            stem,
            settings=own,
            color=_COLOURS[call.color],
            switches=of_reporters.switches,
            verbose=call.verbose,
            plain=call.disable_unicode,
        )
        yield make_reporter(name, options, explainer)


def _shared_export(call: CallOptions, names: list[str]) -> str | None:
    """Return where all reports go, which wins over what is said for one, as in Newman. Raises `UsageError`."""
    shared = call.reporter_export
    if shared is None or is_folder(shared):
        return shared
    if len([each for each in dict.fromkeys(names) if each not in SCREEN_REPORTERS]) > 1:
        raise UsageError(
            f"--reporter-export names one file for several reports: {shared}",
            hint=f"`--reporter-export {shared}/` is a folder; `--reporter-junit-export` names the file of one",
        )
    return shared
