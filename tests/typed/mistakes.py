"""Mistakes of users that a type checker finds: an `ignore` that is not needed any more is itself an error."""

from __future__ import annotations

from dataclasses import replace

import harness


class HalfReporter:
    """Cannot take in an event."""


def mistakes(item: harness.Item, exchange: harness.Exchange, request: harness.PreparedRequest) -> None:
    """Do what is wrong, line by line."""
    harness.laod("c.json")  # type: ignore[attr-defined]  # misspelt
    harness.run("c.json")  # type: ignore[arg-type]  # a path is no collection
    harness.RunOptions(mok=True)  # type: ignore[call-arg]  # misspelt
    harness.compare([], match="shapes")  # type: ignore[arg-type]  # no such way
    harness.Assertion("a", True, kind="boddy")  # type: ignore[arg-type]  # no such kind
    exchange.response.status = 200  # type: ignore[misc]  # results are frozen
    item.name.decode()  # type: ignore[attr-defined]  # a text
    replace(request, body=b"")  # type: ignore[arg-type]  # no prepared body
    reporter: harness.Reporter = HalfReporter()  # type: ignore[assignment]  # lacks `handle`
    del reporter
