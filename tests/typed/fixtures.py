"""Tests beside a collection with every fixture of the plugin, typed as their author writes them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import harness


@pytest.mark.harness("list")
def test_exchange(exchange: harness.Exchange) -> None:
    """The exchange of a request is at hand."""
    assert exchange.response.status == 200
    assert exchange.response.header("content-type") == "application/json"


def test_mock(harness_mock: Callable[[str], harness.MockServer]) -> None:
    """A mock of a collection runs as long as the test."""
    assert harness_mock("c.postman_collection.json").url.startswith("http://127.0.0.1:")


def test_run(harness_run: Callable[..., harness.RunResult]) -> None:
    """A whole run is a value."""
    result = harness_run("c.postman_collection.json", mock=True)
    assert result.totals.items == 2
    assert result.exit_code == 0
