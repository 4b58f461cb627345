"""What was sent in a run and what came back, for the network tab of a browser or a proxy: HAR 1.2."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path
from typing import Any

from harness.record.events import SECRETS_SHOWN, RunEvent, RunFinished, RunStarted
from harness.record.item import ItemRecord, RequestRecord
from harness.record.ledger import unanswered
from harness.record.version import own_version
from harness.reporters.explain import Explainer
from harness.reporters.har.entry import entries, unanswered_entry
from harness.reporters.spool import open_spool, publish

__all__ = ["HarReporter"]


class HarReporter:
    """Writes the archive when the run has finished: a page for each iteration, an entry for each request sent."""

    def __init__(self, path: Path, explain: Explainer) -> None:
        self.path = path
        self._explain = explain.styled()
        self._spool = open_spool(path)
        self._pages: dict[tuple[str, int], dict[str, Any]] = {}
        self._entries = 0
        self._now = 0.0
        self._comment = ""

    def handle(self, event: RunEvent) -> None:
        """Take in the next event. Raises `ReportError` if the archive cannot be written at the end."""
        if isinstance(event, RunStarted):
            self._now = event.started_at
            self._comment = SECRETS_SHOWN if event.secrets_shown else ""
        elif isinstance(event, ItemRecord):
            self._add(event)
        elif isinstance(event, RunFinished):
            self._finish()

    def _add(self, result: ItemRecord) -> None:
        for exchange in result.sub_exchanges:
            for entry in entries(exchange):
                self._write(entry, result, "sent by a script")
        if result.exchange is not None:
            self._now = result.exchange.started_at
            for entry in entries(result.exchange):
                self._write(entry, result, result.status.words)
        elif unanswered(result):
            sent = RequestRecord(result.method, result.url)
            why = self._explain.one_line(result.error) if result.error else result.status.value
            self._write(unanswered_entry(sent, why, self._now), result, "error")

    def _write(self, entry: dict[str, Any], result: ItemRecord, said: str) -> None:
        page = self._page(result, entry["startedDateTime"])
        whole = {"pageref": page, **entry, "comment": f"{result.node_id}: {said}"}
        self._spool.write((",\n" if self._entries else "") + json.dumps(whole))
        self._entries += 1

    def _page(self, result: ItemRecord, started: str) -> str:
        key = (result.collection, result.iteration)
        if key not in self._pages:
            turn = f", iteration {result.iteration + 1} of {result.iterations}" if result.iterations > 1 else ""
            self._pages[key] = {
                "startedDateTime": started,
                "id": f"page_{len(self._pages) + 1}",
                "title": result.collection + turn,
                "pageTimings": {},
            }
        page_id: str = self._pages[key]["id"]
        return page_id

    def _finish(self) -> None:
        head: dict[str, Any] = {"version": "1.2", "creator": {"name": "harness", "version": own_version()}}
        if self._comment:
            head["comment"] = self._comment
        pages = json.dumps([*self._pages.values()])
        before = f'{{"log":{json.dumps(head)[:-1]},"pages":{pages},"entries":[\n'
        publish(self.path, chain([before], self._spool.chunks(), ["\n]}}\n"]))
        self._spool.close()
