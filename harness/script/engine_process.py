"""`EngineProcess`: a JavaScript engine in a process of its own.

V8 is native code that runs what strangers wrote. In our own process a fault of it would take the whole run along, and
it would be bound to the thread that started it: memory protection keys belong to that thread and its children. In a
process of its own a crash is an error of one script, a script that does not end is ended by ending the process, and it
does not matter which thread asks.
"""

from __future__ import annotations

import queue
import signal
import subprocess
import sys
import tempfile
import threading
import weakref
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from harness.script import v8
from harness.script.engine import EngineCrashed, EngineDead, EngineError, OutOfMemory, ScriptTimeout

__all__ = ["EngineProcess"]

_MEMORY_LIMIT = 512 * 1024 * 1024
_BOOT_S = 60.0
_END_S = 10.0
_LONGEST_LAST_WORDS = 200

Answers = queue.SimpleQueue[tuple[bytes, str] | None]


class EngineProcess:
    """One V8 context, used from one thread at a time; any thread may make it, and any other use and close it.

    `memory_limit` is in bytes. Raises `EngineError` where no process can be started.
    """

    def __init__(self, memory_limit: int = _MEMORY_LIMIT) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  # closed by `_ended`
        self._process = _started(memory_limit, self._log)
        self._answers: Answers = queue.SimpleQueue()
        self._listener = threading.Thread(
            target=_listen, args=(self._process.stdout, self._answers), name="harness-scripts", daemon=True
        )
        self._listener.start()
        self._end = weakref.finalize(self, _ended, self._process, self._log, self._listener)

    def boot(self, sources: tuple[str, ...]) -> None:
        """Evaluate scripts one after the other in the global scope. Raises `EngineError`."""
        for source in sources:
            self._ask(v8.EVALUATE, source, _BOOT_S)

    def turn(self, argument: str, timeout_s: float | None) -> str:
        """Deliver messages, run up to two tasks, and return what `__harness.turn` tells.

        Raises `EngineError` for code that fails, and `EngineDead` when this engine can be of no more use.
        """
        kind, text = self._ask(v8.TURN, argument, timeout_s)
        if kind != v8.TEXT:
            raise EngineDead("a script has broken the engine that runs it")
        return text

    def close(self) -> None:
        """End the process, and what may still run in it; harmless when done twice."""
        self._end()

    def _ask(self, kind: bytes, text: str, timeout_s: float | None) -> tuple[bytes, str]:
        if not self._end.alive:
            raise EngineDead("the engine is closed")
        assert self._process.stdin is not None, "unreachable: it is a pipe"
        try:
            v8.write_frame(self._process.stdin, kind, text)
            answer = self._answers.get(timeout=timeout_s)
        except queue.Empty as error:
            self.close()
            raise ScriptTimeout("the script did not end in time") from error
        except OSError:
            answer = None
        if answer is None:
            raise EngineCrashed(self._last_words())
        if answer[0] == v8.TOO_MUCH:
            raise OutOfMemory("the script needed too much memory")
        if answer[0] == v8.FAILED:
            raise EngineError(answer[1])
        return answer

    def _last_words(self) -> str:
        """Return how the process ended, in words, with what V8 itself has said of it."""
        try:
            code = self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            return "it no longer answers"
        self._log.seek(0)
        said = self._log.read(64 * 1024).decode("utf-8", "replace")
        lines = [line.strip("# ") for line in said.splitlines() if line.strip("# ")]
        told = f": {lines[0][:_LONGEST_LAST_WORDS]}" if lines else ""
        return f"its process ended with {_end_of(code)}{told}"


def _started(memory_limit: int, log: IO[bytes]) -> subprocess.Popen[bytes]:
    spec = find_spec("py_mini_racer")
    if spec is None or spec.origin is None:
        raise EngineError("the package `mini-racer` is not installed")
    if not sys.executable:
        raise EngineError("this program does not know the Python that runs it (sys.executable)")
    folder = Path(spec.origin).parent.parent
    command = [sys.executable, "-I", "-S", v8.__file__, str(folder), str(memory_limit)]
    no_window = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    try:
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, creationflags=no_window
        )
    except OSError as error:
        raise EngineError(f"no process can be started for scripts: {error.strerror or error}") from error


def _listen(stream: IO[bytes], answers: Answers) -> None:
    """Pass answers on until the process has ended, which is told as None."""
    frame: tuple[bytes, str] | None = (b"", "")
    while frame is not None:
        try:
            frame = v8.read_frame(stream)
        except (OSError, ValueError):  # ended in the middle of a frame
            frame = None
        answers.put(frame)


def _ended(process: subprocess.Popen[bytes], log: IO[bytes], listener: threading.Thread) -> None:
    """End the process and let go of everything that belonged to it."""
    process.kill()
    with suppress(subprocess.TimeoutExpired):
        process.wait(_END_S)
    if listener is not threading.current_thread():
        listener.join(_END_S)
    for stream in (process.stdin, process.stdout, log):
        with suppress(OSError):  # what was not yet written is of no use to anybody
            if stream is not None:
                stream.close()


def _end_of(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
