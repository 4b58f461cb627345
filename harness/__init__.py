"""Replays Postman collections and judges the live answers against their saved examples and schemas.

What a Python program may use stands in `__all__`; each name is loaded when it is first asked for, so that
`import harness` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.checks.assertion import Difference
    from harness.checks.offline import compare
    from harness.collection.model import Collection, Example
    from harness.collection.write import dump_files, dumps
    from harness.errors import HarnessError
    from harness.library import load, mock, run
    from harness.record.item import ItemRecord
    from harness.record.ledger import RunResult
    from harness.record.status import Status
    from harness.runner.options import RunOptions
    from harness.variables.environment import Environment, load_environment

__all__ = [
    "Collection",
    "Difference",
    "Environment",
    "Example",
    "HarnessError",
    "ItemRecord",
    "RunOptions",
    "RunResult",
    "Status",
    "compare",
    "dump_files",
    "dumps",
    "load",
    "load_environment",
    "mock",
    "run",
]

_HOMES = {
    "Collection": "harness.collection.model",
    "Difference": "harness.checks.assertion",
    "Example": "harness.collection.model",
    "Environment": "harness.variables.environment",
    "HarnessError": "harness.errors",
    "ItemRecord": "harness.record.item",
    "RunOptions": "harness.runner.options",
    "RunResult": "harness.record.ledger",
    "Status": "harness.record.status",
    "compare": "harness.checks.offline",
    "dump_files": "harness.collection.write",
    "dumps": "harness.collection.write",
    "load": "harness.library",
    "load_environment": "harness.variables.environment",
    "mock": "harness.library",
    "run": "harness.library",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("postman-harness")
    if name not in _HOMES:
        raise AttributeError(f"module 'harness' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted((*globals(), *__all__))
