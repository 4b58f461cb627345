"""How does a request take its turn when nobody watches the steps in between?

pytest runs each item in three phases with a report each, for fixtures that are set up and torn down. A request has no
fixtures, and half of the time of a quick one went into them. So where neither a plugin, a conftest nor an option could
tell the difference, a request has the phase `call` only. In doubt pytest's own way is taken.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from harness.pytest_plugin.nodes import RequestItem

__all__ = ["Protocol"]

_WATCHED = ("protocol", "setup", "call", "teardown", "makereport", "logreport")
# What these hang on the phases is output, log records and marks; `Protocol` asks below whether there can be any. Others
# of pytest's own plugins, such as that for JUnit files, want all three phases.
_UNCONCERNED = frozenset(
    {
        *("assertion", "cacheprovider", "capture", "config", "debugging", "faulthandler", "logging", "main", "runner"),
        *("setuponly", "setupplan", "skipping", "stepwise", "subtests", "terminal", "terminalprogress"),
        *("threadexception", "tmpdir", "unittest", "unraisableexception", "warnings"),
    }
)
_OPTIONS = (
    *("setuponly", "setupshow", "setupplan", "usepdb", "trace", "durations"),
    *("log_level", "log_cli_level", "log_file"),
)
_INI_VALUES = ("log_level", "log_cli", "log_cli_level", "log_file", "log_file_level")
_MARKS = frozenset({"skip", "skipif", "xfail"})
_OUTRIGHT = (pytest.exit.Exception, KeyboardInterrupt)


class Protocol:
    """Runs requests in one phase, unless somebody would notice."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._unwatched: bool | None = None

    @pytest.hookimpl
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        """Run a request that is followed by another of its file; the last one has pytest clean up behind them all."""
        if not isinstance(item, RequestItem) or not isinstance(nextitem, RequestItem) or nextitem.file is not item.file:
            return None
        if self._unwatched is None:
            self._unwatched = self._is_unwatched()
        if not self._unwatched or any(mark.name in _MARKS for mark in item.iter_markers()):
            return None
        _run(item)
        return True

    def _is_unwatched(self) -> bool:
        config = self._config
        hooks = config.hook
        stepping_in = (hooks.pytest_harness_before_request, hooks.pytest_harness_after_response)
        return not (
            hasattr(config, "workerinput")
            or any(config.getoption(name, None) not in (None, False) for name in _OPTIONS)
            or any(config.getini(name) for name in _INI_VALUES)
            or any(caller.get_hookimpls() for caller in stepping_in)
            or not all(self._is_known(getattr(hooks, f"pytest_runtest_{name}").get_hookimpls()) for name in _WATCHED)
        )

    def _is_known(self, implementations: Iterable[Any]) -> bool:
        for each in implementations:
            package, _, module = each.function.__module__.partition(".")
            if not (package == "_pytest" and module.partition(".")[0] in _UNCONCERNED) and package != "harness":
                return False
        return True


def _run(item: RequestItem) -> None:
    """Do what pytest's own protocol does for the phase `call`."""
    hook = item.ihook
    hook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    call = pytest.CallInfo.from_call(item.runtest, when="call", reraise=_OUTRIGHT)
    report = hook.pytest_runtest_makereport(item=item, call=call)
    hook.pytest_runtest_logreport(report=report)
    if call.excinfo is not None and not isinstance(call.excinfo.value, pytest.skip.Exception):
        hook.pytest_exception_interact(node=item, call=call, report=report)
    hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
