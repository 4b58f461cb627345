"""What have all collections of one run in common?"""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from harness.auth.digest_terms import ChallengeStore
from harness.auth.means import TokenStore
from harness.checks.assertion import Assertion
from harness.checks.expectation import Expectation
from harness.collection.model import Example, Item
from harness.errors import HarnessError, HookFailed
from harness.redaction.redactor import Redactor
from harness.request.prepared import PreparedRequest
from harness.script.host import ScriptHost
from harness.transport.cookies.jar import CookieJar
from harness.transport.exchange import Exchange
from harness.variables.dynamic import DynamicValues

__all__ = ["NamedHooks", "RunHooks", "Shared"]


class RunHooks:
    """Where a Python program may step in while an item runs; this class leaves everything as it is."""

    def before_request(self, item: Item, request: PreparedRequest) -> PreparedRequest:
        """Return the request to sign and send in place of the one that was prepared.

        With an Authorization header of its own it is not signed again.
        """
        return request

    def after_response(self, item: Item, exchange: Exchange) -> Sequence[Assertion]:
        """Return further assertions about the answer."""
        return ()

    def expected(self, item: Item, expectation: Expectation) -> Expectation:
        """Return what an answer is held to in place of what the collection says."""
        return expectation

    def judged(self, item: Item, exchange: Exchange, example: Example | None, assertions: Sequence[Assertion]) -> None:
        """Take note of an answer, secrets and all, and of what the example that was expected says of it."""


class NamedHooks(RunHooks):
    """The hooks of a Python program; an exception of one becomes a `HookFailed` that names it and its place."""

    def __init__(self, hooks: RunHooks) -> None:
        self._hooks = hooks
        self.expected, self.judged = hooks.expected, hooks.judged  # type: ignore[method-assign]  # only ours have these

    def before_request(self, item: Item, request: PreparedRequest) -> PreparedRequest:
        """Return what the hooks return. Raises `HookFailed`."""
        with _named("before", item):
            return self._hooks.before_request(item, request)

    def after_response(self, item: Item, exchange: Exchange) -> Sequence[Assertion]:
        """Return what the hooks return. Raises `HookFailed`."""
        with _named("after", item):
            return self._hooks.after_response(item, exchange)


@contextmanager
def _named(when: str, item: Item) -> Iterator[None]:
    try:
        yield
    except HarnessError:
        raise
    except Exception as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(frame.filename).name}:{frame.lineno}, in {frame.name}"
        said = f"{type(error).__name__}: {error}".removesuffix(": ")
        raise HookFailed(
            f"a hook that steps in {when} the request failed: {said} ({where})", location=item.location
        ) from error


@dataclass(frozen=True, slots=True)
class Shared:
    """What there is once in a run: dynamic values, secrets, cookies, hooks, tokens, an engine for scripts, its end."""

    dynamic: DynamicValues
    redactor: Redactor
    cookies: CookieJar = field(default_factory=CookieJar)
    hooks: RunHooks = field(default_factory=RunHooks)
    tokens: TokenStore = field(default_factory=TokenStore)
    challenges: ChallengeStore = field(default_factory=ChallengeStore)
    script_host: ScriptHost = field(default_factory=ScriptHost)
    """What runs the scripts of every collection, one after the other."""
    ends_at: float | None = None
    """When the run must be over, on the monotonic clock."""

    def remaining(self) -> float | None:
        """Return the seconds that are left of the run, none or more; None where it has no end."""
        return None if self.ends_at is None else max(0.0, self.ends_at - time.monotonic())

    @property
    def overdue(self) -> bool:
        """Whether the time of the run is over."""
        return self.ends_at is not None and time.monotonic() >= self.ends_at
