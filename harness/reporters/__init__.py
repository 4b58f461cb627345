"""Which reporters are there, and who makes one by its name?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from harness.errors import UsageError, did_you_mean
from harness.reporters.explain import Explainer
from harness.runner.events import Reporter

__all__ = ["REPORTERS", "ReporterOptions", "make_reporter"]

REPORTERS = ("cli", "json", "junit")
"""The names that `make_reporter` knows, as Newman has them."""

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

    def path(self, ending: str) -> Path:
        """Return the file of a report that ends in `ending`."""
        if self.export is not None:
            return Path(self.export)
        name = _NOT_IN_FILE_NAME.sub("_", self.collection)[:_LONGEST_FILE_NAME].strip(". ")
        return self.folder / f"{name or 'report'}{ending}"


def make_reporter(name: str, options: ReporterOptions, explain: Explainer) -> Reporter:
    """Return the reporter called `name`. A report that cannot be written is found out here, before anything runs.

    Raises `UsageError` for an unknown name, `ReportError` for a file that cannot be written.
    """
    # Each is imported only when asked for.
    if name == "cli":
        from harness.reporters.terminal import TerminalReporter

        return TerminalReporter(explain, stream=options.stream, color=options.color, width=options.width)
    if name == "junit":
        from harness.reporters.junit import JUnitReporter

        return JUnitReporter(options.path(".junit.xml"), explain)
    if name == "json":
        from harness.reporters.json_report import JsonReporter

        return JsonReporter(options.path(".json"), explain)
    known = ", ".join(f"`{each}`" for each in REPORTERS)
    near = did_you_mean(name, REPORTERS)
    raise UsageError(f"unknown reporter `{name}`", hint=f"{near} There are {known}" if near else f"there are {known}")
