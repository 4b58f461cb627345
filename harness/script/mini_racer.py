"""How is V8 driven? The one file that knows mini-racer.

Three things of mini-racer 0.14 shape it. A context made inside a running asyncio loop takes that loop for its own: ours
has a loop and a thread that nobody else uses, which spares a call two changes of threads. A function handle may block
for ever, so everything is `eval`. An open context keeps Python from ending, so it is closed at exit at the latest.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import queue
import re
import threading
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from harness.script.engine import EngineDead, EngineError, OutOfMemory, ScriptTimeout

if TYPE_CHECKING:
    from py_mini_racer import MiniRacer

__all__ = ["MiniRacerEngine", "syntax_error"]

_MEMORY_LIMIT = 512 * 1024 * 1024
_BOOT_S = 60.0
_CLOSE_S = 10.0
_SYNTAX_ERROR = re.compile(r"\w+:(\d+): (.*)\n.*\n( *)\^")
_LINES_OF_HEAD = 2
"""How many lines the constructor of functions puts before the body."""

Work = Callable[[Any], Coroutine[Any, Any, Any]]
Job = tuple[Work, "queue.SimpleQueue[tuple[Any, BaseException | None]]"]


class MiniRacerEngine:
    """One V8 context on a thread of its own."""

    def __init__(self, memory_limit: int = _MEMORY_LIMIT) -> None:
        self._memory_limit = memory_limit
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._closed = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._work, name="harness-scripts", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    def boot(self, sources: tuple[str, ...]) -> None:
        """Evaluate scripts one after the other in the global scope."""
        for source in sources:
            # What the last expression of a script happens to be is not converted, which takes its time.
            self._run(partial(_evaluated, codes=(f"{source}\n;null",), timeout_s=_BOOT_S))

    def turn(self, argument: str, timeout_s: float | None) -> str:
        """Deliver messages, run up to two tasks, and return what `__harness.turn` tells.

        The three are in V8's queue at once: each has its microtasks, and only the last is waited for by Python.
        """
        codes = (f"__harness.deliver({json.dumps(argument)})", "__harness.step()", "__harness.turn()")
        result = self._run(partial(_evaluated, codes=codes, timeout_s=timeout_s))
        if not isinstance(result, str):
            raise EngineDead("a script has broken the engine that runs it")
        return result

    def close(self) -> None:
        """Close the context and end its thread, and what may still run in it; harmless when done twice."""
        if not self._closed:
            self._closed = True
            self._jobs.put(None)
            with suppress(RuntimeError):  # the loop is closed already
                self._loop.call_soon_threadsafe(self._give_up)
            self._thread.join(_CLOSE_S)
            atexit.unregister(self.close)

    def _give_up(self) -> None:
        for task in asyncio.all_tasks(self._loop):
            task.cancel()

    def _run(self, job: Work) -> Any:
        if self._closed:
            raise EngineDead("the engine is closed")
        answer: queue.SimpleQueue[tuple[Any, BaseException | None]] = queue.SimpleQueue()
        self._jobs.put((job, answer))
        result, error = answer.get()
        if error is not None:
            raise error
        return result

    def _work(self) -> None:
        """Make the context, do what is asked until the end is, and close it: all on one thread."""
        loop = self._loop
        context: MiniRacer | None = None
        while (asked := self._jobs.get()) is not None:
            job, answer = asked
            try:
                if context is None:
                    context = loop.run_until_complete(_made(self._memory_limit))
                answer.put((loop.run_until_complete(job(context)), None))
            except BaseException as error:  # told to whoever waits, who raises it
                answer.put((None, error))
        if context is not None:
            context.close()
        loop.close()


async def _made(memory_limit: int) -> MiniRacer:
    from py_mini_racer import MiniRacer

    context = MiniRacer()
    context.set_hard_memory_limit(memory_limit)
    return context


async def _evaluated(context: MiniRacer, codes: Sequence[str], timeout_s: float | None) -> Any:
    """Evaluate codes one after the other and return the value of the last; the first that fails is raised."""
    from py_mini_racer import JSEvalException, JSOOMException

    calls = [asyncio.ensure_future(context.eval_cancelable(code)) for code in codes]
    try:
        async with asyncio.timeout(timeout_s):
            return (await asyncio.gather(*calls))[-1]
    except TimeoutError as error:
        raise ScriptTimeout("the script did not end in time") from error
    except JSOOMException as error:
        raise OutOfMemory("the script needed too much memory") from error
    except JSEvalException as error:
        raise EngineError(str(error)) from error
    finally:
        await _over(calls)


async def _over(calls: Sequence[asyncio.Future[Any]]) -> None:
    for call in calls:
        call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)


def syntax_error(engine: MiniRacerEngine, code: str) -> tuple[str, int, int] | None:
    """Return what the engine says of code that it cannot read, with line and column (from 1), or None.

    The code is compiled and not run: the constructor of functions takes it as the body of one, and as nothing else.
    """
    try:
        engine.boot((f"new (async () => {{}}).constructor({json.dumps(code)})",))
    except EngineError as error:
        return _position(str(error))
    return None


def _position(told: str) -> tuple[str, int, int]:
    """Return the words, the line and the column of an error of the engine: `undefined:3: words`, the line, a caret."""
    match = _SYNTAX_ERROR.match(told)
    if match is None:
        return told.partition("\n")[0], 0, 0
    return match[2], int(match[1]) - _LINES_OF_HEAD, len(match[3]) + 1
