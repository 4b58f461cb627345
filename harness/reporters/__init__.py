"""Which reporters are there, and who makes one by its name?"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from harness.errors import UsageError, did_you_mean
from harness.reporters.explain import Explainer
from harness.runner.events import Reporter

__all__ = ["ALIASES", "CLI_SWITCHES", "ELSEWHERE", "REPORTERS", "ReporterOptions", "is_folder", "make_reporter"]

REPORTERS = ("cli", "json", "junit", "html")
"""The names that `make_reporter` knows, as Newman has them."""

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

ALIASES = {"htmlextra": "html", "htmlfull": "html"}
"""Names of Newman's reporters that mean one of ours."""

ELSEWHERE = {
    "progress": "`-r cli` shows a bar while it runs at a terminal",
    "emojitrain": "`-r cli` shows a bar while it runs at a terminal",
    "teamcity": "TeamCity reads `-r junit` with its XML report processing",
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
    """Further choices of the `html` reporter, by Newman's names with hyphens; a switch has the value `true`."""

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
        from harness.reporters.terminal import TerminalReporter, TerminalStyle

        style = TerminalStyle(options.switches, options.verbose, options.plain)
        return TerminalReporter(explain, stream=options.stream, color=options.color, width=options.width, style=style)
    if name == "junit":
        from harness.reporters.junit import JUnitReporter

        return JUnitReporter(options.path(".junit.xml"), explain)
    if name == "json":
        from harness.reporters.json_report import JsonReporter

        return JsonReporter(options.path(".json"), explain)
    if name == "html":
        from harness.reporters.html_report.options import HtmlOptions
        from harness.reporters.html_report.report import HtmlReporter

        return HtmlReporter(options.path(".html"), explain, HtmlOptions.of(options.settings))
    known = ", ".join(f"`{each}`" for each in REPORTERS)
    if name in ELSEWHERE:
        raise UsageError(f"there is no reporter `{name}`", hint=f"{ELSEWHERE[name]}; there are {known}")
    near = did_you_mean(name, REPORTERS)
    raise UsageError(f"unknown reporter `{name}`", hint=f"{near} There are {known}" if near else f"there are {known}")
