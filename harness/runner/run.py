"""`Run`: one run of one or more collections, from its first item to its last or to what ends it early."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from harness.collection.model import Item
from harness.collection.selection import select
from harness.errors import HarnessError, ScriptError, TimedOut, UnresolvedVariable
from harness.record.events import (
    SECRETS_SHOWN,
    ItemStarted,
    PlannedItem,
    Reporter,
    RunEvent,
    RunFinished,
    RunStarted,
)
from harness.record.item import ItemRecord, ItemSource
from harness.record.ledger import Ledger, RunResult
from harness.record.recorder import Recorder
from harness.record.status import WRONG, Status
from harness.record.version import own_version
from harness.redaction.redactor import Redactor
from harness.runner.bug import fail_by_bug, words_of_bug
from harness.runner.credentials import add_scope_secrets
from harness.runner.options import Plan, RunOptions
from harness.runner.outcome import Outcome
from harness.runner.part import Part
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
    outcome: Outcome
    """What is to be filled in."""
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
        """Take what is to be run; a reporter with `sources` set is told what the collection says of each item."""
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
        self._recorder = Recorder(self._shared.redactor)
        self._ledger = Ledger(strict=options.strict, suppress=options.suppress_exit_code, keep=options.keep_results)
        self._sources = any(getattr(reporter, "sources", False) for reporter in reporters)
        self._told: set[tuple[str, str]] = set()
        """Items whose source stands in an earlier record."""
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
            yield self.turn(item, iteration, skipped=course.reason or None)

    def course(self, item: Item) -> Course:
        """Return the way through an iteration of the collection that an item belongs to, at its beginning."""
        return self._course(self._part_of[item])

    def _course(self, part: Part) -> Course:
        scripting = part.runner.scripting
        return Course(part.items, lambda name: scripting.find(name) if scripting else None, self._options.max_jumps)

    def turn(self, item: Item, iteration: int, course: Course | None = None, *, skipped: str | None = None) -> Turn:
        """Return the turn of one item; its iteration begins when the turn before was of another one.

        A `course` is told what the item's scripts choose as the next one; `skipped` says why it is not asked at all.
        """
        part = self._part_of[item]
        if self._current != (part, iteration):
            self._current = (part, iteration)
            self._enter(part, iteration)
        repeat = course.times(item) if course is not None else 0
        outcome = Outcome(item, part.plan.collection.name, iteration, self._options.rows, repeat)
        return Turn(part, outcome, course, skipped)

    def take(self, turn: Turn) -> ItemRecord:
        """Run one item, tell the reporters, and return what became of it, every secret masked."""
        outcome = turn.outcome
        if turn.skipped is not None and self._stopped is None:
            outcome.end(Status.SKIPPED, turn.skipped)
            return self._finish(outcome)
        outcome = self._ask(turn.part, outcome)
        if turn.course is not None:
            self._go_on(turn.course, turn.part, outcome)
        return self._finish(outcome)

    def _go_on(self, course: Course, part: Part, outcome: Outcome) -> None:
        """Take the next place of the course; a jump that leads nowhere, or one too many, is an error of its item."""
        scripting = part.runner.scripting
        jump = scripting.jump if scripting is not None and self._stopped is None else None
        try:
            outcome.jumped_to = course.go_on(outcome.item, jump)
            outcome.notes = (*outcome.notes, *course.notes)
        except LookupError as error:
            if course.too_often:
                self.stop(str(error))
            outcome.jumped_to = ""
            outcome.fail(ScriptError(str(error), location=outcome.item.location))

    def close(self) -> RunResult:
        """End the run, tell the reporters, and return what came of it."""
        self._resources.close()
        result = self._ledger.result(
            started_at=self._started_at,
            elapsed_ms=(time.perf_counter() - self._began) * 1000,
            seed=self._shared.dynamic.seed,
            stopped=self._recorder.optional(self._stopped),
            notes=self.notes(),
            interrupted=self._interrupted,
        )
        self._emit(RunFinished(result, time.time()))
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
        return self._recorder.texts(notes)

    def _notes_of(self, part: Part) -> list[str]:
        try:
            return list(part.notes())
        except Exception as error:  # the reports of the run are finished all the same
            self._ledger.blame()
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

    def _ask(self, part: Part, outcome: Outcome) -> Outcome:
        """Return the outcome, filled in; a new one where nothing is left to be said but what ended it."""
        item = outcome.item
        try:
            missing = self._hopeless.get(item)
            if missing is not None:
                raise missing
            if self._stopped is not None:
                outcome.reason = self._stopped
                return outcome
            self.asking = True
            if self._options.delay_ms and self._ledger.answered:
                self._pause(self._options.delay_ms / 1000)
            if self._shared.overdue:
                raise TimedOut(self._late(), location=item.location)
            self._emit(ItemStarted(self._recorder.ref(item), outcome.iteration, time.time()))
            part.runner.run(outcome)
            return outcome
        except KeyboardInterrupt:
            self.stop("interrupted", interrupted=True)
            outcome = outcome.anew()
            outcome.reason = "interrupted"
        except HarnessError as error:
            outcome = outcome.anew()
            outcome.fail(error)
        except Exception as error:
            outcome = outcome.anew()
            fail_by_bug(outcome, error, traced=self._options.debug)
        finally:
            self.asking = False
        return outcome

    def _pause(self, seconds: float) -> None:
        ends_at = self._shared.ends_at
        time.sleep(seconds if ends_at is None else max(0.0, min(seconds, ends_at - time.monotonic())))

    def _late(self) -> str:
        return f"the run took longer than {self._options.run_timeout_s:g} s (--timeout)"

    def _finish(self, outcome: Outcome) -> ItemRecord:
        record = self._recorded(outcome)
        self._ledger.add(record)
        self._emit(record)
        if record.status in WRONG:
            self._stop_if_enough(record.status)
        return record

    def _recorded(self, outcome: Outcome) -> ItemRecord:
        try:
            return outcome.record(self._recorder, self._source(outcome))
        except Exception as error:  # what cannot be masked is not shown, the words of the error neither
            nothing = RuntimeError(f"{type(error).__name__} while secrets were masked").with_traceback(
                error.__traceback__
            )
            blank = outcome.anew()
            blank.url = ""
            fail_by_bug(blank, nothing, traced=False)
            return blank.record(self._recorder)

    def _source(self, outcome: Outcome) -> ItemSource | None:
        """Return what the collection says of an item whose first record this is, where somebody shows it."""
        key = (outcome.collection, outcome.item.node_id)
        if not self._sources or key in self._told:
            return None
        self._told.add(key)
        return self._recorder.source(outcome.item)

    def _stop_if_enough(self, status: Status) -> None:
        bad = self._ledger.wrong
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
        options, recorder = self._options, self._recorder
        environment = options.environment.name if options.environment is not None else None
        return RunStarted(
            harness=own_version(),
            collections=recorder.texts(part.plan.collection.name for part in self._parts),
            collection_ids=tuple(part.plan.collection.id for part in self._parts),
            items=options.rows * sum(len(part.items) for part in self._parts),
            iterations=options.rows,
            environment=recorder.optional(environment),
            seed=self._shared.dynamic.seed,
            mock_url=_mock_url(self._plans),
            started_at=self._started_at,
            notes=(SECRETS_SHOWN,) if self._shared.redactor.unsafe_show else (),
            secrets_shown=self._shared.redactor.unsafe_show,
            planned=tuple(
                PlannedItem(recorder.text(part.plan.collection.name), recorder.ref(item))
                for part in self._parts
                for item in part.items
            ),
            at=time.time(),
        )


def _mock_url(plans: Sequence[Plan]) -> str | None:
    origins = [plan.mock_origin for plan in plans if plan.mock_origin is not None]
    return f"http://{origins[0][0]}:{origins[0][1]}" if origins else None
