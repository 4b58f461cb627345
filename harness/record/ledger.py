"""`Ledger`: the one place where the records of a run are counted, and where they become a verdict and an exit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from math import ceil, sqrt
from typing import Literal

import msgspec

from harness.record.base import Record
from harness.record.item import BUG, Effect, ItemRecord, script_ran
from harness.record.status import WRONG, Status

__all__ = ["INTERRUPTED", "Drift", "Ledger", "RunResult", "ScriptCount", "Times", "Totals", "Verdict", "unanswered"]

INTERRUPTED = 130  # as shells report a process that Ctrl-C ended

Verdict = Literal["passed", "failed", "error", "unchecked", "interrupted"]
"""The one word for a whole run."""

_MOST_FAILURES = 1000
_ORDER: tuple[Effect, ...] = ("breaking", "compatible", "note", "known")
_LABELS: Mapping[Effect, str] = {"breaking": "drift", "compatible": "compatible", "note": "allowed", "known": "known"}
_BEGUN = frozenset({Status.PASSED, Status.FAILED, Status.ERROR, Status.UNCHECKED})
_NO_ANSWER = frozenset({"TransportError", "ConnectFailed", "TimedOut", "TooManyRedirects", "InvalidResponse"})


def unanswered(record: ItemRecord) -> bool:
    """Return whether a request went out, or was on its way, and no answer came."""
    return record.exchange is None and record.error_type in _NO_ANSWER


class Drift(Record, frozen=True):
    """How many differences of a kind were found, and how they were taken."""

    effect: Effect
    kind: str
    count: int


class Times(Record, frozen=True):
    """The response times of a run, in milliseconds; percentiles by the nearest rank."""

    count: int = 0
    mean: float = 0.0
    least: float = 0.0
    most: float = 0.0
    deviation: float = 0.0
    """The standard deviation of a whole population, as Newman's."""
    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0

    def line(self) -> str:
        """Return them in a few words; empty where nothing was answered."""
        told = [("avg", self.mean), ("p50", self.p50), ("p95", self.p95), ("max", self.most)]
        return ", ".join(f"{name} {value:.0f} ms" for name, value in told) if self.count else ""


class ScriptCount(Record, frozen=True):
    """How many scripts ran, and how many of them ended in an error."""

    ran: int = 0
    failed: int = 0


class Totals(Record, frozen=True):
    """The counts of a run: the same numbers stand in every report and decide the exit code."""

    statuses: dict[Status, int] = msgspec.field(default_factory=dict)
    requests: int = 0
    """Answers received."""
    assertions: int = 0
    assertions_failed: int = 0
    iterations: int = 0
    bytes_received: int = 0
    bugs: int = 0
    """Records for which harness itself is to blame."""
    compared: int = 0
    """Answers that were held against a saved example."""
    unanswered: int = 0
    """Requests that got no answer."""
    begun: int = 0
    """Items whose turn came, whether or not a request was sent."""
    tests: ScriptCount = ScriptCount()
    prerequests: ScriptCount = ScriptCount()
    drift: tuple[Drift, ...] = ()
    """Differences found; what breaks the contract first, then what is found most often."""
    times: Times = Times()

    def __getitem__(self, status: Status) -> int:
        return self.statuses.get(status, 0)

    @property
    def items(self) -> int:
        """How many records were counted."""
        return sum(self.statuses.values())

    @property
    def wrong(self) -> int:
        """How many items ended in a way that a person must look at."""
        return sum(self[status] for status in WRONG)

    def drift_lines(self) -> Iterator[tuple[str, str]]:
        """Yield for each way to take a difference its label and what was found, such as `drift` and `missing key 2`."""
        for effect in _ORDER:
            found = [f"{each.kind} {each.count:,}" for each in self.drift if each.effect == effect]
            if found:
                yield _LABELS[effect], ", ".join(found)


class RunResult(Record, frozen=True):
    """A finished run: its counts, its first failures, and the exit code they add up to."""

    totals: Totals
    exit_code: int = 0
    verdict: Verdict = "passed"
    started_at: float = 0.0
    """Seconds since 1970."""
    elapsed_ms: float = 0.0
    seed: int | str = 0
    stopped: str | None = None
    """Why the run ended early."""
    notes: tuple[str, ...] = ()
    """What a person should know beside the records, such as rules that were of no use."""
    failures: tuple[ItemRecord, ...] = ()
    """Failed and errored items, at most the first 1,000."""
    results: tuple[ItemRecord, ...] = ()
    """Every record, only when `RunOptions.keep_results` is set."""

    def counted(self) -> RunResult:
        """Return the result without the records in it, which stand before it in a stored run."""
        return msgspec.structs.replace(self, failures=(), results=())

    @property
    def suppressed(self) -> bool:
        """Whether the exit code was told to say nothing of what went wrong."""
        return self.verdict in {"failed", "error"} and self.exit_code == 0


class Ledger:
    """Counts records as they come, keeps the first failures, and says at the end what came of the run."""

    def __init__(self, *, strict: bool = False, suppress: bool = False, keep: bool = False) -> None:
        """Begin with nothing.

        `strict` has what was not judged or withheld fail the run, `suppress` turns the exit codes 1 and 2 into 0, and
        `keep` has every record in the result.
        """
        self._strict, self._suppress = strict, suppress
        self._statuses: Counter[Status] = Counter()
        self._counts: Counter[str] = Counter()
        self._scripts: Counter[tuple[str, bool]] = Counter()
        self._drift: Counter[tuple[Effect, str]] = Counter()
        self._times = _RunningTimes()
        self._iterations: set[tuple[str, int]] = set()
        self._failures: list[ItemRecord] = []
        self._results: list[ItemRecord] | None = [] if keep else None

    def add(self, record: ItemRecord) -> None:
        """Count one more record."""
        self._statuses[record.status] += 1
        if record.status is not Status.NOT_REACHED:
            self._iterations.add((record.collection, record.iteration))
        if record.status in WRONG and len(self._failures) < _MOST_FAILURES:
            self._failures.append(record)
        if self._results is not None:
            self._results.append(record)
        counts = self._counts
        counts["bugs"] += record.error_type == BUG
        counts["begun"] += record.status in _BEGUN or bool(record.scripts)
        counts["unanswered"] += unanswered(record)
        counts["assertions"] += sum(not assertion.skipped for assertion in record.assertions)
        counts["assertions_failed"] += sum(not assertion.passed for assertion in record.assertions)
        self._add_scripts(record)
        if record.exchange is not None:
            self._add_answer(record, record.exchange.response.wire_size)

    def __getitem__(self, status: Status) -> int:
        return self._statuses[status]

    @property
    def wrong(self) -> int:
        """How many items have ended in a way that a person must look at."""
        return sum(self._statuses[status] for status in WRONG)

    @property
    def answered(self) -> int:
        """How many answers have come."""
        return self._counts["requests"]

    def blame(self) -> None:
        """Count a bug of harness itself that no record tells of."""
        self._counts["bugs"] += 1

    def exit_code(self) -> int:
        """Return whose fault it is: 0 nobody's, 1 the server's, 2 nobody was asked, 3 our own, 5 nothing judged."""
        if self._counts["bugs"]:
            return 3
        if self[Status.ERROR]:
            return 2
        if self[Status.FAILED] or (self._strict and (self[Status.UNCHECKED] or self[Status.WITHHELD])):
            return 1
        return 0 if self[Status.PASSED] else 5

    def totals(self) -> Totals:
        """Return the counts as they stand."""
        counts = self._counts
        ordered = sorted(self._drift.items(), key=lambda each: (_ORDER.index(each[0][0]), -each[1], each[0][1]))
        return Totals(
            statuses={status: self._statuses[status] for status in Status},
            requests=counts["requests"],
            assertions=counts["assertions"],
            assertions_failed=counts["assertions_failed"],
            iterations=len(self._iterations),
            bytes_received=counts["bytes_received"],
            bugs=counts["bugs"],
            compared=counts["compared"],
            unanswered=counts["unanswered"],
            begun=counts["begun"],
            tests=self._script_count("test"),
            prerequests=self._script_count("prerequest"),
            drift=tuple(Drift(effect, kind, count) for (effect, kind), count in ordered),
            times=self._times.record(),
        )

    def result(
        self,
        *,
        started_at: float,
        elapsed_ms: float,
        seed: int | str = 0,
        stopped: str | None = None,
        notes: tuple[str, ...] = (),
        interrupted: bool = False,
    ) -> RunResult:
        """Return what came of the run."""
        code = INTERRUPTED if interrupted else self.exit_code()
        verdict = self._verdict(code)
        return RunResult(
            totals=self.totals(),
            exit_code=0 if self._suppress and code in (1, 2) else code,
            verdict=verdict,
            started_at=started_at,
            elapsed_ms=elapsed_ms,
            seed=seed,
            stopped=stopped,
            notes=notes,
            failures=tuple(self._failures),
            results=tuple(self._results or ()),
        )

    def restored(self, result: RunResult) -> RunResult:
        """Return the result of a stored run with the failures that were met on the way to it."""
        return msgspec.structs.replace(result, failures=tuple(self._failures))

    def _verdict(self, code: int) -> Verdict:
        if code == INTERRUPTED:
            return "interrupted"
        if code in (2, 3):
            return "error"
        return "failed" if code == 1 else "passed" if self[Status.PASSED] else "unchecked"

    def _add_answer(self, record: ItemRecord, size: int) -> None:
        counts = self._counts
        counts["requests"] += 1
        counts["bytes_received"] += size
        counts["compared"] += record.example is not None and any(each.kind != "script" for each in record.assertions)
        self._times.add(record.elapsed_ms)
        for assertion in record.assertions:
            for difference in assertion.differences:
                self._drift[difference.effect, difference.kind] += 1

    def _add_scripts(self, record: ItemRecord) -> None:
        wrong = {each.name for each in record.assertions if not each.passed and each.kind == "script"}
        for title in record.scripts:
            owner, _, listen = title.rpartition(" › ")
            self._scripts[listen, False] += 1
            self._scripts[listen, True] += script_ran(listen, owner) in wrong
        self._scripts["prerequest", True] += record.error_type == "ScriptError"

    def _script_count(self, listen: str) -> ScriptCount:
        return ScriptCount(self._scripts[listen, False], self._scripts[listen, True])


class _RunningTimes:
    """Response times, added up as they come. Percentiles are kept to three digits, so that memory stays bounded."""

    def __init__(self) -> None:
        self._count, self._sum, self._squares = 0, 0.0, 0.0
        self._least, self._most = float("inf"), 0.0
        self._seen: Counter[float] = Counter()

    def add(self, elapsed_ms: float) -> None:
        self._count += 1
        self._sum += elapsed_ms
        self._squares += elapsed_ms * elapsed_ms
        self._least, self._most = min(self._least, elapsed_ms), max(self._most, elapsed_ms)
        self._seen[float(f"{elapsed_ms:.3g}")] += 1

    def record(self) -> Times:
        if not self._count:
            return Times()
        mean = self._sum / self._count
        deviation = sqrt(max(self._squares / self._count - mean**2, 0.0))
        percentiles = (self._percentile(percent) for percent in (50, 95, 99))
        return Times(self._count, mean, self._least, self._most, deviation, *percentiles)

    def _percentile(self, percent: int) -> float:
        """Return the time that so many percent of the answers did not exceed (nearest rank)."""
        rank, passed = ceil(self._count * percent / 100), 0
        for value, count in sorted(self._seen.items()):
            passed += count
            if passed >= rank:
                return min(value, self._most)
        return 0.0
