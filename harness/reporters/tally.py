"""What is told of a whole run beside how its items ended: examples compared, drift by kind, response times, scripts?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import ceil, sqrt
from typing import Literal

from harness.checks.assertion import FAIL_ON, SEVERITIES, Assertion, Difference, Severity
from harness.runner.result import ItemResult, Status, script_ran

__all__ = ["Effect", "Tally", "Times", "effect", "unanswered"]

Effect = Severity | Literal["known"]
"""A severity as it was taken; `known` is drift that the configuration accepts for a time."""

_ORDER: tuple[Effect, ...] = (*SEVERITIES, "known")
_LABELS: Mapping[Effect, str] = {"breaking": "drift", "compatible": "compatible", "note": "allowed", "known": "known"}
_BEGUN = frozenset({Status.PASSED, Status.FAILED, Status.ERROR, Status.UNCHECKED})
_NO_ANSWER = frozenset({"TransportError", "ConnectFailed", "TimedOut", "TooManyRedirects", "InvalidResponse"})


def unanswered(result: ItemResult) -> bool:
    """Return whether a request went out, or was on its way, and no answer came."""
    return result.exchange is None and result.error_type in _NO_ANSWER


def effect(assertion: Assertion, difference: Difference) -> Effect:
    """Return a difference's severity as it was taken: what counts as a failure breaks the contract."""
    if difference.accepted:
        return "known"
    counting = SEVERITIES[: FAIL_ON.index(assertion.fail_on) + 1]
    return "breaking" if difference.severity in counting else difference.severity


class Times:
    """Response times, added up as they come. Percentiles are kept to three digits, so that memory stays bounded."""

    def __init__(self) -> None:
        self.count = 0
        self.most = 0.0
        self._sum, self._squares, self._least = 0.0, 0.0, float("inf")
        self._seen: Counter[float] = Counter()

    def add(self, elapsed_ms: float) -> None:
        """Take in one response time."""
        self.count += 1
        self._sum += elapsed_ms
        self._squares += elapsed_ms * elapsed_ms
        self._least, self.most = min(self._least, elapsed_ms), max(self.most, elapsed_ms)
        self._seen[float(f"{elapsed_ms:.3g}")] += 1

    @property
    def least(self) -> float:
        """The shortest; 0 where there was none."""
        return self._least if self.count else 0.0

    @property
    def mean(self) -> float:
        """The average; 0 where there was none."""
        return self._sum / self.count if self.count else 0.0

    @property
    def deviation(self) -> float:
        """The standard deviation of a whole population, as Newman's."""
        return sqrt(max(self._squares / self.count - self.mean**2, 0.0)) if self.count else 0.0

    def percentile(self, percent: int) -> float:
        """Return the time that so many percent of the answers did not exceed (nearest rank)."""
        rank, passed = ceil(self.count * percent / 100), 0
        for value, count in sorted(self._seen.items()):
            passed += count
            if passed >= rank:
                return min(value, self.most)
        return 0.0


@dataclass(slots=True)
class Tally:
    """Counts that grow with each result; no result is kept."""

    compared: int = 0
    """Answers that were held against a saved example."""
    drift: Counter[tuple[Effect, str]] = field(default_factory=Counter)
    """Differences found, by how they were taken and kind."""
    times: Times = field(default_factory=Times)
    unanswered: int = 0
    """Requests that got no answer."""
    begun: int = 0
    """Items whose turn came, whether or not a request was sent."""
    scripts: Counter[str] = field(default_factory=Counter)
    """Scripts that ran: `test` and `prerequest`."""
    scripts_failed: Counter[str] = field(default_factory=Counter)
    """Those of them that ended in an error."""

    def add(self, result: ItemResult) -> None:
        """Count one more result."""
        self.begun += result.status in _BEGUN or bool(result.scripts)
        self.unanswered += unanswered(result)
        self._add_scripts(result)
        if result.exchange is None:
            return
        self.times.add(result.elapsed_ms)
        self.compared += result.example is not None and any(each.kind != "script" for each in result.assertions)
        self.drift.update(
            (effect(assertion, each), each.kind) for assertion in result.assertions for each in assertion.differences
        )

    def _add_scripts(self, result: ItemResult) -> None:
        wrong = {each.name for each in result.assertions if not each.passed and each.kind == "script"}
        for title in result.scripts:
            owner, _, listen = title.rpartition(" › ")
            self.scripts[listen] += 1
            self.scripts_failed[listen] += script_ran(listen, owner) in wrong
        self.scripts_failed["prerequest"] += result.error_type == "ScriptError"

    def kinds(self) -> list[tuple[Effect, str, int]]:
        """Return how each kind of difference was taken, and its number; what breaks the contract first."""
        ordered = sorted(self.drift.items(), key=lambda each: (_ORDER.index(each[0][0]), -each[1], each[0][1]))
        return [(taken, kind, count) for (taken, kind), count in ordered]

    def drift_lines(self) -> Iterator[tuple[str, str]]:
        """Yield for each way to take a difference its label and what was found, such as `drift` and `missing key 2`."""
        kinds = self.kinds()
        for taken in _ORDER:
            found = [f"{kind} {count:,}" for effect_, kind, count in kinds if effect_ == taken]
            if found:
                yield _LABELS[taken], ", ".join(found)

    def time_line(self) -> str:
        """Return the response times in a few words; empty where nothing was answered."""
        if not self.times.count:
            return ""
        told = [("avg", self.times.mean), ("p50", self.times.percentile(50)), ("p95", self.times.percentile(95)),
                ("max", self.times.most)]  # fmt: skip
        return ", ".join(f"{name} {value:.0f} ms" for name, value in told)
