"""Which calls of async functions does a script leave to themselves, and how is it heard when one of them fails?

What an async function returns is made within the engine, which tells nobody of a rejection. A call whose promise the
script drops is therefore assigned to a property that looks at it (`prelude/prelude.js`): `(async () => {…})()`, and
`main()` where `main` is an async function. Only what stands without doubt at the beginning of a statement is touched;
an assignment takes in the whole expression, and changes neither its value nor what stands after it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

__all__ = ["Watched", "watched"]

WATCH = 'Promise[Symbol.for("harness.dropped")]='
_LONGEST = 300_000
_DECLARED = re.compile(r"\basync\s+function\s+([A-Za-z_$][\w$]*)|\b([A-Za-z_$][\w$]*)\s*=\s*async\b")
_OWN_PROMISE = re.compile(r"\b(?:var|let|const|function|class)\s+Promise\b")
_ASYNC_GROUP = re.compile(r"\(\s*async\b")
_CALL = re.compile(r"([A-Za-z_$][\w$]*)\s*\(\s*\)[ \t]*(?=[;.}]|\n(?!\s*\{)|$)")
# What is no code, and so no place for a statement. A template is passed over as a whole, the code in it too.
# What is not closed ends with its line or with the script: each sign is looked at once, whatever stands there.
_SKIPPED = re.compile(
    r"\s+|//[^\n]*|/\*.*?(?:\*/|\Z)|'(?:[^'\\\n]|\\.)*(?:'|(?=\n)|\\?\Z)|\"(?:[^\"\\\n]|\\.)*(?:\"|(?=\n)|\\?\Z)"
    r"|`(?:[^`\\]|\\.)*(?:`|\\?\Z)",
    re.DOTALL,
)
_REGEX = re.compile(r"/(?![*/])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.){0,500}\]){1,500}/[a-z]*")
_WORD = re.compile(r"[\w$]+")
_BEFORE_REGEX = frozenset("(,=:[!&|?{};+-*%<>~^")


@dataclass(frozen=True, slots=True)
class Watched:
    """A script whose dropped promises are looked at."""

    script: str
    places: tuple[tuple[int, int], ...] = ()
    """Line and column (from 1), in the script as it was, before which something was put."""

    def column(self, line: int, column: int) -> int:
        """Return where a column of the script stood in the script as it was."""
        for place in (each for row, each in self.places if row == line):
            if column > place:
                column = max(place, column - len(WATCH))
        return column


def watched(script: str) -> Watched:
    """Return the script with its dropped calls of async functions looked at; most scripts have none."""
    if "async" not in script or len(script) > _LONGEST or _OWN_PROMISE.search(script):
        return Watched(script)
    names = {name for match in _DECLARED.finditer(script) for name in match.groups() if name}
    starts = [start for start, before in _statements(script) if _is_dropped(script, start, before, names)]
    if not starts:
        return Watched(script)
    lines = [0, *(match.end() for match in re.finditer("\n", script))]
    places = [(row := bisect_right(lines, start), start - lines[row - 1] + 1) for start in starts]
    parts = [script[begin:end] for begin, end in zip([0, *starts], [*starts, len(script)], strict=True)]
    return Watched(WATCH.join(parts), tuple(places))


def _is_dropped(script: str, start: int, before: str, names: set[str]) -> bool:
    if script[start] == "(":
        # Behind a `}` it may be a call of what stands before it.
        return before != "}" and _ASYNC_GROUP.match(script, start) is not None
    call = _CALL.match(script, start)
    # Behind a `{` it may be a method of an object.
    return before != "{" and call is not None and call[1] in names


def _statements(script: str) -> list[tuple[int, str]]:
    """Return where statements begin, and the sign before each: `;`, `{`, `}`, or nothing at the beginning."""
    found = []
    place, before = 0, ""
    while place < len(script):
        skipped = _SKIPPED.match(script, place)
        if skipped is not None:
            place = skipped.end()
            if script[skipped.start()] in "'\"`":
                before = "'"
            continue
        if before in ("", ";", "{", "}"):
            found.append((place, before))
        regex = _REGEX.match(script, place) if before == "" or before in _BEFORE_REGEX else None
        token = regex or _WORD.match(script, place)
        before = script[place] if token is None else "w"
        place = place + 1 if token is None else token.end()
    return found
