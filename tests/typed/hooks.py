"""A conftest with every hook of the plugin, typed as its author writes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

import harness


def pytest_harness_environment(config: pytest.Config) -> Mapping[str, harness.Value | str]:
    """Give the environment's values, one of them secret."""
    return {"base_url": "http://api.invalid", "key": harness.Value("k3y-of-the-hook", secret=True)}


def pytest_harness_before_request(
    item: harness.Item, request: harness.PreparedRequest
) -> harness.PreparedRequest | None:
    """Send one request with another body, to the same place."""
    if item.name != "add":
        return None
    url: harness.RequestUrl = request.url.with_query("by=hook")
    return replace(request, url=url, body=harness.PreparedBody(b'{"name": "Ada"}'))


def pytest_harness_after_response(item: harness.Item, exchange: harness.Exchange) -> Sequence[harness.Assertion]:
    """Ask for an answer that is not too large."""
    sent: harness.SentRequest = exchange.request
    answer: harness.Response = exchange.response
    small = len(answer.body) < 1000 or sent.method == "HEAD"
    return [harness.Assertion("the answer is small", small, kind="body", expected="< 1000", actual="more")]
