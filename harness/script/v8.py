"""The program that holds one V8 context in a process of its own; `EngineProcess` starts it and talks to it.

A bare Python runs this file (`python -I -S v8.py FOLDER BYTES`), so it imports nothing of harness. FOLDER is where the
package `py_mini_racer` lies, BYTES how much memory V8's heap may take. Questions come on standard input, and answers go
to standard output, as frames: one byte that says what it is, eight bytes of length (big-endian), and a text in UTF-8.

Two things of mini-racer 0.14 shape it: a context takes the asyncio loop in which it is made for its own, and a function
handle may block for ever, so everything is `eval`.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from py_mini_racer import MiniRacer

__all__ = ["EVALUATE", "FAILED", "NO_TEXT", "TEXT", "TOO_MUCH", "TURN", "read_frame", "write_frame"]

EVALUATE, TURN = b"E", b"T"
"""Questions: a code whose value is not wanted; what `__harness` is to deliver before its next turn."""
TEXT, NO_TEXT, FAILED, TOO_MUCH = b"R", b"V", b"X", b"M"
"""Answers: a text; a value that is none; the engine's words for code that failed; too little memory."""
_LENGTH = 8


def write_frame(stream: IO[bytes], kind: bytes, text: str) -> None:
    """Write one frame and flush."""
    data = text.encode("utf-8", "surrogatepass")
    head = kind + len(data).to_bytes(_LENGTH, "big")
    if len(data) < 65536:
        stream.write(head + data)
    else:  # too large to be copied once more
        stream.write(head)
        stream.write(data)
    stream.flush()


def read_frame(stream: IO[bytes]) -> tuple[bytes, str] | None:
    """Return the kind and the text of the next frame; None where the other side has ended."""
    head = stream.read(1 + _LENGTH)
    size = int.from_bytes(head[1:], "big")
    data = stream.read(size) if len(head) == 1 + _LENGTH else b""
    if len(head) < 1 + _LENGTH or len(data) < size:
        return None
    return head[:1], data.decode("utf-8", "surrogatepass")


def _main(folder: str, memory_limit: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the run, which ends this process
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else is printed must not stand between two frames
    jobs: queue.SimpleQueue[tuple[bytes, str]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, jobs), daemon=True).start()
    sys.path.insert(0, folder)
    import asyncio  # here, as whoever starts this process takes only the frames from this module

    asyncio.run(_serve(memory_limit, jobs, answers))


def _listen(questions: IO[bytes], jobs: queue.SimpleQueue[tuple[bytes, str]]) -> None:
    """Take in questions. Where there can be no more this process ends at once, whatever a script may be doing."""
    while (frame := read_frame(questions)) is not None:
        jobs.put(frame)
    os._exit(0)


async def _serve(memory_limit: int, jobs: queue.SimpleQueue[tuple[bytes, str]], answers: IO[bytes]) -> None:
    from py_mini_racer import MiniRacer

    context = MiniRacer()
    context.set_hard_memory_limit(memory_limit)
    while True:
        kind, text = jobs.get()
        write_frame(answers, *await _answer(context, kind, text))


async def _answer(context: MiniRacer, kind: bytes, text: str) -> tuple[bytes, str]:
    from py_mini_racer import JSEvalException, JSOOMException

    try:
        result = await _evaluated(context, _codes(kind, text))
    except JSOOMException:
        return TOO_MUCH, ""
    except JSEvalException as error:
        return FAILED, str(error)
    return (TEXT, result) if isinstance(result, str) else (NO_TEXT, "")


def _codes(kind: bytes, text: str) -> Sequence[str]:
    """Return what is evaluated. The three of a turn are in V8's queue at once, and each has its microtasks."""
    if kind == TURN:
        return f"__harness.deliver({json.dumps(text)})", "__harness.step()", "__harness.turn()"
    return (f"{text}\n;null",)  # what the last expression happens to be is not converted, which takes its time


async def _evaluated(context: MiniRacer, codes: Sequence[str]) -> Any:
    """Evaluate codes one after the other and return the value of the last; the first that fails is raised."""
    import asyncio

    calls = [asyncio.ensure_future(context.eval_cancelable(code)) for code in codes]
    try:
        return (await asyncio.gather(*calls))[-1]
    finally:
        await asyncio.gather(*calls, return_exceptions=True)


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]))
