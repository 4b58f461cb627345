"""What does a Python program call to load, run and mock collections?

Puts the rooms together; the command line and the pytest plugin stand on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from harness.collection.load import load_collection
from harness.collection.model import Collection
from harness.collection.replay import with_examples
from harness.config.settings import settings_for
from harness.location import Location
from harness.record.ledger import RunResult
from harness.runner.options import Flags, Plan, RunOptions
from harness.source import Source
from harness.variables.dynamic import DynamicValues
from harness.variables.render import Renderer, RenderOptions

if TYPE_CHECKING:
    from harness.mockserver.server import MockServer

__all__ = ["load", "load_for", "mock", "mocked", "plan_for", "run"]


def load(path: Path | str) -> Collection:
    """Read a collection file; an item of which a part cannot be read is there, with its `faults`.

    Raises `InvalidCollection`, whose `problems` name every fault with its place, where no item is left.
    """
    return load_collection(path)


def load_for(path: Path | str, options: RunOptions) -> Collection:
    """Read a collection file as a run of these options sees it: where examples are replayed, they are its requests."""
    collection = load_collection(path)
    return with_examples(collection) if options.replay == "examples" else collection


def run(collection: Collection, options: RunOptions | None = None) -> RunResult:
    """Run a collection, with the configuration files that belong to it, and return what came of it.

    Raises `HarnessError` for what is wrong with the call or a file; what goes wrong with single requests is in the
    result.
    """
    from harness.runner.run import Run

    options = options or RunOptions()
    with mocked([plan_for(collection, options)], options) as plans:
        return Run(plans, options).execute()


@contextmanager
def mock(collection: Collection, *, port: int = 0, options: RunOptions | None = None) -> Iterator[MockServer]:
    """Serve a collection's saved examples on loopback; the server's `url` says where.

    Raises `UsageError` when the port is taken.
    """
    from harness.mockserver.server import MockServer

    with MockServer([collection], resolve=_resolver(Plan(collection), options or RunOptions()), port=port) as server:
        yield server


def plan_for(
    collection: Collection, options: RunOptions, *, flags: Flags | None = None, profile: str | None = None
) -> Plan:
    """Return the collection with what its configuration files say; the flags win. Raises `InvalidConfig`.

    Where examples are replayed, they have taken the places of the requests.
    """
    settings = settings_for(Path(collection.location.file), options.environment, flags=flags, profile=profile)
    return Plan(with_examples(collection) if options.replay == "examples" else collection, settings)


@contextmanager
def mocked(plans: Sequence[Plan], options: RunOptions) -> Iterator[Sequence[Plan]]:
    """Give each collection a mock of its own for as long as the block lasts, when the options ask for it."""
    if not options.mock:
        yield plans
        return
    from harness.mockserver.server import MockServer

    with ExitStack() as stack:
        servers = [
            stack.enter_context(MockServer([plan.collection], resolve=_resolver(plan, options))) for plan in plans
        ]
        yield [
            replace(plan, mock_origin=server.address, stand_in=server)
            for plan, server in zip(plans, servers, strict=True)
        ]


def _resolver(plan: Plan, options: RunOptions) -> Callable[[str], str]:
    """Return what fills in the variables a mock knows, leaving the others as they are written."""
    from harness.runner.part import scope_for

    scope, dynamic = scope_for(plan, options), DynamicValues(options.seed)
    nowhere = Location(Source("", ""))

    def resolve(text: str) -> str:
        return Renderer(scope, dynamic.at(0, text), RenderOptions()).braces(text, nowhere)

    return resolve
