"""How do the harness's own reports come about in a pytest run, with workers or without?

The results travel on pytest's reports. Under xdist these go from the workers to the controller, which alone writes; a
collection file is not sent along with every result in it, but read again where it is needed.
"""

from __future__ import annotations

import io
import pickle
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from harness.collection.load import load_collection
from harness.collection.model import Item
from harness.collection.replay import with_examples
from harness.errors import UsageError, did_you_mean
from harness.pytest_plugin.options import call_options
from harness.reporters import ALIASES, SCREEN_REPORTERS, SETTINGS, ReporterOptions, make_reporter, plugin_names
from harness.reporters.bodies import shortened
from harness.reporters.explain import Explainer
from harness.reporters.tee import Tee
from harness.runner.events import SECRETS_SHOWN, ItemFinished, Reporter, RunEvent, RunFinished, RunStarted
from harness.runner.options import RunOptions
from harness.runner.result import MAX_KEPT_FAILURES, ItemResult, RunResult, Status, Totals
from harness.source import Source

__all__ = ["Reports"]


class Reports:
    """Feeds the reporters of `--harness-report` with what pytest reports."""

    def __init__(self, config: pytest.Config, options: RunOptions, explainer: Explainer) -> None:
        call = call_options(config)
        self._is_worker = hasattr(config, "workerinput")
        self._wanted = bool(call.report)
        self._options = options
        settings = _settings(call.report_option)
        self._reporters = Tee([] if self._is_worker else [_reporter(pair, settings, explainer) for pair in call.report])
        self._finished: RunFinished | None = None
        self._totals = Totals()
        self._failures: list[ItemResult] = []
        self._started_at = time.time()
        self._files = _Files()
        name = options.environment.name if options.environment is not None else None
        shown = options.unsafe_show_secrets
        notes = (SECRETS_SHOWN,) if shown else ()
        seed = options.seed or 0
        self._emit(RunStarted((), (), 0, options.rows, name, seed, None, self._started_at, notes, shown))

    def attach(self, report: Any, results: Sequence[ItemResult]) -> None:
        """Hang results on the report of their item."""
        if self._wanted and results:
            report.harness_results = _pickled(results) if self._is_worker else results

    def take(self, report: Any) -> None:
        """Hand the results that hang on a report, if any, to the reporters."""
        # On a worker they stay where they are, to be sent with the report.
        found = None if self._is_worker else report.__dict__.pop("harness_results", None)
        if found is None or report.outcome == "rerun":  # pytest-rerunfailures: only the last attempt counts
            return
        for result in self._files.unpickled(found) if isinstance(found, bytes) else found:
            self._totals.add(result)
            if result.status in (Status.FAILED, Status.ERROR) and len(self._failures) < MAX_KEPT_FAILURES:
                self._failures.append(result)
            self._emit(ItemFinished(result))

    def finish(self) -> None:
        """Complete the reports, but for those that `finish_framing` does."""
        elapsed_ms = (time.time() - self._started_at) * 1000
        code = self._totals.exit_code(strict=self._options.strict)
        if self._options.suppress_exit_code and code in (1, 2):
            code = 0
        seed = self._options.seed or 0
        result = RunResult(self._totals, tuple(self._failures), (), code, self._started_at, elapsed_ms, seed)
        self._finished = RunFinished(result)
        self._reporters.handle(self._finished, framing=False)

    def finish_framing(self) -> None:
        """Complete the reports around all that pytest prints of failures, which may be what a server said."""
        if self._finished is not None:
            self._reporters.handle(self._finished, framing=True)

    def _emit(self, event: RunEvent) -> None:
        self._reporters.handle(event)


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


class _Pickler(pickle.Pickler):
    """Names files and items instead of taking them along."""

    def persistent_id(self, obj: Any) -> tuple[str, str, str] | None:
        if isinstance(obj, Item):
            return ("item", obj.location.file, obj.node_id)
        return ("source", obj.name, "") if isinstance(obj, Source) else None


def _pickled(results: Sequence[ItemResult]) -> bytes:
    buffer = io.BytesIO()
    _Pickler(buffer).dump(list(map(shortened, results)))
    return buffer.getvalue()


class _Files:
    """The files that results from workers name, each read once."""

    def __init__(self) -> None:
        self._sources: dict[str, Source] = {}
        self._items: dict[tuple[str, str], Item] = {}

    def unpickled(self, data: bytes) -> list[ItemResult]:
        """Return the results that a worker, which is our own process, has pickled."""
        files = self

        class _Unpickler(pickle.Unpickler):
            def persistent_load(self, pid: tuple[str, str, str]) -> Source | Item:
                return files._item(pid[1], pid[2]) if pid[0] == "item" else files._source(pid[1])

        results: list[ItemResult] = _Unpickler(io.BytesIO(data)).load()
        return results

    def _item(self, file: str, node_id: str) -> Item:
        if (file, node_id) not in self._items:
            collection = load_collection(file)
            self._sources[file] = collection.location.source
            items = (*with_examples(collection).walk(), *collection.walk())
            self._items.update(((file, item.node_id), item) for item in items)
        return self._items[file, node_id]

    def _source(self, name: str) -> Source:
        if name not in self._sources:
            path = Path(name)
            self._sources[name] = Source(name, path.read_text("utf-8", "replace") if path.is_file() else "")
        return self._sources[name]
