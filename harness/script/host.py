"""How do a script and its run talk to each other, from its first line to its result?

`ScriptHost.execute` runs one script to its end: it turns the engine's event loop, answers what the script asks for
(requests, cookies, the vault), and returns an `Outcome`, plain data. Whoever wants to run a script by itself needs a
`ScriptCall` and something that is a `Services`:

    with closing(ScriptHost()) as host:
        outcome = host.execute(ScriptCall("test", "pm.test('a', () => {})", context_json), services)

The protocol is that of npm postman-sandbox 6.7; the wire format is ours (`prelude/prelude.js`).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from harness.errors import HarnessError, ScriptError
from harness.script.bundle import load_reading
from harness.script.engine import Engine, EngineCrashed, EngineDead, EngineError, OutOfMemory, ScriptTimeout
from harness.script.engine_process import EngineProcess
from harness.script.outcome import Fault, Outcome, fault_of
from harness.script.standby import Standby
from harness.script.syntax import syntax_error
from harness.script.web_crypto.failure import CryptoFailure
from harness.script.web_crypto.operations import crypto

__all__ = ["PROLOGUE", "SAFETY_LIMIT_S", "ScriptCall", "ScriptHost", "Services", "source_of"]

MEMORY_LIMIT_MB = 512
"""How much memory scripts may take where no limit is set."""
SAFETY_LIMIT_S = 300.0
"""How long a script may take where no limit is set; Postman lets it run for ever."""

PROLOGUE = (
    'try{Promise[Symbol.for("harness.begin")](pm)}catch{}try{tests=Promise[Symbol.for("harness.tests")](tests)}catch{}'
)
"""Stands before the first line of each script: prelude/prelude.js says what it does."""
_CRASH_HINT = "what follows runs in a new engine, which knows nothing of globals that scripts have left behind"
_MARKER = '"use sandbox2";'
_BOOT_TURN_S = 30.0
_SINCE_EPOCH_S = time.time() - time.monotonic()  # what the engine is told of time never jumps
_MOST_CONSOLE = 10_000
_TWO_VALUES = frozenset({"execution.assertion", "execution.error", "execution.result"})


Warn = Callable[[str], None]


class Services(Protocol):
    """What a script may ask of its run. Each may raise `HarnessError`, whose summary the script gets as an error."""

    def send(self, request: Mapping[str, Any], warn: Warn) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]]:
        """Send a request of format v2.1; return the answer in the sandbox's shape, and the cookies of its URL.

        What is left out of it is told by `warn`, on the script's console.
        """

    def cookies(self, method: str, arguments: list[Any]) -> Any:
        """Do what a method of a tough-cookie store does."""

    def vault(self, action: str, name: str, value: Any) -> Any:
        """Get, set or unset a secret."""

    def run_request(self, name: str, options: Mapping[str, Any], layers: Mapping[str, Any]) -> tuple[Any, Any]:
        """Run another item; return its answer (None: skipped) and the changes of variables by layer."""


@dataclass(frozen=True, slots=True)
class ScriptCall:
    """One script that is to run, and what it finds."""

    listen: str
    """prerequest or test."""
    script: str
    context: str
    """JSON: request, response, the four layers, data, cookies."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """`cursor` and `legacy` for pm.info and pm.execution.location, `resolvedPackages` for pm.require."""
    timeout_s: float | None = None


def source_of(script: str) -> str:
    """Return what is given to the sandbox for a script."""
    if script.startswith(_MARKER):
        return f"{_MARKER}{PROLOGUE}{script[len(_MARKER) :]}"
    return PROLOGUE + script


class ScriptHost:
    """Runs scripts one after the other in one context, as Postman does.

    What a script leaves in a global, the next one finds. The context is made when the first script runs, and anew after
    one that did not end or took too much memory.
    """

    def __init__(self, make_engine: Callable[[int], Engine] = EngineProcess, memory_mb: int = MEMORY_LIMIT_MB) -> None:
        self._make_engine = partial(make_engine, memory_mb * 1024 * 1024)
        self._memory_mb = memory_mb
        self._standby: Standby | None = None
        self._engine: Engine | None = None
        self._compiler: Engine | None = None
        self._owner: object = None
        self._reads = False  # whether the engine has what finds dropped promises
        self._count = 0
        self._running: dict[str, tuple[Outcome, Services]] = {}

    @property
    def is_open(self) -> bool:
        """Whether an engine has been started."""
        return self._engine is not None

    def make_ready(self) -> None:
        """Begin to start an engine, where there is none, and do not wait for it."""
        if self._engine is None and self._standby is None:
            self._standby = Standby(self._make_engine)

    def enter(self, owner: object) -> None:
        """Say whose scripts the following ones are: they find nothing of what those of another owner left behind."""
        if self._owner is not owner:
            if self._owner is not None:
                self.close()
                self.make_ready()
            self._owner = owner

    def close(self) -> None:
        """Let go of the engine; the next script starts another."""
        self._reads = False
        engine, self._engine = self._engine, None
        compiler, self._compiler = self._compiler, None
        standby, self._standby = self._standby, None
        self._running.clear()
        for each in (standby, engine, compiler):
            if each is not None:
                each.close()

    def syntax_error(self, script: str) -> tuple[str, int, int] | None:
        """Return what is wrong with a script that cannot be read, with line and column, or None.

        An engine that runs no script tells it, as the sandbox of scripts does not. None, too, where that engine fails.
        """
        try:
            self._compiler = self._compiler or self._make_engine()
            return syntax_error(self._compiler, script)
        except EngineError:
            return None

    def execute(self, call: ScriptCall, services: Services) -> Outcome:
        """Run one script to its end and return what came of it; what goes wrong in it is in the outcome.

        Raises `ScriptError` when no script can run at all, or the engine has crashed.
        """
        if self._engine is None:
            self.make_ready()
            standby, self._standby = self._standby, None
            assert standby is not None, "unreachable: it has just been made ready"
            self._engine = standby.take()
        self._count += 1
        name = f"x{self._count}"
        outcome = Outcome()
        self._running[name] = (outcome, services)
        limit = SAFETY_LIMIT_S if call.timeout_s is None else call.timeout_s
        try:
            self._let_read(call.script)
            self._run(name, outcome, self._message(name, call), limit)
        except ScriptTimeout:
            outcome.faults.append(Fault("", _too_long(limit)))
            self.close()
        except OutOfMemory:
            outcome.faults.append(Fault("", _too_much(self._memory_mb)))
            self.close()
        except EngineCrashed as error:
            self.close()
            raise ScriptError(f"the JavaScript engine crashed in a script: {error}", hint=_CRASH_HINT) from error
        except (EngineDead, EngineError) as error:
            outcome.faults.append(Fault("", f"the script broke the engine that ran it: {_first_line(error)}"))
            self.close()
        except BaseException:
            self.close()
            raise
        finally:
            self._running.pop(name, None)
        return outcome

    def _let_read(self, script: str) -> None:
        """Give the engine what finds dropped promises, which only async functions make out of its hearing."""
        if self._reads or "async" not in script:
            return
        assert self._engine is not None, "unreachable: execute starts it"
        self._reads = True
        try:
            self._engine.boot((load_reading(),))
        except EngineDead:
            raise
        except EngineError:  # a script has replaced what it is made with: these promises are not heard
            pass

    def _message(self, name: str, call: ScriptCall) -> str:
        event = {"listen": call.listen, "script": {"type": "text/javascript", "exec": [source_of(call.script)]}}
        cursor = {**call.options.get("cursor", {}), "execution": name}
        options = {"legacy": {}, "resolvedPackages": {}, **call.options, "cursor": cursor}
        return f'["execute","{name}",{json.dumps(event)},{call.context},{json.dumps(options)}]'

    def _run(self, name: str, outcome: Outcome, message: str, limit: float) -> None:
        ends_at = time.monotonic() + limit
        pending = [message]
        while not outcome.ended:
            left = ends_at - time.monotonic()
            if left <= 0:
                self._abort(name, outcome, _too_long(limit))
                return
            ran, wait_ms, told = self._turn(pending, left)
            pending = [answer for each in told for answer in self._answers(each)]
            if outcome.ended or ran or pending:  # type: ignore[redundant-expr]
                continue
            if wait_ms is None:  # no timer, no question, no microtask: it will never go on
                self._abort(name, outcome, "the script waits for something that never happens")
                return
            time.sleep(max(0.0, min(wait_ms / 1000, ends_at - time.monotonic())))

    def _abort(self, name: str, outcome: Outcome, reason: str) -> None:
        outcome.faults.append(Fault("", reason))
        self._turn([f'["execution.abort.{name}"]'], _BOOT_TURN_S)

    def _turn(self, messages: list[str], timeout_s: float) -> tuple[bool, float | None, list[list[Any]]]:
        assert self._engine is not None, "unreachable: execute starts it"
        text = self._engine.turn(f"[{_now_ms()},[{','.join(messages)}]]", timeout_s)
        try:
            ran, wait, told = json.loads(text)
        except ValueError as error:
            raise EngineDead("its messages cannot be read") from error
        return bool(ran), wait, told

    def _answers(self, told: list[Any]) -> list[str]:
        """Take in one message of the sandbox; return the messages that answer it."""
        name, *values = told
        kind, _, execution = str(name).rpartition(".")
        if name == "execution.console":
            self._console(*values[:3])
            return []
        running = self._running.get(execution)
        if running is None or running[0].ended:
            return []
        outcome, services = running
        if kind in _TWO_VALUES and len(values) != 2:  # a script has replaced what every list is made with
            raise EngineDead("its messages cannot be read")
        if kind == "execution.assertion":
            outcome.assertions.extend(_assertions(values[1]))
        elif kind == "execution.error":
            outcome.faults.append(fault_of(values[1]))
        elif kind == "harness.watched":
            outcome.watched = _places(values)
        elif kind == "execution.skipRequest":
            outcome.skipped = True
        elif kind == "execution.result":
            outcome.finish(*values)
        else:

            def warn(text: str) -> None:
                self._console(execution, "warn", json.dumps([["1"], text]))

            return _asked(kind, execution, values, services, warn)
        return []

    def _console(self, execution: str, level: str, text: str) -> None:
        running = self._running.get(execution)
        if running is None or running[0].ended:
            return  # what runs on after pm.execution.skipRequest is not heard any more, as in Postman
        if level != "clear" and len(running[0].console) < _MOST_CONSOLE:
            running[0].console.append((level, text))


def _assertions(told: Any) -> list[Mapping[str, Any]]:
    # A script can replace what every list is made with; what comes of it then is not taken for less than it is.
    if not isinstance(told, list) or not all(isinstance(each, dict) for each in told):
        raise EngineDead("its assertions cannot be read")
    return told


def _places(values: list[Any]) -> list[list[int]]:
    """Return line, column and length of what was put into a script, in the script as it was given to the host."""
    try:
        return [[line, column - (line == 1) * len(PROLOGUE), int(length)] for line, column, length in values[0]]
    except (LookupError, TypeError, ValueError) as error:
        raise EngineDead("its messages cannot be read") from error


def _asked(kind: str, execution: str, values: list[Any], services: Services, warn: Warn) -> list[str]:
    """Do what a script asked for; return the message with the answer."""
    if kind == "execution.request":
        _, _, event, request = values
        return [_answer("execution.response", execution, event, lambda: _sent(services, request, warn))]
    if kind == "execution.cookies":
        event, _, method, arguments = values
        return [_answer(kind, execution, event, lambda: (services.cookies(method, arguments),))]
    if kind == "execution.vault":
        event, action, name, *value = values
        return [_answer(kind, execution, event, lambda: (services.vault(action, name, *(value or [None])),))]
    if kind == "execution.run_collection_request":
        _, _, event, name, options, layers = values
        asked = "execution.run_collection_request_response"
        return [_answer(asked, execution, event, lambda: _run_request(services, name, options, layers))]
    if kind == "harness.crypto":
        question, method, details = values
        return [_crypto(question, method, details)]
    if kind in ("execution.datasets", "execution.datasets.stream"):
        return [_arrived([f"{kind}.{execution}", values[0], {"message": "datasets are not supported"}])]
    return []


def _sent(services: Services, request: Any, warn: Warn) -> tuple[Any, ...]:
    answer, cookies = services.send(request, warn)
    return (answer, {"cookies": cookies})


def _run_request(services: Services, name: str, options: Any, layers: Any) -> tuple[Any, ...]:
    answer, mutations = services.run_request(str(name), options or {}, layers or {})
    return (answer, {"variableMutations": mutations})


def _crypto(question: int, method: str, details: Mapping[str, Any]) -> str:
    try:
        return _arrived(["harness.answer", question, None, crypto(method, details)])
    except CryptoFailure as error:
        return _arrived(["harness.answer", question, {"name": error.name, "message": str(error)}])


def _answer(kind: str, execution: str, event: Any, ask: Callable[[], tuple[Any, ...]]) -> str:
    values: tuple[Any, ...]
    try:
        values = (None, *ask())
    except HarnessError as error:
        values = ({"type": "Error", "name": "Error", "message": error.summary},)
    return _arrived([f"{kind}.{execution}", event, *values])


def _arrived(message: list[Any]) -> str:
    """Return the message that brings an answer, with the time it came: timers that were due before it come first."""
    return json.dumps(["harness.arrived", _now_ms(), message])


def _now_ms() -> float:
    return round((time.monotonic() + _SINCE_EPOCH_S) * 1000, 3)


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0]


def _too_much(megabytes: int) -> str:
    return f"the script needed more than the {megabytes} MB of memory that scripts may have (--script-memory)"


def _too_long(limit: float) -> str:
    return f"the script did not end within {limit:g} s"
