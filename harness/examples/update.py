"""When are the answers of a run written back as examples, and what is said of it?

Both doors take the same steps: an `Updating` before the run, whose `recorder` is given to it, and `finish` after it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from harness.collection.model import Collection, Item
from harness.errors import UsageError
from harness.examples.accept import changes, write
from harness.examples.change import Change, Refused
from harness.examples.record import Mode, Recorder
from harness.examples.review import needs_terminal, reviewed
from harness.redaction.redactor import Redactor
from harness.runner.options import RunOptions
from harness.runner.run import Run

__all__ = ["Updating"]


class Updating:
    """Writes the answers of one run back as the examples of its collections."""

    def __init__(self, mode: Mode, options: RunOptions, flag: str) -> None:
        """Get ready. Raises `UsageError` where the answers cannot become examples; `flag` is what the user wrote."""
        if options.mock:
            raise UsageError(f"{flag} with --mock would save the examples' own answers")
        if mode == "missing" and options.replay == "examples":
            raise UsageError(f"{flag}=missing is for requests without an example, and a replay of examples has none")
        if mode == "review":
            needs_terminal(flag)
        self.recorder = Recorder(mode)
        self._flag = flag

    def check(self, collection: Collection) -> None:
        """Raise `UsageError` for a collection that did not come from files."""
        if not all(Path(source.name).is_file() for source in collection.sources):
            raise UsageError(f"{self._flag} writes files only, and this is none: {collection.location.file}")

    def finish(self, run: Run, collections: int, redactor: Redactor, unless: str | None) -> Iterator[str]:
        """Write what was recorded, and yield what was written and what was not; nothing is, if `unless` says why.

        Raises `ReportError` when a file cannot be written.
        """
        if unless is not None:
            yield f"no example was written: {unless}"
            return
        found = list(changes(self.recorder.candidates, redactor, _names(run, collections)))
        accepted = [each for each in found if isinstance(each, Change)]
        if self.recorder.mode == "review":
            accepted = list(reviewed(accepted, redactor, colour="NO_COLOR" not in os.environ))
        write(accepted)
        for item, reason in (*self.recorder.refused, *_refused(found)):
            yield redactor.text(f"not written: {item.node_id}: {reason}")
        for change in accepted:
            yield redactor.text(f"written: {change.item.node_id}")
        yield f"{len(accepted)} example{'' if len(accepted) == 1 else 's'} written"


def _refused(found: Iterable[Change | Refused]) -> Iterator[tuple[Item, str]]:
    return ((each.item, each.reason) for each in found if isinstance(each, Refused))


def _names(run: Run, collections: int) -> Mapping[str, str]:
    """Return the names of the variables by their value, as they are at the end of the run."""
    names: dict[str, str] = {}
    for index in range(collections):
        for layer in ("environment", "collection", "globals"):
            values = run.variables(layer, index)
            names |= {value.text: name for name, value in values.items() if value.text not in names}
    return names
