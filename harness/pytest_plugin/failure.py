"""How does what went wrong look to pytest, to the plugins that read its reports, and to whoever called it?"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

import pytest
from _pytest._code.code import ReprEntryNative, ReprExceptionInfo, ReprFileLocation, ReprTraceback, TerminalRepr
from msgspec.structs import replace

from harness.pytest_plugin.options import as_in_pytest
from harness.record.item import ItemRecord, ProblemRecord
from harness.record.status import Status
from harness.redaction.redactor import Redactor
from harness.reporters.explain import Explainer
from harness.reporters.screen import harmless

__all__ = ["CouldNotAsk", "PluginExplainer", "WrongAnswer", "failure_of", "mask_logs", "mask_report", "shown"]


_LIST = "`harness check FILE --list`"


class _Unwell(Exception):
    def __init__(self, result: ItemRecord, explainer: Explainer) -> None:
        super().__init__(explainer.headline(result))
        self.result = result


class WrongAnswer(_Unwell, AssertionError):
    """A request was answered wrongly; pytest is shown the explanation, never this traceback.

    An assertion as any other, so that plugins which tell *failed* from *broken* do so here too.
    """


class CouldNotAsk(_Unwell):
    """A request could not be sent, or no answer came."""


for _each in (WrongAnswer, CouldNotAsk):
    _each.__module__ = "harness"  # some plugins print the name in full, for people


def failure_of(result: ItemRecord, explainer: Explainer) -> WrongAnswer | CouldNotAsk:
    """Return the exception that stands for a result which is not well."""
    return (CouldNotAsk if result.status in (Status.ERROR, Status.NOT_REACHED) else WrongAnswer)(result, explainer)


def shown(result: ItemRecord, explainer: Explainer, style: str | None = None) -> ReprExceptionInfo:
    """Return the explanation as pytest's own representation of a failure.

    The whole text is what is printed; the one line is what the short summary, `--tb=line` and the `message` of JUnit
    files show. Only pytest's own classes survive the way from a worker of xdist. `style` is that of `--tb`.
    """
    text = explainer.failure(result)
    if result.reason and result.error is None:
        text += f"\n\n{explainer.lines(as_in_pytest(result.reason))}"
    text = harmless(text)
    place = result.item.place
    return ReprExceptionInfo(
        ReprTraceback([ReprEntryNative([text + "\n"])] if style != "line" else [], None, "native"),
        ReprFileLocation(place.file, place.line or 1, explainer.headline(result)),
    )


def mask_report(report: Any, redactor: Redactor) -> None:
    """Mask what pytest itself puts into a report: values in an assertion of a test beside collections, logs, output."""
    report.longrepr = _masked(report.longrepr, redactor)
    report.sections = _masked(report.sections, redactor)


def mask_logs(config: pytest.Config, redactor: Redactor) -> None:
    """Mask what pytest writes of logs as they come, to the terminal (`log_cli`) and to a file."""
    plugin = config.pluginmanager.get_plugin("logging-plugin")
    for name in ("log_cli_handler", "log_file_handler"):
        handler = getattr(plugin, name, None)
        if handler is not None and handler.formatter is not None:
            handler.setFormatter(_MaskingFormatter(handler.formatter, redactor))


class _MaskingFormatter(logging.Formatter):
    def __init__(self, inner: logging.Formatter, redactor: Redactor) -> None:
        super().__init__()
        self._inner = inner
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        return self._redactor.text(self._inner.format(record))


def _masked(value: Any, redactor: Redactor) -> Any:
    if isinstance(value, str):
        return redactor.text(value)
    if isinstance(value, (list, tuple)):
        return type(value)(_masked(each, redactor) for each in value)
    if isinstance(value, TerminalRepr):
        for name, part in vars(value).items():
            setattr(value, name, _masked(part, redactor))
    return value


class PluginExplainer(Explainer):
    """Names options as pytest knows them: `--harness-env-var` for `--env-var`."""

    def problem(self, problem: ProblemRecord) -> str:
        """Return a problem with its place drawn and its hint."""
        return super().problem(replace(problem, summary=as_in_pytest(problem.summary)))

    def headline(self, result: ItemRecord) -> str:
        """Return why an item is not well in one line."""
        line = super().headline(result)
        return as_in_pytest(line) if result.error is not None else line

    def hint(self, text: str) -> str:
        """Return what may help."""
        return super().hint(as_in_pytest(text.replace(_LIST, "`pytest --collect-only`")))

    def usage(self, problems: Iterable[ProblemRecord]) -> str:
        """Return what is wrong with the call; pytest puts its own `ERROR:` before it."""
        return self.problems(problems).removeprefix("error: ").rstrip()
