"""How does a run become one page? Its results wait in temporary files until the page around them is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

from harness.reporters.explain import Explainer
from harness.reporters.html_report.blocks import Blocks
from harness.reporters.html_report.bodies import Allowance, Bodies
from harness.reporters.html_report.options import HtmlOptions
from harness.reporters.html_report.overview import Overview
from harness.reporters.html_report.page import page
from harness.reporters.html_report.record import panel, row
from harness.reporters.html_report.source import brief_item, item_source
from harness.reporters.spool import open_spool, publish
from harness.reporters.tally import Tally
from harness.runner.events import ItemFinished, RunEvent, RunFinished, RunStarted
from harness.runner.result import WRONG, ItemResult, RunResult

__all__ = ["HtmlReporter"]

_MAX_PLAIN = 200


class HtmlReporter:
    """Writes the page when the run has finished."""

    def __init__(self, path: Path, explain: Explainer, settings: Mapping[str, str] | None = None) -> None:
        self.path = path
        self._explain = explain.styled(width=100)
        self._options = HtmlOptions.of(settings or {})
        self._bodies = Bodies(self._explain, self._options)
        self._allowance = Allowance()
        self._rows, self._panels = Blocks("row", path), Blocks("panel", path)
        self._items, self._sources = Blocks("item", path), Blocks("source", path)
        self._plain = open_spool(path)
        self._wrong = 0
        self._iterations = 1
        self._numbers: dict[tuple[str, str], int] = {}
        self._started = RunStarted((), (), 0, 1)
        self._tally = Tally()

    def handle(self, event: RunEvent) -> None:
        """Take in the next event. Raises `ReportError` if the report cannot be written at the end."""
        if isinstance(event, RunStarted):
            self._started = event
        elif isinstance(event, ItemFinished):
            self._add(event.result)
        elif isinstance(event, RunFinished):
            self._finish(event.result)

    def _add(self, result: ItemResult) -> None:
        self._tally.add(result)
        self._iterations = max(self._iterations, result.iterations)
        wrong = result.status in WRONG
        if wrong:
            self._add_plain(result)
        if not self._options.listed(result.item.name, result.item.folders):
            return
        limit = self._allowance.characters(wrong, sum(blocks.size for blocks in self._blocks))
        self._rows.add(row(result, self._number(result), self._explain))
        self._panels.add(panel(result, self._bodies, limit, self._explain))

    def _add_plain(self, result: ItemResult) -> None:
        """Set aside what is read where scripts do not run: on paper, and behind the security policy of some CIs."""
        self._wrong += 1
        if self._wrong <= _MAX_PLAIN:
            self._plain.write(f"<pre>{escape(self._explain.failure(result))}</pre>\n")

    def _number(self, result: ItemResult) -> int:
        """Return the number of a result's item; what its file says is kept when it is met first."""
        key = (result.collection, result.item.node_id)
        if key not in self._numbers:
            self._numbers[key] = self._items.add(brief_item(result.item, result.collection, self._explain))
            self._sources.add(item_source(result.item, self._explain))
        return self._numbers[key]

    @property
    def _blocks(self) -> tuple[Blocks, ...]:
        return (self._rows, self._items, self._panels, self._sources)

    def _finish(self, result: RunResult) -> None:
        overview = Overview(self._started, result, self._tally, self._explain)
        parts: dict[str, Any] = {
            "overview": overview,
            "options": self._options,
            "shortened": self._allowance.shortened,
            "plain": self._plain.chunks(),
            "more_plain": max(self._wrong - _MAX_PLAIN, 0),
            "blocks": self._block_chunks(),
            "settings": {
                "iterations": self._iterations,
                "onlyFails": self._options.show_only_fails,
                "plain": self._options.no_syntax_highlighting,
            },
        }
        publish(self.path, page(parts))
        self._plain.close()
        for blocks in self._blocks:
            blocks.close()

    def _block_chunks(self) -> Iterator[str]:
        for blocks in self._blocks:
            yield from blocks.chunks()
