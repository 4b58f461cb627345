"""How is a request that runs once more, because a script jumped back to it, a subtest of the one that jumped?

pytest's own `subtests` is a fixture, and requests have none. Its reports are what the terminal, JUnit files and xdist
know, so these are made here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import pytest
from _pytest.subtests import SubtestContext, SubtestReport, failed_subtests_key

__all__ = ["Told", "subtest", "would_end"]


@dataclass(slots=True)
class Told:
    """What became of a subtest."""

    failure: BaseException | None = None
    """What to report; None where all is well."""


@contextmanager
def subtest(node: pytest.Item, title: str) -> Iterator[Told]:
    """Report what is told within as a subtest of a node; what is hung on the node meanwhile goes to it alone."""
    sections, properties = node._report_sections, node.user_properties
    node._report_sections, node.user_properties = [], []
    told = Told()

    def raise_it() -> None:
        if told.failure is not None:
            raise told.failure

    try:
        yield told
        call = pytest.CallInfo.from_call(raise_it, when="call")
        report = node.ihook.pytest_runtest_makereport(item=node, call=call)
        made = SubtestReport._new(report, SubtestContext(msg=title, kwargs={}), None, None)
        if made.failed:
            node.config.stash[failed_subtests_key][_key(node)] += 1
        capture = node.config.pluginmanager.get_plugin("capturemanager")
        with capture.global_and_fixture_disabled() if capture is not None else nullcontext():
            node.ihook.pytest_runtest_logreport(report=made)
    finally:
        node._report_sections, node.user_properties = sections, properties


def would_end(node: pytest.Item, failure: BaseException | None) -> bool:
    """Return whether the run ends with this failure (`-x`, `--maxfail`), so that no script leads on from it."""
    limit = node.config.getoption("maxfail")
    failed = failure is not None and not isinstance(failure, pytest.skip.Exception)
    return failed and 0 < limit <= node.session.testsfailed + 1


def _key(node: pytest.Item) -> Any:
    """Return by what pytest counts: the parts of an id since pytest 9.2, before that its text."""
    return node.id if hasattr(node, "id") else node.nodeid
