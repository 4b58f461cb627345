"""How is a comparison told to reporters: as a run in which side B was held to what side A answered?"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from itertools import chain, islice

from harness.runner.events import SECRETS_SHOWN, ItemFinished, Reporter, RunFinished, RunStarted
from harness.runner.result import INTERRUPTED, MAX_KEPT_FAILURES, WRONG, ItemResult, RunResult, Totals

__all__ = ["told"]


def told(
    results: Iterable[ItemResult],
    title: str,
    reporters: Sequence[Reporter],
    seed: int | str,
    *,
    secrets_shown: bool = False,
) -> RunResult:
    """Hand each result to the reporters as it comes, and return what came of all; `title` says what is compared."""
    started_at, began = time.time(), time.perf_counter()
    remaining = iter(results)
    first = tuple(islice(remaining, 1))  # a file that is none is told before anything else
    notes = (SECRETS_SHOWN,) if secrets_shown else ()
    started = RunStarted((title,), (None,), 0, 1, None, seed, None, started_at, notes, secrets_shown)
    _emit(reporters, started)
    totals = Totals(iterations=1)
    failures: list[ItemResult] = []
    stopped = None
    try:
        for result in chain(first, remaining):
            totals.add(result)
            if result.status in WRONG and len(failures) < MAX_KEPT_FAILURES:
                failures.append(result)
            _emit(reporters, ItemFinished(result))
    except KeyboardInterrupt:
        stopped = "interrupted"
    elapsed_ms = (time.perf_counter() - began) * 1000
    code = totals.exit_code() if stopped is None else INTERRUPTED
    whole = RunResult(totals, tuple(failures), (), code, started_at, elapsed_ms, seed, stopped)
    _emit(reporters, RunFinished(whole))
    return whole


def _emit(reporters: Sequence[Reporter], event: RunStarted | ItemFinished | RunFinished) -> None:
    for reporter in reporters:
        reporter.handle(event)
