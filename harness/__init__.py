"""Replays Postman collections and judges the live answers against their saved examples and schemas.

What a Python program, a conftest or a reporter may use stands in `__all__`; each name is loaded when it is first asked
for, so that `import harness` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.checks.assertion import Assertion, Difference
    from harness.checks.offline import compare
    from harness.collection.model import Collection, Example, Item
    from harness.collection.write import dump_files, dumps
    from harness.errors import HarnessError, Problem
    from harness.library import load, mock, run
    from harness.location import Location
    from harness.mockserver.server import MockServer
    from harness.record.events import ItemStarted, Reporter, RunEvent, RunFinished, RunStarted
    from harness.record.item import AssertionRecord, ExchangeRecord, ItemRecord, ItemRef
    from harness.record.ledger import RunResult, Totals
    from harness.record.status import Status
    from harness.reporters import ReporterOptions
    from harness.reporters.explain import Explainer
    from harness.request.prepared import PreparedBody, PreparedRequest, RequestUrl
    from harness.runner.options import RunOptions
    from harness.transport.exchange import Exchange, Response, SentRequest
    from harness.variables.environment import Environment, load_environment
    from harness.variables.scope import Value

    __version__: str

__all__ = [
    "Assertion",
    "AssertionRecord",
    "Collection",
    "Difference",
    "Environment",
    "Example",
    "Exchange",
    "ExchangeRecord",
    "Explainer",
    "HarnessError",
    "Item",
    "ItemRecord",
    "ItemRef",
    "ItemStarted",
    "Location",
    "MockServer",
    "PreparedBody",
    "PreparedRequest",
    "Problem",
    "Reporter",
    "ReporterOptions",
    "RequestUrl",
    "Response",
    "RunEvent",
    "RunFinished",
    "RunOptions",
    "RunResult",
    "RunStarted",
    "SentRequest",
    "Status",
    "Totals",
    "Value",
    "compare",
    "dump_files",
    "dumps",
    "load",
    "load_environment",
    "mock",
    "run",
]

_HOMES = {
    "Assertion": "harness.checks.assertion",
    "Difference": "harness.checks.assertion",
    "compare": "harness.checks.offline",
    "Collection": "harness.collection.model",
    "Example": "harness.collection.model",
    "Item": "harness.collection.model",
    "dump_files": "harness.collection.write",
    "dumps": "harness.collection.write",
    "HarnessError": "harness.errors",
    "Problem": "harness.errors",
    "load": "harness.library",
    "mock": "harness.library",
    "run": "harness.library",
    "Location": "harness.location",
    "MockServer": "harness.mockserver.server",
    "ReporterOptions": "harness.reporters",
    "Explainer": "harness.reporters.explain",
    "PreparedBody": "harness.request.prepared",
    "PreparedRequest": "harness.request.prepared",
    "RequestUrl": "harness.request.prepared",
    "ItemStarted": "harness.record.events",
    "Reporter": "harness.record.events",
    "RunEvent": "harness.record.events",
    "RunFinished": "harness.record.events",
    "RunStarted": "harness.record.events",
    "AssertionRecord": "harness.record.item",
    "ExchangeRecord": "harness.record.item",
    "ItemRecord": "harness.record.item",
    "ItemRef": "harness.record.item",
    "RunOptions": "harness.runner.options",
    "RunResult": "harness.record.ledger",
    "Status": "harness.record.status",
    "Totals": "harness.record.ledger",
    "Exchange": "harness.transport.exchange",
    "Response": "harness.transport.exchange",
    "SentRequest": "harness.transport.exchange",
    "Environment": "harness.variables.environment",
    "load_environment": "harness.variables.environment",
    "Value": "harness.variables.scope",
}

# Hidden from type checkers, to whom a name that is not there would be `Any` otherwise.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name == "__version__":
            from importlib.metadata import version

            return version("postman-harness")
        if name not in _HOMES:
            raise AttributeError(f"module 'harness' has no attribute {name!r}")
        from importlib import import_module

        value = getattr(import_module(_HOMES[name]), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted((*globals(), *__all__))
