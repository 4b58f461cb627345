"""`compared`: what two servers answer to the same requests, one after the other.

Each request is sent to side A and then to side B, so that no more than one answer is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from harness.checks.assertion import Assertion
from harness.checks.expectation import Expectation
from harness.collection.model import Example, Item
from harness.diff.pair import Comparison, expectation_of
from harness.record.item import ItemRecord
from harness.record.recorder import Recorder
from harness.record.status import Status
from harness.redaction.redactor import Redactor
from harness.runner.options import Plan, RunOptions
from harness.runner.run import Run, Turn
from harness.runner.shared import RunHooks
from harness.transport.exchange import Exchange
from harness.transport.guard import Guard

__all__ = ["compared"]

Key = tuple[str, str, int, int]


def compared(
    a: tuple[Sequence[Plan], RunOptions],
    b: tuple[Sequence[Plan], RunOptions],
    comparison: Comparison,
    redactor: Redactor,
) -> Iterator[ItemRecord]:
    """Yield what came of each request, secrets masked. Raises what `Run.open` raises.

    Where scripts make one side go another way, its answers wait for those of the other.
    """
    first, second = _FirstSide(), _SecondSide(comparison)
    run_a = Run(*a, redactor=redactor, hooks=first)
    run_b = Run(*b, redactor=redactor, hooks=second)
    try:
        run_a.open()
        run_b.open()
        for one, other in ((run_a, run_b), (run_b, run_a)):
            if one.stopped is not None:  # what one side cannot ask need not be asked of the other
                other.stop(one.stopped)
        yield from _paired(run_a, run_b, first, second, comparison, redactor)
    finally:
        run_a.close()
        run_b.close()


def _paired(
    run_a: Run, run_b: Run, first: _FirstSide, second: _SecondSide, comparison: Comparison, redactor: Redactor
) -> Iterator[ItemRecord]:
    waiting: dict[Key, tuple[ItemRecord, Exchange | None]] = {}
    turns, recorder = run_a.turns(), Recorder(redactor)
    for turn in run_b.turns():
        key = _key(turn)
        while key not in waiting and (earlier := next(turns, None)) is not None:
            waiting[_key(earlier)] = (_taken(run_a, earlier), first.taken())
        result, exchange = waiting.pop(key, (None, None))
        second.answered = exchange
        other = _taken(run_b, turn)
        yield _explained(comparison.result(result, other, tuple(map(recorder.assertion, second.taken()))))
    waiting |= {_key(turn): (_taken(run_a, turn), first.taken()) for turn in turns}
    for result, _ in waiting.values():
        yield comparison.result(result, None)


def _taken(run: Run, turn: Turn) -> ItemRecord:
    """Return the result of an item. Raises `KeyboardInterrupt` where it was interrupted, for both sides."""
    result = run.take(turn)
    if result.status is Status.NOT_REACHED and result.reason == "interrupted":
        raise KeyboardInterrupt
    return result


def _explained(result: ItemRecord) -> ItemRecord:
    """Return the result; one that the guard of a comparison kept back with a reason that names the way out."""
    method = result.item.method.upper()
    if result.status is not Status.WITHHELD or Guard(protected=True).method_refusal(method) is None:
        return result
    reason = f"{method} may change something, and would be sent twice (--allow sends it)"
    return replace(result, reason=reason)


def _key(turn: Turn) -> Key:
    return (turn.outcome.collection, turn.outcome.item.node_id, turn.outcome.iteration, turn.outcome.repeat)


class _FirstSide(RunHooks):
    """Keeps the answer of the item under way."""

    def __init__(self) -> None:
        self._exchange: Exchange | None = None

    def after_response(self, item: Item, exchange: Exchange) -> Sequence[Assertion]:
        self._exchange = exchange
        return ()

    def taken(self) -> Exchange | None:
        """Return the last answer, secrets and all, once."""
        found, self._exchange = self._exchange, None
        return found


class _SecondSide(RunHooks):
    """Holds each answer to that of the other side, and keeps what was found."""

    def __init__(self, comparison: Comparison) -> None:
        self.answered: Exchange | None = None
        self._comparison = comparison
        self._found: list[Assertion] = []

    def expected(self, item: Item, expectation: Expectation) -> Expectation:
        if self.answered is None:
            return Expectation()
        return expectation_of(self.answered.response, self._comparison.a, item.request.method)

    def judged(self, item: Item, exchange: Exchange, example: Example | None, assertions: Sequence[Assertion]) -> None:
        self._found += assertions

    def taken(self) -> list[Assertion]:
        """Return what was found of the last answer, once."""
        found, self._found = self._found, []
        return found
