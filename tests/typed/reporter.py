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

    def handle(self, event: harness.RunEvent) -> None:
        """Take in the next event."""
        match event:
            case harness.RunStarted():
                self.lines.append(f"{event.items} items of {', '.join(event.collections)}")
            case harness.IterationStarted():
                self.lines.append(f"iteration {event.iteration + 1} of {event.iterations}")
            case harness.ItemStarted():
                self.lines.append(f"- {self.explain.text(event.item.name)}")
            case harness.ItemFinished():
                self.lines.append(f"  {event.result.status}: {len(event.result.assertions)} assertions")
            case harness.RunFinished():
                self.lines.append(f"exit code {event.result.exit_code}")
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self.path.write_text("\n".join(self.lines) + "\n", encoding="utf-8")


def make(options: harness.ReporterOptions, explain: harness.Explainer) -> harness.Reporter:
    """Make the reporter; what the entry point of the package names."""
    return LinesReporter(options, explain)
