"""Which fixtures do tests beside collections get?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from harness.mockserver.server import MockServer
    from harness.record.ledger import RunResult
    from harness.transport.exchange import Exchange

__all__ = ["exchange", "harness_mock", "harness_run"]


@pytest.fixture
def exchange(request: pytest.FixtureRequest) -> Exchange:
    """The exchange of the request that `@pytest.mark.harness("Folder/Request")` names, sent once in this run."""
    from harness.errors import HarnessError
    from harness.pytest_plugin.failure import failure_of
    from harness.pytest_plugin.session import session_of

    marker = request.node.get_closest_marker("harness")
    if marker is None or not marker.args:
        raise pytest.UsageError('the fixture `exchange` needs @pytest.mark.harness("Folder/Request")')
    session = session_of(request.config)
    try:
        _, item = session.collected.find(marker.args[0], marker.kwargs.get("collection"))
        result = session.requests.record_of(item, 0)
    except HarnessError as error:
        pytest.fail(session.explainer.problems(session.recorder.problems(error.problems)), pytrace=False)
    answered = session.requests.exchanges.get((item, 0))
    if answered is None:
        raise failure_of(result, session.explainer)
    return answered


@pytest.fixture
def harness_mock() -> Iterator[Callable[[Path | str], MockServer]]:
    """Start the mock of a collection: `harness_mock("collections/x.json").url`; stopped when the test ends."""
    from harness.library import load, mock

    with ExitStack() as stack:
        yield lambda collection: stack.enter_context(mock(load(collection)))


@pytest.fixture
def harness_run(request: pytest.FixtureRequest) -> Callable[..., RunResult]:
    """Run a collection and return its `RunResult`: `harness_run("collections/x.json", mock=True)`.

    Keyword arguments are those of `RunOptions`; what is not given is as in the options of this pytest run.
    """
    from harness.library import load, run
    from harness.pytest_plugin.session import session_of

    def call(collection: Path | str, **options: Any) -> RunResult:
        return run(load(collection), replace(session_of(request.config).options, keep_results=True, **options))

    return call
