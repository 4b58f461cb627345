"""Which reporters are there, and who makes one by its name?"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import TextIO

from harness.errors import HarnessError, UsageError, did_you_mean
from harness.record.events import Reporter
from harness.reporters.explain import Explainer
from harness.reporters.html_report.options import HTML_SETTINGS

__all__ = [
    "ALIASES",
    "CLI_SWITCHES",
    "ELSEWHERE",
    "FILE_REPORTERS",
    "PLUGINS",
    "REPORTERS",
    "SCREEN_REPORTERS",
    "SETTINGS",
    "ReporterOptions",
    "is_folder",
    "make_reporter",
    "plugin_names",
]

_FILES = {
    "github": (".github.md", "harness.reporters.ci.github:GitHubReporter"),
    "har": (".har", "harness.reporters.har.report:HarReporter"),
    "html": (".html", "harness.reporters.html_report.report:HtmlReporter"),
    "json": (".json", "harness.reporters.summary.report:JsonReporter"),
    "junit": (".junit.xml", "harness.reporters.ci.junit:JUnitReporter"),
    "ndjson": (".ndjson", "harness.reporters.ndjson:NdjsonReporter"),
}
"""The reporters that write a file: how its usual name ends, and the class, made of the path and an `Explainer`.

One with options of its own, in `SETTINGS`, takes those that were given as well.
"""

FILE_REPORTERS = tuple(_FILES)
SCREEN_REPORTERS = ("cli", "teamcity")
"""Those that write to the standard output."""
REPORTERS = (*SCREEN_REPORTERS, *FILE_REPORTERS)
"""The names that `make_reporter` knows, as Newman has them; `plugin_names` are those of other packages."""

SETTINGS: Mapping[str, Mapping[str, bool]] = {"html": HTML_SETTINGS, "junit": {"locations": False}}
"""The options of a reporter of ours beside `export`, in lower case with hyphens, and whether each has a value."""

PLUGINS = "harness.reporters"
"""The group of entry points in which other packages name theirs."""

CLI_SWITCHES = (
    "silent",
    "show-timestamps",
    "no-summary",
    "no-failures",
    "no-assertions",
    "no-success-assertions",
    "no-console",
    "no-banner",
)
"""What may be switched off or on in the `cli` reporter, by Newman's names."""

ALIASES = {"htmlextra": "html", "htmlfull": "html", "progress": "cli", "emojitrain": "cli"}
"""Names of Newman's reporters that mean one of ours."""

ELSEWHERE = {
    "allure": "Allure reads the files of `-r junit`",
    "junitfull": "`-r junit` tells every request and every failure",
    "csv": "`-r json` has the same numbers",
    "confluence": "attach the page of `-r html`",
    "slack": "send the file of `-r json` or `-r junit` with a step of the CI",
    "slackmsg": "send the file of `-r json` or `-r junit` with a step of the CI",
    "influxdb": "`-r json` has the numbers",
}
"""Newman's reporters that we lack, by name, and what to use instead."""

_NOT_IN_FILE_NAME = re.compile(r"[^\w.() -]+")
_LONGEST_FILE_NAME = 100


@dataclass(frozen=True, slots=True)
class ReporterOptions:
    """Where a report goes and how it looks; each reporter uses what concerns it."""

    export: Path | str | None = None
    """The file of the report, in place of `reports/<collection>.junit.xml` or `reports/<collection>.json`."""
    collection: str = ""
    """The collection's name, for the name of that file."""
    folder: Path = Path("reports")
    stream: TextIO | None = None
    """Where the `cli` reporter writes; the standard output if None."""
    color: bool | None = None
    """None is decided by the stream, `NO_COLOR` and `FORCE_COLOR`."""
    width: int | None = None
    """Columns; None is decided by the terminal."""
    switches: frozenset[str] = frozenset()
    """Those of `CLI_SWITCHES` that were given."""
    verbose: bool = False
    """Whether requests and answers are shown in full."""
    plain: bool = False
    """Whether signs beyond ASCII are written in ASCII."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """The values of `--reporter-<name>-<option>` by option, in lower case with hyphens; `true` where none was given."""

    def path(self, ending: str) -> Path:
        """Return the file of a report that ends in `ending`."""
        folder = self.folder
        if self.export is not None:
            if not is_folder(self.export):
                return Path(self.export)
            folder = Path(self.export)
        name = _NOT_IN_FILE_NAME.sub("_", self.collection)[:_LONGEST_FILE_NAME].strip(". ")
        return folder / f"{name or 'report'}{ending}"


def is_folder(path: Path | str) -> bool:
    """Return whether a path means a folder, in which a report gets its usual name: it is one, or ends in a slash."""
    return str(path).endswith(("/", os.sep)) or os.path.isdir(path)


def make_reporter(name: str, options: ReporterOptions, explain: Explainer) -> Reporter:
    """Return the reporter called `name`. A report that cannot be written is found out here, before anything runs.

    Raises `UsageError` for an unknown name, `ReportError` for a file that cannot be written.
    """
    name = ALIASES.get(name, name)
    # Each is imported only when asked for.
    if name == "cli":
        from harness.reporters.terminal.reporter import TerminalReporter, TerminalStyle

        style = TerminalStyle(options.switches, options.verbose, options.plain)
        return TerminalReporter(explain, stream=options.stream, color=options.color, width=options.width, style=style)
    if name == "teamcity":
        from harness.reporters.ci.teamcity import TeamCityReporter

        return TeamCityReporter(explain, options.stream)
    if name in _FILES:
        ending, target = _FILES[name]
        module, _, factory = target.partition(":")
        settings = (options.settings,) if name in SETTINGS else ()
        reporter: Reporter = getattr(import_module(module), factory)(options.path(ending), explain, *settings)
        return reporter
    if name in plugin_names():
        return _plugin(name, options, explain)
    names = [*REPORTERS, *plugin_names()]
    known = ", ".join(f"`{each}`" for each in names)
    if name in ELSEWHERE:
        raise UsageError(f"there is no reporter `{name}`", hint=f"{ELSEWHERE[name]}; there are {known}")
    near = did_you_mean(name, names)
    raise UsageError(f"unknown reporter `{name}`", hint=f"{near} There are {known}" if near else f"there are {known}")


def plugin_names() -> tuple[str, ...]:
    """Return the names of the reporters that other installed packages bring along."""
    return tuple(sorted({point.name for point in entry_points(group=PLUGINS)} - set(REPORTERS)))


def _plugin(name: str, options: ReporterOptions, explain: Explainer) -> Reporter:
    point = next(iter(entry_points(group=PLUGINS, name=name)))
    package = point.dist.name if point.dist is not None else point.module
    try:
        reporter: Reporter = point.load()(options, explain)
    except HarnessError:
        raise
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        raise UsageError(
            f"the reporter `{name}` of the package `{package}` cannot be made: {reason}",
            hint=f"its entry point is `{point.value}`, called with the options and an `Explainer`",
        ) from error
    return reporter
