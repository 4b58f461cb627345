"""A reporter for harness: the slowest requests of a run, as a table in Markdown."""

import harness


class SlowestReporter:
    """Writes the table when the run has finished."""

    def __init__(self, options: harness.ReporterOptions, explain: harness.Explainer) -> None:
        self.path = options.path(".slowest.md")  # --reporter-slowest-export, else reports/<collection>.slowest.md
        self.most = int(options.settings.get("most", "10"))  # --reporter-slowest-most
        self.explain = explain
        self.times: list[tuple[float, str]] = []

    def handle(self, event: harness.RunEvent) -> None:
        """Take in the next event."""
        if isinstance(event, harness.ItemRecord) and event.exchange is not None:
            self.times.append((event.elapsed_ms, self.explain.text(event.node_id)))
        elif isinstance(event, harness.RunFinished):
            rows = [f"| {ms:.0f} | {name} |" for ms, name in sorted(self.times, reverse=True)[: self.most]]
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_text("\n".join(["| ms | request |", "|---:|---|", *rows]) + "\n", encoding="utf-8")
