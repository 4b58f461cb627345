"""What does a terminal show below the lines while a run goes on: how far it is, how fast, and what is running?"""

from __future__ import annotations

import time
from typing import TextIO

from harness.record.events import RunStarted
from harness.reporters.screen import crop, encodable, fold, width

__all__ = ["LiveProgress"]

_BAR = 20
_NARROW = 60  # columns below which the bar gives way to the numbers
_LEAST_NAME = 8
_RATE_AFTER_S = 1.0


class LiveProgress:
    """One line that is drawn anew as the run goes on, and goes away at its end."""

    def __init__(self, started: RunStarted, stream: TextIO, *, color: bool, columns: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, ProgressColumn, Task
        from rich.text import Text

        live = self

        class Told(ProgressColumn):
            """The numbers and the name, made anew at each refresh so that the time goes on."""

            def render(self, task: Task) -> Text:
                return Text(encodable(live._told(), stream.encoding), no_wrap=True, overflow="crop")

        self._items, self._iterations = started.items, started.iterations
        self._done, self._wrong, self._iteration = 0, 0, 0
        self._name = ""
        self._begun = time.monotonic()
        console = Console(file=stream, no_color=not color, width=columns, markup=False, emoji=False)
        bar = [BarColumn(bar_width=_BAR)] if columns >= _NARROW else []
        self._progress = Progress(*bar, Told(), console=console, transient=True)
        self._room = columns - (_BAR + 1 if bar else 0) - 1
        self._task = self._progress.add_task("", total=self._items)
        self._progress.start()

    def begin(self, name: str, iteration: int) -> None:
        """Show which request is running."""
        self._name, self._iteration = name, iteration

    def advance(self, *, wrong: bool) -> None:
        """Count one more item that has ended."""
        self._done += 1
        self._wrong += wrong
        self._progress.advance(self._task)

    def print(self, text: str) -> None:
        """Print a line above."""
        from rich.text import Text

        self._progress.console.print(Text.from_ansi(text), soft_wrap=True)

    def close(self) -> None:
        """Take the line away and give the cursor back."""
        self._progress.stop()

    def _told(self) -> str:
        """Return the numbers, and of the running request's name as much as there is room for."""
        seconds = time.monotonic() - self._begun
        parts = [f"{self._done}/{self._items}"]
        if self._wrong:
            parts.append(f"{self._wrong} failed")
        if self._iterations > 1:
            parts.append(f"iteration {self._iteration + 1}/{self._iterations}")
        if seconds >= _RATE_AFTER_S:
            parts += [f"{self._done / seconds:.1f}/s", f"{int(seconds) // 60}:{int(seconds) % 60:02}"]
        numbers = fold(" · ".join(parts), self._room).partition("\n")[0]
        room = self._room - width(numbers) - 2
        if not self._name or room < _LEAST_NAME:
            return numbers
        return f"{numbers}  {crop(self._name, 0, 0, room).text}"
