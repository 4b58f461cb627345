"""`told`: a comparison as reporters hear of it, a run in which side B was held to what side A answered."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from itertools import chain, islice

from harness.record.events import SECRETS_SHOWN, Reporter, RunEvent, RunFinished, RunStarted
from harness.record.item import ItemRecord
from harness.record.ledger import Ledger, RunResult
from harness.record.version import own_version

__all__ = ["told"]


def told(
    records: Iterable[ItemRecord],
    title: str,
    reporters: Sequence[Reporter],
    seed: int | str,
    *,
    secrets_shown: bool = False,
) -> RunResult:
    """Hand each record to the reporters as it comes, and return what came of all; `title` says what is compared."""
    started_at, began = time.time(), time.perf_counter()
    remaining = iter(records)
    first = tuple(islice(remaining, 1))  # a file that is none is told before anything else
    started = RunStarted(
        harness=own_version(),
        collections=(title,),
        collection_ids=(None,),
        seed=seed,
        started_at=started_at,
        notes=(SECRETS_SHOWN,) if secrets_shown else (),
        secrets_shown=secrets_shown,
        at=started_at,
    )
    _emit(reporters, started)
    ledger, stopped = Ledger(), None
    try:
        for record in chain(first, remaining):
            ledger.add(record)
            _emit(reporters, record)
    except KeyboardInterrupt:
        stopped = "interrupted"
    result = ledger.result(
        started_at=started_at,
        elapsed_ms=(time.perf_counter() - began) * 1000,
        seed=seed,
        stopped=stopped,
        interrupted=stopped is not None,
    )
    _emit(reporters, RunFinished(result, time.time()))
    return result


def _emit(reporters: Sequence[Reporter], event: RunEvent) -> None:
    for reporter in reporters:
        reporter.handle(event)
