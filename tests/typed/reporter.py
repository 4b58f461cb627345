"""A reporter of another package, typed as its author writes it."""

from __future__ import annotations

from pathlib import Path

import harness


class LinesReporter:
    """Writes one line for each event of the run."""

    def __init__(self, options: harness.ReporterOptions, explain: harness.Explainer) -> None:
        self.path: Path = options.path(".lines.txt")
        self.explain = explain
        self.lines: list[str] = []

    def name(self, item: harness.ItemRef) -> str:
        """Return what an item is called, fit to be shown."""
        return self.explain.text(item.name)

    def said(self, assertion: harness.AssertionRecord) -> str:
        """Return what was expected and what came."""
        return self.explain.one_line(assertion)

    def handle(self, event: harness.RunEvent) -> None:
        """Take in the next event."""
        match event:
            case harness.RunStarted():
                self.lines.append(f"{event.items} items of {', '.join(event.collections)}")
            case harness.ItemStarted():
                self.lines.append(f"- {self.name(event.item)}")
            case harness.ItemRecord():
                self.lines.append(f"  {event.status}: {len(event.assertions)} assertions")
                self.lines += [f"  {self.said(each)}" for each in event.assertions if not each.passed]
            case harness.RunFinished():
                self.lines.append(f"exit code {event.result.exit_code}")
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self.path.write_text("\n".join(self.lines) + "\n", encoding="utf-8")


def make(options: harness.ReporterOptions, explain: harness.Explainer) -> harness.Reporter:
    """Make the reporter; what the entry point of the package names."""
    return LinesReporter(options, explain)
