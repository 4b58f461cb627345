"""`Reports`: the harness's own reports of a pytest run, with workers or without.

The records of a run travel on pytest's reports. Under xdist these go from the workers to the controller, which alone
writes.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from harness.errors import UsageError, did_you_mean
from harness.pytest_plugin.options import call_options
from harness.record.events import SECRETS_SHOWN, Reporter, RunEvent, RunFinished, RunStarted, decode, encode
from harness.record.item import ItemRecord, ItemSource
from harness.record.ledger import Ledger
from harness.record.version import own_version
from harness.reporters import ALIASES, SCREEN_REPORTERS, SETTINGS, ReporterOptions, make_reporter, plugin_names
from harness.reporters.explain import Explainer
from harness.reporters.tee import Tee
from harness.runner.options import RunOptions

__all__ = ["Reports"]


class Reports:
    """Feeds the reporters of `--harness-report` with what pytest reports.

    To the run it is a reporter that takes no more than its beginning: the records come with pytest's reports, of which
    plugins may drop some.
    """

    def __init__(self, config: pytest.Config, options: RunOptions, explainer: Explainer) -> None:
        call = call_options(config)
        self._is_worker = hasattr(config, "workerinput")
        self._wanted = bool(call.report)
        self._options = options
        settings = _settings(call.report_option)
        self._reporters = Tee([] if self._is_worker else [_reporter(pair, settings, explainer) for pair in call.report])
        self._started: RunStarted | None = None
        self._begun = False
        self._unsent: RunStarted | None = None
        """On a worker, the beginning of the run until it has gone to the controller."""
        self._finished: RunFinished | None = None
        self._ledger = Ledger(strict=options.strict, suppress=options.suppress_exit_code)
        self._sources: dict[tuple[str, str], ItemSource] = {}
        """Those of records that were dropped."""

    @property
    def sources(self) -> bool:
        """Whether records tell what the collection says of their items; a worker knows no more than that it may."""
        return self._reporters.sources or (self._is_worker and self._wanted)

    def handle(self, event: RunEvent) -> None:
        """Take in the beginning of the run."""
        if not isinstance(event, RunStarted):
            return
        if self._is_worker:
            self._unsent = event
        elif self._started is None:
            self._started = event

    def begin(self) -> None:
        """Tell the reporters of the beginning; what pytest prints while it collects is within a line until then."""
        if self._started is not None and not self._begun:
            self._begun = True
            self._reporters.handle(self._started)

    def attach(self, report: Any, records: Sequence[ItemRecord]) -> None:
        """Hang records on the report of their item."""
        if not self._wanted or not records:
            return
        if not self._is_worker:
            report.harness_records = records
            return
        report.harness_records = [encode(each) for each in (self._unsent, *records) if each is not None]
        self._unsent = None

    def take(self, report: Any) -> None:
        """Hand the records that hang on a report, if any, to the reporters."""
        # On a worker they stay where they are, to be sent with the report.
        found = () if self._is_worker else report.__dict__.pop("harness_records", ())
        for each in found:
            event = decode(each) if isinstance(each, bytes) else each
            if not isinstance(event, ItemRecord):
                self.handle(event)
            elif report.outcome == "rerun":  # pytest-rerunfailures: only the last attempt counts
                if event.source is not None:
                    self._sources[event.collection, event.item.node_id] = event.source
            else:
                self._add(event)

    def _add(self, record: ItemRecord) -> None:
        self.begin()
        source = self._sources.pop((record.collection, record.item.node_id), None)
        if source is not None:
            record = replace(record, source=source)
        self._ledger.add(record)
        self._reporters.handle(record)

    def finish(self, notes: Sequence[str] = (), stopped: str | None = None) -> None:
        """Complete the reports, but for those that `finish_framing` does."""
        if self._started is None:
            self.handle(self._beginning())
        self.begin()
        if self._started is None:
            return
        result = self._ledger.result(
            started_at=self._started.started_at,
            elapsed_ms=(time.time() - self._started.started_at) * 1000,
            seed=self._started.seed,
            stopped=stopped,
            notes=tuple(notes),
        )
        self._finished = RunFinished(result, time.time())
        self._reporters.handle(self._finished, framing=False)

    def finish_framing(self) -> None:
        """Complete the reports around all that pytest prints of failures, which may be what a server said."""
        if self._finished is not None:
            self._reporters.handle(self._finished, framing=True)

    def _beginning(self) -> RunStarted:
        """Return the beginning of a run in which no request had its turn."""
        options, shown = self._options, self._options.unsafe_show_secrets
        return RunStarted(
            harness=own_version(),
            iterations=options.rows,
            environment=options.environment.name if options.environment is not None else None,
            seed=options.seed or 0,
            started_at=time.time(),
            notes=(SECRETS_SHOWN,) if shown else (),
            secrets_shown=shown,
            at=time.time(),
        )


def _settings(pairs: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return what `--harness-report-option` says, by reporter and option. Raises `UsageError` for one there is not."""
    settings: dict[str, dict[str, str]] = {}
    known = {f"{name}-{each}": (name, each) for name, ours in SETTINGS.items() for each in ours}
    for pair in pairs:
        written, equals, value = pair.partition("=")
        name, setting = known.get(written) or _of_plugin(written)
        if not name:
            raise UsageError(f"no reporter has the option `{written}`", hint=did_you_mean(written, known))
        if not equals and SETTINGS.get(name, {}).get(setting):
            raise UsageError(f"--harness-report-option {written} needs a value", hint=f"such as `{written}=…`")
        settings.setdefault(name, {})[setting] = value if equals else "true"
    return settings


def _of_plugin(written: str) -> tuple[str, str]:
    name = next((each for each in plugin_names() if written.startswith(f"{each}-")), "")
    return name, written.removeprefix(f"{name}-")


def _reporter(pair: str, settings: Mapping[str, Mapping[str, str]], explainer: Explainer) -> Reporter:
    written, equals, file = pair.partition("=")
    name = ALIASES.get(written, written)
    if not equals or name in SCREEN_REPORTERS:
        raise UsageError(f"--harness-report takes NAME=FILE, not `{pair}`", hint="such as json=reports/run.json")
    return make_reporter(name, ReporterOptions(Path(file), settings=settings.get(name, {})), explainer)
