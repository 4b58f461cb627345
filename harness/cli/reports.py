"""Which reports does the call ask for, where do they go, and how much do they say?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import click

from harness.cli.inputs import Command, add_options
from harness.errors import UsageError
from harness.record.events import Reporter
from harness.reporters import (
    ALIASES,
    CLI_SWITCHES,
    FILE_REPORTERS,
    REPORTERS,
    SCREEN_REPORTERS,
    ReporterOptions,
    is_folder,
    make_reporter,
)
from harness.reporters.explain import Explainer

__all__ = ["report_options", "reporters"]

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


def report_options(command: Command) -> Command:
    """Add the options that say what is reported."""
    switches = [
        click.option(f"--reporter-cli-{switch}", is_flag=True, help=_SWITCH_HELP[switch]) for switch in CLI_SWITCHES
    ]
    return add_options(
        command,
        click.option(
            "-r", "--reporters", metavar="NAMES", help=f"Comma list of {', '.join(REPORTERS)} (default: cli)."
        ),
        *(
            click.option(
                f"--reporter-{name}-export", metavar="PATH", help=f"Where the `{name}` report goes; a file or folder."
            )
            for name in FILE_REPORTERS
        ),
        click.option("--reporter-export", metavar="PATH", help="Where every report goes: a file or folder."),
        *switches,
        click.option("--silent", is_flag=True, help="Print nothing but errors of the call itself."),
        click.option("--verbose", is_flag=True, help="Print every request and answer in full."),
        click.option("--color", type=click.Choice(list(_COLOURS)), default="auto", help="Print in colour or not."),
        click.option("--disable-unicode", is_flag=True, help="Print signs such as ✓ in ASCII."),
    )  # fmt: skip


def reporters(
    values: Mapping[str, Any], stem: str, explainer: Explainer, settings: Mapping[str, Mapping[str, str]]
) -> Iterator[Reporter]:
    """Yield the reporters of a run; `stem` names their files, `settings` are those of one reporter each.

    Raises `UsageError`, and `ReportError` for the files.
    """
    given = (each.strip() for each in (values["reporters"] or "cli").split(","))
    names = [ALIASES.get(name, name) for name in given if name]
    if not names:
        raise UsageError("--reporters names none", hint="such as -r cli,junit")
    switches = frozenset(switch for switch in CLI_SWITCHES if values[f"reporter_cli_{switch.replace('-', '_')}"])
    for name in dict.fromkeys(names):
        if name == "cli" and (values["silent"] or "silent" in switches):
            continue
        options = ReporterOptions(
            _export(name, names, values) or settings.get(name, {}).get("export"),
            stem,
            settings=settings.get(name, {}),
            color=_COLOURS[values["color"]],
            switches=switches,
            verbose=values["verbose"],
            plain=values["disable_unicode"],
        )
        yield make_reporter(name, options, explainer)


def _export(name: str, names: list[str], values: Mapping[str, Any]) -> str | None:
    """Return where a report goes. What is said for all of them wins, as in Newman."""
    shared: str | None = values["reporter_export"]
    if shared is None:
        own: str | None = values.get(f"reporter_{name}_export")
        return own
    if not is_folder(shared) and len([each for each in dict.fromkeys(names) if each not in SCREEN_REPORTERS]) > 1:
        raise UsageError(
            f"--reporter-export names one file for several reports: {shared}",
            hint=f"`--reporter-export {shared}/` is a folder; `--reporter-junit-export` names the file of one",
        )
    return shared
