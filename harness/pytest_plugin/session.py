"""`HarnessSession`: the hooks of pytest that open a run, let its requests take their turns, and report them."""

from __future__ import annotations

import gc
from collections.abc import Generator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest

from harness.checks.assertion import Assertion
from harness.collection import model
from harness.errors import HarnessError
from harness.library import mocked, plan_for
from harness.options.confidential import add_call_secrets
from harness.options.resolve import flags
from harness.pytest_plugin import nodes
from harness.pytest_plugin.collected import Collected
from harness.pytest_plugin.failure import CouldNotAsk, PluginExplainer, WrongAnswer, mask_logs, mask_report, shown
from harness.pytest_plugin.needed import needed
from harness.pytest_plugin.options import call_options, run_options
from harness.pytest_plugin.protocol import Protocol
from harness.pytest_plugin.reports import Reports
from harness.pytest_plugin.requests import Requests
from harness.pytest_plugin.updates import uncaptured, updating_for
from harness.record.events import SECRETS_SHOWN
from harness.record.recorder import Recorder
from harness.record.status import Status
from harness.redaction.redactor import Redactor
from harness.request.prepared import PreparedRequest
from harness.runner.options import Plan, RunOptions
from harness.runner.run import Run
from harness.runner.shared import RunHooks
from harness.transport.exchange import Exchange

__all__ = ["HarnessSession", "session_of"]

_NAME = "harness-session"
_PROBLEM = "harness_problem"
_NOTES = "harness_notes"


def session_of(config: pytest.Config) -> HarnessSession:
    """Return what this pytest run holds of collections; made when it is first asked for."""
    found = config.pluginmanager.get_plugin(_NAME)
    if found is None:
        found = HarnessSession(config)
        config.pluginmanager.register(found, _NAME)
        config.pluginmanager.register(Protocol(config), f"{_NAME}-protocol")
    assert isinstance(found, HarnessSession), f"unreachable: the name {_NAME} is ours"
    return found


class HarnessSession:
    """Drives the same `Run` as the command line, one item at a time in pytest's order."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.redactor = Redactor()
        self.recorder = Recorder(self.redactor)
        self.explainer = PluginExplainer()
        try:
            self.options: RunOptions = run_options(config)
            self.redactor.unsafe_show = self.options.unsafe_show_secrets
            add_call_secrets(self.redactor, self.options)
            self.reports = Reports(config, self.options, self.explainer)
            self._updating = updating_for(config, self.options)
            self.explainer.updating = self._updating is not None
        except HarnessError as error:
            raise pytest.UsageError(self.explainer.usage(self.recorder.problems(error.problems))) from None
        mask_logs(config, self.redactor)
        self.shows_passed = _shows_passed(config)
        self.collected = Collected(config, self.options)
        self._requests: Requests | None = None
        self._others_failed = False
        """Whether something failed that is no request of a collection."""
        self._resources = ExitStack()
        self._run: Run | None = None
        self._problem: str | None = None
        self._notes: tuple[str, ...] = ()
        self._noted = False
        """Whether a worker has told its notes."""
        self._told: tuple[str, ...] = ()
        """What became of the examples that were to be written."""

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> Generator[None, None, None]:
        """Bring the requests of each collection back together and into its order, whatever has shuffled them."""
        yield
        together: dict[object, list[pytest.Item]] = {}
        for item in items:
            together.setdefault(item.file if isinstance(item, nodes.RequestItem) else item, []).append(item)
        items[:] = [item for key, mine in together.items() for item in _in_order(key, mine)]

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Make the run ready for exactly the selected requests; nothing is sent before the first one's turn."""
        try:
            self.collected.check()
            if not self.config.getoption("collectonly"):
                self._open(self.collected.wanted(session.items))
        except HarnessError as error:
            text = self.explainer.usage(self.recorder.problems(error.problems))
            if not hasattr(self.config, "workerinput"):
                raise pytest.UsageError(text) from None
            # A worker that ends on its own is an internal error to xdist: the controller says what is wrong.
            self.config.workeroutput[_PROBLEM] = text  # type: ignore[attr-defined]
            session.items.clear()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self) -> None:
        """Begin the reports before anything is sent."""
        self.reports.begin()

    def _open(self, wanted: set[model.Item]) -> None:
        call = call_options(self.config)
        plans, setup = [], {}
        for collection in self.collected.collections.values():
            plan = plan_for(collection, self.options, flags=flags(call), profile=call.profile)
            if self._updating is not None:
                self._updating.check(collection)
            items = tuple(item for item in collection.walk() if item in wanted)
            before = self._needed(replace(plan, items=items))
            setup.update({(item, row): before for item in items for row in range(self.options.rows)})
            plans.append(replace(plan, items=(*before, *items)))
        ready = self._resources.enter_context(mocked(plans, self.options))
        recorder = RunHooks() if self._updating is None else self._updating.recorder
        self._run = Run(ready, self.options, [self.reports], redactor=self.redactor, hooks=_Hooks(self, recorder))
        self._requests = Requests(self._run, self.collected.kept, setup)
        self._resources.callback(self._run.close)
        self._run.open()
        # Thousands of nodes live to the end: they need not be looked through for garbage again and again.
        gc.freeze()
        self._resources.callback(gc.unfreeze)

    def _needed(self, plan: Plan) -> tuple[model.Item, ...]:
        """Return what has to run before the selected requests of a collection, unselected itself."""
        if call_options(self.config).with_needed is None or not plan.items:
            return ()
        return needed(plan, self.options, self.redactor)

    @property
    def requests(self) -> Requests:
        """The requests that take their turns; there are none before collection has finished."""
        assert self._requests is not None, "unreachable: the run is opened when collection finishes"
        return self._requests

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
        """Hang the outcome on the report, where it survives the way from a worker."""
        report = yield
        if isinstance(item, nodes.RequestItem) and call.when == "call" and item.status is not None:
            report.harness_status = item.status.value
            self.reports.attach(report, item.results)
            item.results = []  # pytest holds its items to the end; answers need not stay with them
        elif call.excinfo is not None and isinstance(call.excinfo.value, WrongAnswer | CouldNotAsk):
            style = self.config.getoption("tbstyle")
            report.longrepr = shown(call.excinfo.value.result, self.explainer, style)  # of a test beside collections
        if not isinstance(item, nodes.RequestItem) or report.outcome != "passed":
            mask_report(report, self.redactor)
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Feed the reports; under xdist this is the controller, and the report a worker's."""
        self._others_failed |= report.failed and not hasattr(report, "harness_status")
        mask_report(report, self.redactor)  # the parts of a test (subtests) get their output only now
        self.reports.take(report)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Keep what a worker found to be wrong with the call."""
        told = getattr(node, "workeroutput", {})
        self._problem = told.get(_PROBLEM, self._problem)
        if (notes := told.get(_NOTES)) is not None:  # what is of no use to any worker is of no use
            self._notes = tuple(note for note in notes if note in self._notes or not self._noted)
            self._noted = True

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what the workers found to be wrong with the call, and what became of the examples."""
        for line in self._told:
            terminalreporter.write_line(line)
        if self._problem is not None:
            terminalreporter.write_line(f"ERROR: {self._problem}", red=True)
        shown = (SECRETS_SHOWN,) if self.redactor.unsafe_show else ()
        for note in (*shown, *self._notes):
            terminalreporter.write_line(f"note: {note}", yellow=True)
        self.reports.finish_framing()

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Close connections and mocks, finish the reports, and do not call a run green in which nothing was judged."""
        self._update(session)
        self._resources.close()
        stopped = None
        if self._run is not None:
            self._notes, stopped = self._run.notes(), self._run.stopped
            if hasattr(self.config, "workerinput"):
                self.config.workeroutput[_NOTES] = list(self._notes)  # type: ignore[attr-defined]  # xdist's
        self.reports.finish(self._notes, stopped)
        if not self.config.pluginmanager.has_plugin("terminalreporter"):
            self.reports.finish_framing()
        if self._problem is not None:
            session.exitstatus = pytest.ExitCode.USAGE_ERROR
        statuses = self._requests.statuses if self._requests is not None else set()
        others = any(not isinstance(node, nodes.RequestItem) for node in session.items)
        if session.exitstatus == pytest.ExitCode.OK and statuses and Status.PASSED not in statuses and not others:
            session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED
        if self.options.suppress_exit_code and session.exitstatus == pytest.ExitCode.TESTS_FAILED:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED if self._others_failed else pytest.ExitCode.OK

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Take note of what could not be collected."""
        self._others_failed |= report.failed

    def _update(self, session: pytest.Session) -> None:
        """Write the answers back that were recorded."""
        if self._updating is None or self._run is None:
            return
        unless = None
        if session.exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            unless = "the run was interrupted"
        elif Status.ERROR in self.requests.statuses:
            unless = "the run had errors"
        try:
            with uncaptured(self.config):
                self._told = tuple(
                    self._updating.finish(self._run, len(self.collected.collections), self.redactor, unless)
                )
        except HarnessError as error:
            self._told = (self.explainer.usage(self.recorder.problems(error.problems)),)
            session.exitstatus = pytest.ExitCode.USAGE_ERROR


def _shows_passed(config: pytest.Config) -> bool:
    """Return whether -rP, a JUnit file with its output, pytest-html or allure shows the sections of what passed."""
    names = ("htmlpath", "allure_report_dir")
    return (
        bool(set("PA") & set(config.getoption("reportchars", "")))
        or any(config.getoption(name, None) for name in names)
        or (config.getoption("xmlpath", None) is not None and config.getini("junit_logging") != "no")
    )


def _in_order(key: object, items: list[pytest.Item]) -> list[pytest.Item]:
    if not isinstance(key, nodes.CollectionFile):
        return items
    places = {item: place for place, item in enumerate(key.collection.walk())}
    requests = [item for item in items if isinstance(item, nodes.RequestItem)]
    return [*sorted(requests, key=lambda node: (node.row, places[node.item]))]


class _Hooks(RunHooks):
    """Lets a conftest step in, and keeps the answers for the fixture `exchange`."""

    def __init__(self, session: HarnessSession, recorder: RunHooks) -> None:
        self._session = session
        self._hook = session.config.hook
        self._recorder = recorder

    def before_request(self, item: model.Item, request: PreparedRequest) -> PreparedRequest:
        changed = self._hook.pytest_harness_before_request(item=item, request=request)
        return request if changed is None else changed

    def after_response(self, item: model.Item, exchange: Exchange) -> Sequence[Assertion]:
        self._session.requests.keep(exchange)
        more = self._hook.pytest_harness_after_response(item=item, exchange=exchange)
        return [assertion for assertions in more if assertions for assertion in assertions]

    def judged(
        self, item: model.Item, exchange: Exchange, example: model.Example | None, assertions: Sequence[Assertion]
    ) -> None:
        self._recorder.judged(item, exchange, example, assertions)
