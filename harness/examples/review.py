"""Which of the changes does a person at a terminal accept?"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from difflib import unified_diff

from harness.errors import UsageError
from harness.examples.change import Change
from harness.redaction.redactor import Redactor
from harness.reporters.screen import visible

__all__ = ["needs_terminal", "reviewed"]

_QUESTION = "accept (a), skip (s), quit (q)? "
_COLOURS = {"+": 32, "-": 31, "@": 36}


def needs_terminal(flag: str) -> None:
    """Raise `UsageError` where nobody could be asked."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            f"{flag}=review asks at a terminal, and there is none", hint=f"{flag}=all writes every answer that differs"
        )


def reviewed(changes: Sequence[Change], redactor: Redactor, *, colour: bool) -> Iterator[Change]:
    """Show each change and yield those that are accepted; after quitting nothing more is asked.

    What the file says stands there with its secrets masked.
    """
    for number, change in enumerate(changes, 1):
        _show("")
        _show(visible(redactor.text(f"{number} of {len(changes)}: {change.item.node_id}")))
        for line in _difference(change, redactor):
            shade = _COLOURS.get(line[:1]) if colour else None
            _show(visible(line) if shade is None else f"\x1b[{shade}m{visible(line)}\x1b[0m")
        answer = _answer()
        if answer == "q":
            return
        if answer == "a":
            yield change


def _difference(change: Change, redactor: Redactor) -> Iterator[str]:
    before, after = (redactor.text(text).splitlines() for text in (change.before, change.after))
    yield from unified_diff(before, after, "example" if change.before else "no example", "answer", lineterm="")


def _answer() -> str:
    while True:
        sys.stderr.write(_QUESTION)
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:  # the end of the input
            return "q"
        word = line.strip().lower()
        if word in ("a", "accept", "s", "skip", "q", "quit"):
            return word[0]


def _show(line: str) -> None:
    sys.stderr.write(line + "\n")
