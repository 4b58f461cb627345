"""Which hooks may a conftest implement?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from harness.checks.assertion import Assertion
    from harness.collection.model import Item
    from harness.request.prepared import PreparedRequest
    from harness.transport.exchange import Exchange
    from harness.variables.environment import Environment

__all__ = ["pytest_harness_after_response", "pytest_harness_before_request", "pytest_harness_environment"]


@pytest.hookspec(firstresult=True)
def pytest_harness_environment(config: pytest.Config) -> Environment | Mapping[str, Any] | Path | str | None:
    """Return the environment: names and values, a file, or None for the one of `--harness-env`.

    Values are laid over that file; another file or an `Environment` gives way to one that is named in the call.

    A value is masked in every report when its name is that of a secret (`auth_token`), when it is used as a credential,
    and when it is given as `harness.Value(text, secret=True)`.
    """


@pytest.hookspec(firstresult=True)
def pytest_harness_before_request(item: Item, request: PreparedRequest) -> PreparedRequest | None:
    """Return the request to send in place of `request`, or None to send that one; `pytest.skip()` skips the item.

    It is called before the item's auth signs, so that a changed body gets a right signature; a request that comes back
    with an Authorization header of its own is not signed again.
    """


@pytest.hookspec
def pytest_harness_after_response(item: Item, exchange: Exchange) -> Sequence[Assertion] | None:
    """Return further assertions about the answer, if any."""
