"""What does one pytest run hold of the collections in it: the run that sends, its results, and their reports?"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, suppress
from typing import Any

import pytest

from harness.checks.assertion import Assertion
from harness.checks.rule import Match
from harness.collection import model
from harness.collection.selection import select
from harness.errors import HarnessError, SelectionError, UsageError
from harness.library import mocked, plan_for
from harness.pytest_plugin import nodes
from harness.pytest_plugin.options import choice, option, run_options
from harness.pytest_plugin.reports import Reports
from harness.reporters.explain import Explainer
from harness.request.prepared import PreparedRequest
from harness.runner.options import Plan, RunOptions
from harness.runner.result import ItemResult, Status
from harness.runner.run import Run
from harness.runner.shared import RunHooks
from harness.transport.exchange import Exchange
from harness.variables.redact import Redactor

__all__ = ["HarnessSession", "session_of"]

Key = tuple[int, int]
_NAME = "harness-session"


def session_of(config: pytest.Config) -> HarnessSession:
    """Return what this pytest run holds of collections; made when it is first asked for."""
    found = config.pluginmanager.get_plugin(_NAME)
    if found is None:
        found = HarnessSession(config)
        config.pluginmanager.register(found, _NAME)
    assert isinstance(found, HarnessSession), f"unreachable: the name {_NAME} is ours"
    return found


class HarnessSession:
    """Drives the same `Run` as the command line, one item at a time in pytest's order."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.redactor = Redactor()
        self.explainer = Explainer(self.redactor)
        try:
            self.options: RunOptions = run_options(config)
            self.reports = Reports(config, self.options, self.explainer)
        except HarnessError as error:
            raise pytest.UsageError(self.explainer.problems(error.problems)) from error
        self.exchanges: dict[Key, Exchange] = {}
        """The answers that tests ask for with the fixture `exchange`; others are not kept."""
        self._files: list[nodes.CollectionFile] = []
        self._results: dict[Key, ItemResult] = {}
        self._statuses: set[Status] = set()
        self._wanted: set[int] = set()
        self._key: Key = (0, 0)
        self._missed: dict[str, SelectionError] = {}
        self._hit: set[str] = set()
        self._resources = ExitStack()
        self._run: Run | None = None

    def add(self, file: nodes.CollectionFile) -> None:
        """Take in a collection that was collected."""
        self._files.append(file)

    def miss(self, name: str, error: SelectionError) -> None:
        """Remember that a collection has nothing of that name; one of the others may."""
        self._missed[name] = error

    def hit(self, name: str) -> None:
        """Remember that some collection has something of that name."""
        self._hit.add(name)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Bring the requests of each collection back into its order, whatever has shuffled them."""
        places: dict[pytest.Item, list[int]] = {}
        for index, item in enumerate(items):
            if isinstance(item, nodes.RequestItem):
                places.setdefault(item.file, []).append(index)  # type: ignore[arg-type]  # a node is as hashable
        for file, indexes in places.items():
            order = {id(item): number for number, item in enumerate(file.collection.walk())}  # type: ignore[attr-defined]
            mine = sorted(
                (items[index] for index in indexes),
                key=lambda node: (node.row, order[id(node.item)]),  # type: ignore[attr-defined]
            )
            for index, node in zip(indexes, mine, strict=True):
                items[index] = node

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Make the run ready for exactly the selected requests; nothing is sent before the first one's turn."""
        wrong = next((error for name, error in self._missed.items() if name not in self._hit), None)
        if wrong is not None:
            raise pytest.UsageError(self.explainer.problems(wrong.problems))
        if self.config.getoption("collectonly") or not self._files:
            return
        chosen = [node for node in session.items if isinstance(node, nodes.RequestItem)]
        self._wanted = set(self._named_by_markers(session.items))
        try:
            self._open(chosen)
        except HarnessError as error:
            raise pytest.UsageError(self.explainer.problems(error.problems)) from error

    def _named_by_markers(self, items: Sequence[pytest.Item]) -> Iterator[int]:
        for marker in (marker for item in items for marker in item.iter_markers("harness") if marker.args):
            with suppress(HarnessError):  # told by the test that asks for it
                yield id(self.find(marker.args[0], marker.kwargs.get("collection")))

    def _open(self, chosen: Sequence[nodes.RequestItem]) -> None:
        match: Match | None = choice(option(self.config, "match"), "match")
        wanted = {id(node.item) for node in chosen} | self._wanted
        plans = []
        for file in self._files:
            plan = plan_for(file.collection, self.options, match=match, profile=option(self.config, "profile"))
            items = tuple(item for item in file.collection.walk() if id(item) in wanted)
            plans.append(Plan(plan.collection, plan.settings, items))
        ready = self._resources.enter_context(mocked(plans, self.options))
        self._run = Run(ready, self.options, redactor=self.redactor, hooks=_Hooks(self))
        self._resources.callback(self._run.close)
        self._run.open()

    def run(self, node: nodes.RequestItem) -> ItemResult:
        """Return what became of a request, sending it unless a test asked for it before."""
        return self.result_of(node.item, node.row)

    def result_of(self, item: model.Item, row: int) -> ItemResult:
        """Return what became of an item, sending it if that has not happened yet, and never twice."""
        self._key = key = (id(item), row)
        if key in self._results:
            return self._results[key]
        assert self._run is not None, "unreachable: the run is opened when collection finishes"
        result = self._run.take(self._run.turn(item, row))
        if result.reason == "interrupted" and result.status == Status.NOT_REACHED:
            raise KeyboardInterrupt
        self._statuses.add(result.status)
        if id(item) in self._wanted:
            self._results[key] = result
        return result

    def keep(self, exchange: Exchange) -> None:
        """Keep the answer of the item under way if some test will ask for it."""
        if self._key[0] in self._wanted:
            self.exchanges[self._key] = exchange

    def find(self, name: str, collection: str | None) -> model.Item:
        """Return the one item of a name among the collections. Raises `UsageError` unless there is exactly one."""
        files = [file for file in self._files if collection is None or file.path.match(collection)]
        if not files:
            raise UsageError(
                f"no collection was collected for `{name}`", hint="name its file, or list it in harness_collections"
            )
        found = [item for items in select([file.collection for file in files], (name,)) for item in items]
        if len(found) > 1:
            raise UsageError(f"{len(found)} requests are called `{name}`", hint="use the node path: Folder::Request")
        return found[0]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
        """Hang the outcome on the report, where it survives the way from a worker."""
        report = yield
        if isinstance(item, nodes.RequestItem) and call.when == "call" and item.result is not None:
            report.harness_status = item.result.status.value
            self.reports.attach(report, item.result)
            item.result = None  # pytest holds its items to the end; answers need not stay with them
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Feed the reports; under xdist this is the controller, and the report a worker's."""
        self.reports.take(report)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Close connections and mocks, finish the reports, and do not call a run green in which nothing was judged."""
        self._resources.close()
        self.reports.finish()
        others = any(not isinstance(node, nodes.RequestItem) for node in session.items)
        judged = Status.PASSED in self._statuses or not self._statuses
        if session.exitstatus == pytest.ExitCode.OK and not judged and not others:
            session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED


class _Hooks(RunHooks):
    """Lets a conftest step in, and keeps the answers for the fixture `exchange`."""

    def __init__(self, session: HarnessSession) -> None:
        self._session = session
        self._hook = session.config.hook

    def before_request(self, item: model.Item, request: PreparedRequest) -> PreparedRequest:
        changed = self._hook.pytest_harness_before_request(item=item, request=request)
        return request if changed is None else changed

    def after_response(self, item: model.Item, exchange: Exchange) -> Sequence[Assertion]:
        self._session.keep(exchange)
        more = self._hook.pytest_harness_after_response(item=item, exchange=exchange)
        return [assertion for assertions in more if assertions for assertion in assertions]
