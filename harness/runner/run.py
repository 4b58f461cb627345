"""How does a run go from its first item to its last, and how does it end early?"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from harness.collection.model import Item
from harness.collection.selection import select
from harness.errors import HarnessError, ScriptError, TimedOut, UnresolvedVariable
from harness.redaction.redactor import Redactor
from harness.runner.bug import failed_by_bug, words_of_bug
from harness.runner.credentials import add_scope_secrets
from harness.runner.events import (
    SECRETS_SHOWN,
    ItemFinished,
    ItemStarted,
    IterationStarted,
    PlannedItem,
    Reporter,
    RunEvent,
    RunFinished,
    RunStarted,
)
from harness.runner.item import failed_to_ask
from harness.runner.mask import masked
from harness.runner.options import Plan, RunOptions
from harness.runner.part import Part
from harness.runner.result import INTERRUPTED, MAX_KEPT_FAILURES, WRONG, ItemResult, RunResult, Status, Totals
from harness.runner.scripts.course import Course
from harness.runner.shared import NamedHooks, RunHooks, Shared
from harness.script.host import ScriptHost
from harness.transport.cookies.jar import CookieJar
from harness.transport.trip import deadline_after
from harness.variables.dynamic import DynamicValues
from harness.variables.scope import Layer, Value

__all__ = ["Run", "Turn"]

_OF_THE_RUN: tuple[Layer, ...] = ("environment", "globals")


@dataclass(frozen=True, slots=True)
class Turn:
    """One item whose time has come."""

    part: Part
    blank: ItemResult
    """The result that is still to be filled in."""
    course: Course | None = None
    """What is told of the item that its scripts choose as the next one."""
    skipped: str | None = None
    """Why it is not asked at all, such as a script that jumped over it."""


class Run:
    """One run of one or more collections, told to its reporters as it goes.

    `execute` does it all; a door that has an order of its own to keep calls `open`, takes the `turns`, and `close`s.
    """

    def __init__(
        self,
        plans: Sequence[Plan],
        options: RunOptions,
        reporters: Sequence[Reporter] = (),
        redactor: Redactor | None = None,
        hooks: RunHooks | None = None,
    ) -> None:
        self.asking = False
        """Whether an item is under way just now."""
        self._plans = plans
        self._options = options
        self._reporters = reporters
        self._shared = Shared(
            DynamicValues(options.seed, clock=options.clock),
            redactor or Redactor(unsafe_show=options.unsafe_show_secrets),
            CookieJar() if options.cookie_jar is None else options.cookie_jar,
            RunHooks() if hooks is None else NamedHooks(hooks),
            script_host=ScriptHost(memory_mb=options.script_memory_mb),
            ends_at=deadline_after(options.run_timeout_s),
        )
        self._totals = Totals()
        self._failures: list[ItemResult] = []
        self._results: list[ItemResult] = []
        self._stopped: str | None = None
        self._interrupted = False
        self._started_at = time.time()
        self._began = time.perf_counter()
        self._resources = ExitStack()
        self._parts: list[Part] = []
        self._hopeless: dict[Item, UnresolvedVariable] = {}
        self._current: tuple[Part, int] | None = None
        self._part_of: dict[Item, Part] = {}

    def execute(self) -> RunResult:
        """Run everything that is selected, from the first item to the last, and return what came of it.

        Raises what `open` raises. What goes wrong with single items is in the result.
        """
        try:
            self.open()
            for turn in self.turns():
                self.take(turn)
        finally:
            self._resources.close()
        return self.close()

    def open(self) -> None:
        """Make everything ready and find the variables that nothing can ever supply.

        Raises `SelectionError` for names that fit nothing and `LoadError` for schemas that cannot be used, both before
        the first request.
        """
        chosen = self._chosen()
        self._resources.callback(self._shared.script_host.close)
        self._parts = [
            Part.of(plan, items, self._options, self._shared, self._resources)
            for plan, items in zip(self._plans, chosen, strict=True)
        ]
        for part in self._parts:
            for layer in _OF_THE_RUN:  # what one collection sets there, the next one finds
                part.scope.layers[layer] = self._parts[0].scope.layers[layer]
            self._part_of.update(dict.fromkeys(part.items, part))
            add_scope_secrets(self._shared.redactor, part.scope, self._options.secrets)
        if self._parts and self._parts[0].has_scripts():
            self._shared.script_host.make_ready()
        self._emit(self._started())
        for part in self._parts:
            self._hopeless.update(part.preflight(self._options, self._shared.redactor))
        self._shared.redactor.settle()
        if self._hopeless:
            self.stop("nothing was sent: a variable of the run is not defined anywhere")

    def turns(self) -> Iterator[Turn]:
        """Yield every item of every iteration in order; each is to be taken before the next is asked for."""
        for part in self._parts:
            for iteration in range(self._options.rows):
                yield from self._iteration(part, iteration)

    def _iteration(self, part: Part, iteration: int) -> Iterator[Turn]:
        """Yield the items of one iteration in the order that scripts give them; last those jumped over, skipped."""
        course = self._course(part)
        while (item := course.next) is not None:
            yield self.turn(item, iteration, course)
        for item in course.left():
            yield replace(self.turn(item, iteration), skipped=course.reason or None)

    def course(self, item: Item) -> Course:
        """Return the way through an iteration of the collection that an item belongs to, at its beginning."""
        return self._course(self._part_of[item])

    def _course(self, part: Part) -> Course:
        scripting = part.runner.scripting
        return Course(part.items, lambda name: scripting.find(name) if scripting else None, self._options.max_jumps)

    def turn(self, item: Item, iteration: int, course: Course | None = None) -> Turn:
        """Return the turn of one item; its iteration begins when the turn before was of another one.

        A `course` is told what the item's scripts choose as the next one.
        """
        part = self._part_of[item]
        if self._current != (part, iteration):
            self._current = (part, iteration)
            self._enter(part, iteration)
            self._emit(IterationStarted(part.plan.collection.name, iteration, self._options.rows))
        blank = _blank(item, part.plan.collection.name, iteration, self._options.rows)
        return Turn(part, replace(blank, repeat=course.times(item) if course is not None else 0), course=course)

    def take(self, turn: Turn) -> ItemResult:
        """Run one item, tell the reporters, and return what became of it, every secret masked."""
        if turn.skipped is not None and self._stopped is None:
            return self._finish(replace(turn.blank, status=Status.SKIPPED, reason=turn.skipped))
        result = self._ask(turn.part, turn.blank)
        return self._finish(result if turn.course is None else self._going_on(turn.course, turn.part, result))

    def _going_on(self, course: Course, part: Part, result: ItemResult) -> ItemResult:
        """Take the next place of the course; a jump that leads nowhere, or one too many, is an error of its item."""
        scripting = part.runner.scripting
        jump = scripting.jump if scripting is not None and self._stopped is None else None
        try:
            target = course.go_on(result.item, jump)
            return replace(result, jumped_to=target, notes=(*result.notes, *course.notes))
        except LookupError as error:
            if course.too_often:
                self.stop(str(error))
            told = ScriptError(str(error), location=result.item.location)
            return failed_to_ask(replace(result, jumped_to=""), told)

    def close(self) -> RunResult:
        """End the run, tell the reporters, and return what came of it."""
        self._resources.close()
        result = self._result((time.perf_counter() - self._began) * 1000)
        self._emit(RunFinished(result))
        return result

    def variables(self, layer: Layer, collection: int = 0) -> Mapping[str, Value]:
        """Return the variables of a layer as they are now; only that of the collection differs between collections."""
        return dict(self._parts[collection].scope.layers[layer])

    @property
    def stopped(self) -> str | None:
        """Why the run ends before its last item."""
        return self._stopped

    def notes(self) -> tuple[str, ...]:
        """Return what a person should know of the configuration when all is done, such as rules that found nothing."""
        notes = [note for certificate in self._options.certificates for note in certificate.notes()]
        notes += [note for part in self._parts for note in self._notes_of(part)]
        return tuple(map(self._shared.redactor.text, notes))

    def _notes_of(self, part: Part) -> list[str]:
        try:
            return list(part.notes())
        except Exception as error:  # the reports of the run are finished all the same
            self._totals.bugs += 1
            return [words_of_bug(error)]

    def stop(self, reason: str, *, interrupted: bool = False) -> None:
        """End the run after the item under way; those that follow are told as not reached."""
        self._stopped = self._stopped or reason
        self._interrupted = self._interrupted or interrupted

    def _chosen(self) -> list[tuple[Item, ...]]:
        if all(plan.items is not None for plan in self._plans):
            return [plan.items or () for plan in self._plans]
        return select([plan.collection for plan in self._plans], self._options.include, self._options.exclude)

    def _enter(self, part: Part, iteration: int) -> None:
        part.scope.layers["data"] = dict(self._options.row(iteration))
        if self._options.data:
            add_scope_secrets(self._shared.redactor, part.scope, self._options.secrets)
        if self._stopped is None:
            self._totals.iterations += 1

    def _ask(self, part: Part, blank: ItemResult) -> ItemResult:
        missing = self._hopeless.get(blank.item)
        if missing is not None:
            return failed_to_ask(blank, missing)
        if self._stopped is not None:
            return replace(blank, reason=self._stopped)
        try:
            self.asking = True
            if self._options.delay_ms and self._totals.requests:
                self._pause(self._options.delay_ms / 1000)
            if self._shared.overdue:
                return failed_to_ask(blank, TimedOut(self._late(), location=blank.item.location))
            self._emit(ItemStarted(blank.item, blank.iteration))
            return part.runner.run(blank)
        except KeyboardInterrupt:
            self.stop("interrupted", interrupted=True)
            return replace(blank, reason="interrupted")
        except HarnessError as error:
            return failed_to_ask(blank, error)
        except Exception as error:
            return failed_by_bug(blank, error, traced=self._options.debug)
        finally:
            self.asking = False

    def _pause(self, seconds: float) -> None:
        ends_at = self._shared.ends_at
        time.sleep(seconds if ends_at is None else max(0.0, min(seconds, ends_at - time.monotonic())))

    def _late(self) -> str:
        return f"the run took longer than {self._options.run_timeout_s:g} s (--timeout)"

    def _finish(self, result: ItemResult) -> ItemResult:
        shown = self._masked(result)
        self._totals.add(shown)
        if shown.status in WRONG and len(self._failures) < MAX_KEPT_FAILURES:
            self._failures.append(shown)
        if self._options.keep_results:
            self._results.append(shown)
        self._emit(ItemFinished(shown))
        if shown.status in WRONG:
            self._stop_if_enough(shown.status)
        return shown

    def _masked(self, result: ItemResult) -> ItemResult:
        try:
            return masked(result, self._shared.redactor)
        except Exception as error:  # what cannot be masked is not shown, the words of the error neither
            nothing = RuntimeError(f"{type(error).__name__} while secrets were masked").with_traceback(
                error.__traceback__
            )
            blank = _blank(result.item, result.collection, result.iteration, result.iterations)
            return failed_by_bug(replace(blank, url="", repeat=result.repeat), nothing, traced=False)

    def _stop_if_enough(self, status: Status) -> None:
        bad = sum(self._totals[status] for status in WRONG)
        limit = self._options.max_failures
        if self._options.bail:
            self.stop("the run ended at the first failure (--bail)")
        elif self._options.bail_on_error and status is Status.ERROR:
            self.stop("the run ended at the first error (--bail folder)")
        elif limit is not None and bad >= limit:
            self.stop(f"the run ended after {bad} failure{'s' if bad > 1 else ''} (--max-failures {limit})")
        elif status is Status.ERROR and self._shared.overdue:
            self.stop(self._late())

    def _emit(self, event: RunEvent) -> None:
        for reporter in self._reporters:
            reporter.handle(event)

    def _started(self) -> RunStarted:
        options = self._options
        return RunStarted(
            collections=tuple(part.plan.collection.name for part in self._parts),
            collection_ids=tuple(part.plan.collection.id for part in self._parts),
            items=options.rows * sum(len(part.items) for part in self._parts),
            iterations=options.rows,
            environment=options.environment.name if options.environment is not None else None,
            seed=self._shared.dynamic.seed,
            mock_url=_mock_url(self._plans),
            started_at=self._started_at,
            notes=(SECRETS_SHOWN,) if self._shared.redactor.unsafe_show else (),
            secrets_shown=self._shared.redactor.unsafe_show,
            planned=tuple(PlannedItem(part.plan.collection.name, item) for part in self._parts for item in part.items),
        )

    def _result(self, elapsed_ms: float) -> RunResult:
        code = INTERRUPTED if self._interrupted else self._totals.exit_code(strict=self._options.strict)
        if self._options.suppress_exit_code and code in (1, 2):
            code = 0
        return RunResult(
            totals=self._totals,
            failures=tuple(self._failures),
            results=tuple(self._results),
            exit_code=code,
            started_at=self._started_at,
            elapsed_ms=elapsed_ms,
            seed=self._shared.dynamic.seed,
            stopped=self._stopped,
            notes=self.notes(),
        )


def _blank(item: Item, collection: str, iteration: int, iterations: int) -> ItemResult:
    return ItemResult(
        item=item,
        status=Status.NOT_REACHED,
        collection=collection,
        iteration=iteration,
        iterations=iterations,
        method=item.request.method,
        url=item.request.url.raw or "",
    )


def _mock_url(plans: Sequence[Plan]) -> str | None:
    origins = [plan.mock_origin for plan in plans if plan.mock_origin is not None]
    return f"http://{origins[0][0]}:{origins[0][1]}" if origins else None
