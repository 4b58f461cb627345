"""Which calls of async functions does a script leave to themselves, and how is it heard when one of them fails?

What an async function returns is made within the engine, which tells nobody of a rejection. A call whose promise the
script drops is therefore assigned to a property that looks at it (`prelude/prelude.js`): `(async () => {…})()`, and
`main()` where `main` is an async function. Only what stands without doubt at the beginning of a statement is touched;
an assignment takes in the whole expression, and changes neither its value nor what stands after it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

__all__ = ["Watched", "watched"]

WATCH = 'Promise[Symbol.for("harness.dropped")]='
_LONGEST = 300_000
_DECLARED = re.compile(r"\basync\s+function\s+([A-Za-z_$][\w$]*)|\b([A-Za-z_$][\w$]*)\s*=\s*async\b")
_OWN_PROMISE = re.compile(r"\b(?:var|let|const|function|class)\s+Promise\b")
_ASYNC_GROUP = re.compile(r"\(\s*async\b")
_CALL = re.compile(r"([A-Za-z_$][\w$]*)\s*\(")
_LONGEST_CALL, _MOST_CALLS = 5_000, 300
# What may stand behind a call; behind a method of a class, which looks like one, comes a `{`.
_AFTER_CALL = re.compile(r"[ \t]*(?=[;.}]|\n(?!\s*\{)|\Z)")
# What is no code, and so no place for a statement. A template is passed over as a whole, the code in it too.
# What is not closed ends with its line or with the script: each sign is looked at once, whatever stands there.
_SKIPPED = re.compile(
    r"\s+|//[^\n]*|/\*.*?(?:\*/|\Z)|'(?:[^'\\\n]|\\.)*(?:'|(?=\n)|\\?\Z)|\"(?:[^\"\\\n]|\\.)*(?:\"|(?=\n)|\\?\Z)"
    r"|`(?:[^`\\]|\\.)*(?:`|\\?\Z)",
    re.DOTALL,
)
_REGEX = re.compile(r"/(?![*/])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.){0,500}\]){1,500}/[a-z]*")
_WORD = re.compile(r"[\w$]+")
_HEAD_WORDS = frozenset({"if", "for", "while", "switch", "catch", "with"})
_BLOCK_WORDS = frozenset({"else", "try", "finally", "catch"})
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
    starts = list(_dropped(script, names))
    if not starts:
        return Watched(script)
    lines = [0, *(match.end() for match in re.finditer("\n", script))]
    places = [(row := bisect_right(lines, start), start - lines[row - 1] + 1) for start in starts]
    parts = [script[begin:end] for begin, end in zip([0, *starts], [*starts, len(script)], strict=True)]
    return Watched(WATCH.join(parts), tuple(places))


def _dropped(script: str, names: set[str]) -> Iterator[int]:
    """Yield where a dropped call begins: of a function that stands there itself, or of one of these names."""
    looked_at = 0
    for start, before in _statements(script):
        if script[start] == "(":
            # Behind a `}` it may be a call of what stands before it.
            if before != "}" and _ASYNC_GROUP.match(script, start):
                yield start
            continue
        call = _CALL.match(script, start)
        # Behind a `{` it may be a method of an object.
        if before == "{" or call is None or call[1] not in names or looked_at == _MOST_CALLS:
            continue
        looked_at += 1
        end = _closed(script, call.end())
        if end is not None and _AFTER_CALL.match(script, end):
            yield start


def _closed(script: str, place: int) -> int | None:
    """Return where the parenthesis ends that was opened just before `place`; None when that is far or nowhere."""
    depth = 1
    near = script[place : place + _LONGEST_CALL]
    for start, _ in _tokens(near, 0, "("):
        depth += (near[start] == "(") - (near[start] == ")")
        if depth == 0:
            return place + start + 1
    return None


def _statements(script: str) -> list[tuple[int, str]]:
    """Return where statements begin, and the sign before each: `;`, `{`, `}`, or nothing at the beginning."""
    return [(start, before) for start, before in _tokens(script) if before in ("", ";", "{", "}")]


def _tokens(script: str, place: int = 0, before: str = "") -> Iterator[tuple[int, str]]:
    """Yield where each word, sign and regular expression from `place` on begins, and the sign before it.

    A word counts as the sign `w`, a text as `'`, and the `}` of an `if` and the like as `;`: a statement ends with it.
    Neither texts nor comments are yielded themselves.
    """
    blocks = _Blocks()
    while place < len(script):
        skipped = _SKIPPED.match(script, place)
        if skipped is not None:
            place = skipped.end()
            if script[skipped.start()] in "'\"`":
                before = "'"
                blocks.pass_by(before)
            continue
        yield place, before
        regex = _REGEX.match(script, place) if before == "" or before in _BEFORE_REGEX else None
        token = regex or _WORD.match(script, place)
        ended = blocks.pass_by(script[place] if token is None else token[0])
        before = ";" if ended else script[place] if token is None else "w"
        place = place + 1 if token is None else token.end()


@dataclass(slots=True)
class _Blocks:
    """The parentheses and braces that are open, as far as it takes to know those of `if`, `for`, `try` and the like."""

    last: str = ""
    head: str = ""
    """The word before the parentheses that were closed last."""
    open: list[str] = field(default_factory=list)

    def pass_by(self, token: str) -> bool:
        """Take in one token; return whether it is the `}` of a statement."""
        ended = False
        if token == "(":
            self.open.append(self.last)
        elif token == "{":
            is_block = self.last in _BLOCK_WORDS or (self.last == ")" and self.head in _HEAD_WORDS)
            self.open.append("block" if is_block else "{")
        elif token in (")", "}") and self.open:
            opened = self.open.pop()
            ended = token == "}" and opened == "block"
            self.head = opened if token == ")" else ""
        self.last = token
        return ended
