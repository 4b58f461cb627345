"""`syntax_error`: what an engine says of a script that it cannot read, with line and column."""

from __future__ import annotations

import json
import re

from harness.script.engine import Engine, EngineDead, EngineError

__all__ = ["syntax_error"]

_SYNTAX_ERROR = re.compile(r"\w+:(\d+): (.*)\n.*\n( *)\^")
_LINES_OF_HEAD = 2
"""How many lines the constructor of functions puts before the body."""


def syntax_error(engine: Engine, code: str) -> tuple[str, int, int] | None:
    """Return the words, the line and the column (from 1; 0 where unknown) for code that cannot be read, or None.

    The code is compiled and not run: the constructor of functions takes it as the body of one, and as nothing else.
    Raises `EngineDead` when the engine did not survive it.
    """
    try:
        engine.boot((f"new (async () => {{}}).constructor({json.dumps(code)})",))
    except EngineDead:
        raise
    except EngineError as error:
        return _position(str(error))
    return None


def _position(told: str) -> tuple[str, int, int]:
    """Return what an error of the engine says: `undefined:3: words`, the line, a caret."""
    match = _SYNTAX_ERROR.match(told)
    if match is None:
        return told.partition("\n")[0], 0, 0
    return match[2], int(match[1]) - _LINES_OF_HEAD, len(match[3]) + 1
